"""What people have set and keep."""

from collections.abc import Callable
from typing import Protocol

from bot.domain.conversations import Person
from bot.domain.people import Preferences, Preset


class PersonalStore(Protocol):
    """What a person keeps: presets and preferences."""

    async def presets(self, person: Person) -> list[Preset]:
        """Return all presets of a person by name."""

    async def save_preset(self, person: Person, preset: Preset, *, limit: int) -> bool:
        """Save or replace one; False if that would be more than `limit`."""

    async def delete_preset(self, person: Person, name: str) -> bool:
        """Delete one; False if there is none."""

    async def preferences(self, person: Person) -> Preferences:
        """Return what the person has set, or the defaults."""

    async def change_preferences(
        self, person: Person, change: Callable[[Preferences], Preferences]
    ) -> Preferences:
        """Replace what the person has set by what `change` makes of it, at once; return that."""
