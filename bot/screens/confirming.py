"""The answers to a question: yes, yes with what was doubtful put right, or no."""

from functools import partial

from bot.ports.reply import Place
from bot.screens import actions
from bot.screens.asking import Asking
from bot.screens.interaction import Interaction
from bot.screens.router import handles, values_of
from bot.services.drafts import draft_key
from bot.services.imagine import ImagineService


class QuestionScreen:
    """What people answer to the question of `questions.question_view`."""

    def __init__(self, *, service: ImagineService, asking: Asking) -> None:
        self._service = service
        self._asking = asking

    @handles(actions.START)
    async def start(self, interaction: Interaction) -> None:
        """Start the jobs that were asked about as they are, and take the question away."""
        await self._start(interaction, is_fixed=False)

    @handles(actions.FIX)
    async def fix(self, interaction: Interaction) -> None:
        """Start the jobs that were asked about with what was doubtful put right."""
        await self._start(interaction, is_fixed=True)

    async def _start(self, interaction: Interaction, *, is_fixed: bool) -> None:
        draft_id, is_private = values_of(interaction, 2)
        outcome = await self._asking.for_jobs(
            interaction,
            partial(self._service.confirm, draft_id, is_fixed=is_fixed),
            is_private=is_private == "1",
            source_key=draft_key(draft_id),
        )
        if outcome is not None:
            await interaction.reply.dismiss()

    @handles(actions.DECLINE)
    async def decline(self, interaction: Interaction) -> None:
        """Take the question away."""
        if await interaction.reply.acknowledge(Place.SAME):
            await interaction.reply.remove()
