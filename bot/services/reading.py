"""From a request as it came to an order: the one way, for commands and forms alike."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.conversations import Person
from bot.domain.errors import JobGoneError
from bot.domain.people import Preferences, Preset
from bot.domain.texts import msg
from bot.ports.people import PersonalStore
from bot.ports.progress import ProgressStore
from bot.services.drafts import DraftBook
from bot.services.pictures import Current, in_place_of_gone
from bot.services.recall import recalled
from bot.services.references import check_sizes
from bot.services.requests import Order, Request, remarked


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A request, what it asks for, and what its person has set."""

    request: Request
    order: Order
    preferences: Preferences


class RequestReader:
    """Reads requests; of one that it refuses, it keeps what can be edited."""

    def __init__(
        self,
        *,
        progress: ProgressStore,
        personal: PersonalStore,
        drafts: DraftBook,
        read: Callable[..., Order],
    ) -> None:
        """Build it; `read` makes the order, given request, preset and preferences."""
        self._progress = progress
        self._personal = personal
        self._drafts = drafts
        self._read = read

    async def read(self, request: Request, person: Person, current_links: Current) -> Reading:
        """Read what a person asks for; its uploads are options then. Raises UserError."""
        uploads, request = request.uploads.values(), request.attached()
        async with self._drafts.offering_edit(request, person):
            prompt = await recalled(request.prompt, person, self._progress)
        request = replace(request, prompt=prompt)
        async with self._drafts.offering_edit(request, person):
            check_sizes(uploads)
            preset = await self._preset(request, person)
            return await self._read_with(preset, request, person, current_links)

    async def _read_with(
        self, preset: Preset | None, request: Request, person: Person, current_links: Current
    ) -> Reading:
        preferences = await self._personal.preferences(person)
        request = await in_place_of_gone(request, current_links)
        order = self._read(request, preset=preset, preferences=preferences)
        if not preferences.wants_questions:
            order = remarked(order)
        request = replace(request, is_private=order.is_private)
        return Reading(request=request, order=order, preferences=preferences)

    async def _preset(self, request: Request, person: Person) -> Preset | None:
        name = request.preset
        if name is None:
            return None
        for preset in await self._personal.presets(person):
            if preset.name.casefold() == name.casefold():
                return preset
        async with self._drafts.offering_edit(replace(request, preset=None), person):
            raise JobGoneError(
                msg(
                    "You have no preset “{name}”. /preset list shows yours; “Edit” goes on without "
                    "one.",
                    name=name,
                )
            )
