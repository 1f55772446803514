"""Attached pictures."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.conversations import Person
from bot.domain.people import PictureUsage


class ReferenceStore(Protocol):
    """Pictures that people attached, kept for a day so that the provider can fetch them."""

    async def put_references(
        self,
        pictures: Mapping[str, bytes],
        *,
        person: Person,
        admit: Callable[[PictureUsage, Sequence[int]], None],
        now: datetime,
    ) -> None:
        """Keep PNGs of a person by ids of 20 characters; one that is kept already counts as new.

        `admit` gets their sizes in the same transaction; nothing is kept if it raises.
        """

    async def get_reference(self, reference_id: str) -> bytes | None:
        """Return the PNG, or None."""

    async def use_references(self, reference_ids: Collection[str], *, now: datetime) -> set[str]:
        """Keep these for another day, for a job that needs them; return those that exist."""

    async def drop_references(self, *, used_before: datetime) -> int:
        """Drop some that have not been used since then; count them."""
