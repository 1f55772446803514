"""What Discord says to our answers to interactions: nothing, or more than anybody reads.

discord.py asks which message an answer became and needs to be told; Discord's description allows
an empty 204 all the same, and so do proxies. Then the answer stands, and only its id is unknown.
Usually the whole message comes back. Only its id is used here, and to make objects of the rest
takes a tenth of the time of sending an answer.
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
