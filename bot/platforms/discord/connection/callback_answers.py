"""What Discord replies to our answers to interactions, cut down to what discord.py needs.

discord.py asks Discord for the message that an answer became. Discord's documentation still allows
an empty 204, and proxies send it: then the answer stands, and only its id is unknown. Usually the
whole message comes back. We use only its id, and building objects of the rest would take a tenth
of the time of an answer.
"""

from typing import Any

from discord.webhook.async_ import AsyncWebhookAdapter, async_context


class _Adapter(AsyncWebhookAdapter):
    """discord.py's own calls for interactions, but for the one that answers them."""

    async def create_interaction_response(
        self, interaction_id: int, token: str, **options: Any
    ) -> Any:
        """Answer an interaction; give what Discord says of it, without the message itself."""
        said = await super().create_interaction_response(interaction_id, token, **options)
        match said:
            case {"interaction": summary}:
                return {"interaction": summary}
            case _ if not said:
                return {"interaction": {"id": str(interaction_id)}}
        return said  # garbage, over which discord.py stumbles as its callers expect


def read_only_ids() -> None:
    """Let discord.py read no more of such answers, in this task and those that it starts."""
    async_context.set(_Adapter())  # type: ignore[no-untyped-call]
