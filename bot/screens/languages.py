"""The language in which we speak to one person."""

import structlog

from bot.domain.errors import StoreError
from bot.screens.interaction import Interaction
from bot.services.personal import PersonalService
from bot.services.timeouts import within

log = structlog.get_logger(__name__)


class Languages:
    """Finds the language of whoever acts."""

    def __init__(self, personal: PersonalService, *, within_s: float) -> None:
        """Look a person's setting up, but wait no longer than `within_s` seconds for it."""
        self._personal = personal
        self._within_s = within_s

    async def of(self, interaction: Interaction) -> str:
        """Return the language that the person has set, else the one that the platform reports.

        Not waited for long: the platform's is a good guess.
        """
        return await self._chosen(interaction) or interaction.locale

    async def _chosen(self, interaction: Interaction) -> str | None:
        try:
            asking = self._personal.preferences(interaction.person)
            return (await within(self._within_s, asking)).language
        except (TimeoutError, StoreError) as error:
            log.info("language_not_known", error=type(error).__name__)
            return None
