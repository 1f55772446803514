"""Requests that a person is asked about."""

from datetime import datetime
from typing import Protocol

from bot.domain.conversations import Person


class DraftStore(Protocol):
    """What waits for an answer of a person: a prompt does not fit a button."""

    async def put_draft(self, person: Person, payload: str, *, now: datetime) -> str:
        """Keep a payload for a day and return its id (20 characters, as a job's).

        A person's oldest drafts go when they have too many, or too large ones.
        """

    async def get_draft(self, draft_id: str, person: Person) -> str | None:
        """Return the payload, or None: gone, or somebody else's."""

    async def drop_draft(self, draft_id: str, person: Person) -> None:
        """Drop this one, if it is this person's."""

    async def drop_drafts(self, *, created_before: datetime) -> int:
        """Drop old ones, and the oldest of far too many; count them."""
