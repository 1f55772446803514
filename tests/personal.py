"""What people keep, in memory, where a test does not care about databases."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.domain.conversations import Person
from bot.domain.people import Preferences, Preset


@dataclass
class KeptInMemory:
    """A `PersonalStore` that forgets all at the end of the test."""

    presets_of: dict[Person, list[Preset]] = field(default_factory=dict)
    preferences_of: dict[Person, Preferences] = field(default_factory=dict)

    async def presets(self, person: Person) -> list[Preset]:
        return sorted(self.presets_of.get(person, []), key=lambda each: each.name.casefold())

    async def save_preset(self, person: Person, preset: Preset, *, limit: int) -> bool:
        others = self._without(person, preset.name)
        if len(others) >= limit:
            return False
        self.presets_of[person] = [*others, preset]
        return True

    async def delete_preset(self, person: Person, name: str) -> bool:
        others = self._without(person, name)
        has_deleted = len(others) < len(self.presets_of.get(person, []))
        self.presets_of[person] = others
        return has_deleted

    async def preferences(self, person: Person) -> Preferences:
        return self.preferences_of.get(person, Preferences())

    async def change_preferences(
        self, person: Person, change: Callable[[Preferences], Preferences]
    ) -> Preferences:
        self.preferences_of[person] = change(await self.preferences(person))
        return self.preferences_of[person]

    def _without(self, person: Person, name: str) -> list[Preset]:
        kept = self.presets_of.get(person, [])
        return [each for each in kept if each.name.casefold() != name.casefold()]
