"""A person's jobs, as they are stored."""

from datetime import timedelta
from typing import Protocol

from bot.domain.conversations import Person
from bot.domain.jobs import JobFilter, JobPage, Mode, RecentPrompt


class HistoryStore(Protocol):
    """Jobs of the past and present, as lists. Reads only."""

    async def page(self, person: Person, wanted: JobFilter, *, number: int, size: int) -> JobPage:
        """Return a page of a person's jobs, newest first; a number too high gives the last page."""

    async def recent_prompts(
        self, person: Person, *, search: str, limit: int
    ) -> list[RecentPrompt]:
        """Return a person's latest different prompts that contain `search`, newest first."""

    async def recent_durations(self, mode: Mode, *, limit: int) -> list[timedelta]:
        """How long the latest successful jobs of this mode took, newest first."""
