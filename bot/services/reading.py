"""From a request as it came to an order: the one way, for commands and forms alike."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.command_names import PRESET_LIST
from bot.domain.conversations import Person
from bot.domain.errors import JobGoneError, NotYourJobError
from bot.domain.jobs import JOB_ID_PATTERN
from bot.domain.people import Preferences, Preset, preset_named
from bot.domain.texts import msg
from bot.ports.people import PersonalStore
from bot.ports.progress import ProgressStore
from bot.services.drafts import DraftBook
from bot.services.pictures import Current, in_place_of_gone
from bot.services.references import check_sizes
from bot.services.requests import Order, Request, remarked, typed_prompt

# Stands for a prompt that is too long to be a suggestion, with the id of a job that had it.
_MARK = "↩"
_TOKEN = re.compile(rf"{_MARK}({JOB_ID_PATTERN.pattern})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A request, what it asks for, and what its person has set."""

    request: Request
    order: Order
    preferences: Preferences


@dataclass(kw_only=True, eq=False)
class RequestReader:
    """Reads requests; of one that it refuses, it keeps what can be edited."""

    progress: ProgressStore
    personal: PersonalStore
    drafts: DraftBook
    make_order: Callable[..., Order]  # given request, preset and preferences

    async def read(self, request: Request, person: Person, current_links: Current) -> Reading:
        """Read what a person asks for; its uploads are options then.

        Raises:
            UserError: it is refused; the text says what to change.
        """
        uploads, request = request.uploads.values(), request.attached()
        async with self.drafts.offering_edit(request, person):
            request = await recalled(request, person, self.progress)
        async with self.drafts.offering_edit(request, person):
            check_sizes(uploads)
            preset = await self._preset(request, person)
            return await self._read_with(preset, request, person, current_links)

    async def _read_with(
        self, preset: Preset | None, request: Request, person: Person, current_links: Current
    ) -> Reading:
        preferences = await self.personal.preferences(person)
        request = await in_place_of_gone(request, current_links)
        order = self.make_order(request, preset=preset, preferences=preferences)
        if not preferences.wants_questions:
            order = remarked(order)
        if request.is_private != order.is_private:
            request = replace(request, is_private=order.is_private)
        return Reading(request=request, order=order, preferences=preferences)

    async def _preset(self, request: Request, person: Person) -> Preset | None:
        name = request.preset
        if name is None:
            return None
        preset = preset_named(name, await self.personal.presets(person))
        if preset is not None:
            return preset
        async with self.drafts.offering_edit(replace(request, preset=None), person):
            raise JobGoneError(
                msg(
                    "You have no preset “{name}”. {list} shows yours; “Edit” goes on without one.",
                    name=name,
                    list=PRESET_LIST,
                )
            )


def token_of(job_id: str) -> str:
    """Return what stands for the prompt of a job, of use to the person alone who asked for it."""
    return f"{_MARK}{job_id}"


async def recalled(request: Request, person: Person, progress: ProgressStore) -> Request:
    """Return the request with the prompt that a token stands for, if its prompt is one.

    Raises:
        NotYourJobError: the person has no such job.
    """
    token = _TOKEN.fullmatch(request.prompt.strip())
    if token is None:
        return request
    job = await progress.get(token[1])
    if job is None or job.origin.person != person:
        raise NotYourJobError
    return replace(request, prompt=typed_prompt(job.prompt))
