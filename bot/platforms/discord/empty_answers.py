"""Answers to interactions that Discord takes without a word.

discord.py asks which message an answer became and needs to be told; Discord's description allows
an empty 204 all the same, and so do proxies. Then the answer stands, and only its id is unknown.
"""

from typing import Any

from discord.webhook.async_ import AsyncWebhookAdapter, async_context


class _TakesEmptyAnswers(AsyncWebhookAdapter):
    """discord.py's own calls for interactions, but for the one that answers them."""

    async def create_interaction_response(
        self, interaction_id: int, token: str, **options: Any
    ) -> Any:
        """Answer an interaction; give what Discord says of it, the least that it could."""
        said = await super().create_interaction_response(interaction_id, token, **options)
        return said or {"interaction": {"id": str(interaction_id)}}


def take_empty_answers() -> None:
    """Let discord.py understand empty answers, in this task and those that it starts."""
    async_context.set(_TakesEmptyAnswers())  # type: ignore[no-untyped-call]
