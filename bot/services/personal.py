"""What belongs to one person: their jobs, prompts, presets and preferences."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from bot.domain.command_names import PRESET_LIST
from bot.domain.conversations import Person
from bot.domain.deliveries import Delivery
from bot.domain.errors import LimitError, NotYourJobError, PromptError, UserError
from bot.domain.jobs import Job, JobFilter, JobPage, RecentPrompt
from bot.domain.people import Preferences, Preset, preset_named
from bot.domain.texts import msg
from bot.ports.history import HistoryStore
from bot.ports.people import PersonalStore
from bot.prompts import Diagnostic, caret, parse, written_mode

MAX_NAME = 40  # characters; a name fits a custom id also where all are emoji
MAX_PRESETS = 25  # as many as a menu has entries
MAX_PARAMETERS = 500  # characters; all parameters at once have about 300
MAX_SUFFIX = 500  # characters
PAGE_SIZE = 5
ALL_JOBS = JobFilter()
_NAME = re.compile(rf"[^`]{{1,{MAX_NAME}}}")
# Each names the field of the form that it is about.
_wrong_parameters = partial(PromptError, field="parameters")
_wrong_words = partial(PromptError, field="words")
_STAND_IN = "picture "  # before parameters alone: some word must be there for a prompt to be whole


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPreset:
    """A preset as it was saved."""

    preset: Preset
    has_replaced: bool  # there was one of that name


@dataclass(frozen=True, slots=True)
class PersonalService:
    """Reads and changes what one person keeps."""

    history: HistoryStore
    personal: PersonalStore

    async def page(self, person: Person, wanted: JobFilter = ALL_JOBS, number: int = 0) -> JobPage:
        """Return a page of the person's jobs, newest first."""
        return await self.history.page(person, wanted, number=number, size=PAGE_SIZE)

    async def job(self, person: Person, job_id: str) -> tuple[Job, Delivery | None]:
        """Return one of the person's own jobs, and its delivery if it has one.

        Raises:
            NotYourJobError: it does not exist, or is somebody else's.
        """
        page = await self.history.page(person, JobFilter(job_id=job_id), number=0, size=1)
        if not page.jobs:
            raise NotYourJobError
        return page.jobs[0], page.deliveries.get(job_id)

    async def recent_prompts(self, person: Person, search: str, limit: int) -> list[RecentPrompt]:
        """Return the person's latest prompts that contain `search`, each once."""
        return await self.history.recent_prompts(person, search=search, limit=limit)

    async def presets(self, person: Person) -> list[Preset]:
        """Return the person's presets by name."""
        return await self.personal.presets(person)

    async def preset(self, person: Person, name: str) -> Preset:
        """Return one preset.

        Raises:
            UserError: there is no preset of that name.
        """
        preset = preset_named(name, await self.presets(person))
        if preset is not None:
            return preset
        raise UserError(
            msg("You have no preset “{name}”. {list} shows yours.", name=name, list=PRESET_LIST)
        )

    async def save_preset(self, person: Person, preset: Preset) -> SavedPreset:
        """Save or replace a preset and return it as it was saved, its parameters tidied.

        Raises:
            UserError: the name or the parameters will not do, or there are too many.
        """
        name = " ".join(preset.name.split())
        if not _NAME.fullmatch(name):
            raise UserError(
                msg(
                    "Please choose a name of 1 to {limit} characters, without backticks.",
                    limit=MAX_NAME,
                )
            )
        parameters = checked_parameters(preset.parameters, may_have_mode=True)
        if not parameters and not preset.suffix.strip():
            raise UserError(msg("Give the preset parameters or words to add."))
        saved = Preset(name=name, parameters=parameters, suffix=_checked_suffix(preset.suffix))
        has_replaced = preset_named(name, await self.presets(person)) is not None
        if not await self.personal.save_preset(person, saved, limit=MAX_PRESETS):
            raise LimitError(
                msg("You have {limit} presets already. Please delete one first.", limit=MAX_PRESETS)
            )
        return SavedPreset(preset=saved, has_replaced=has_replaced)

    async def delete_preset(self, person: Person, name: str) -> None:
        """Delete a preset.

        Raises:
            UserError: there is no preset of that name.
        """
        preset = await self.preset(person, name)
        await self.personal.delete_preset(person, preset.name)

    async def preferences(self, person: Person) -> Preferences:
        """Return what the person has set, or the defaults."""
        return await self.personal.preferences(person)

    async def change_preferences(
        self, person: Person, change: Callable[[Preferences], Preferences]
    ) -> Preferences:
        """Replace what the person has set by what `change` makes of it, in one step; return that.

        `change` takes default parameters from `checked_parameters` alone.
        """
        return await self.personal.change_preferences(person, change)


def checked_parameters(text: str, *, may_have_mode: bool = False) -> str:
    """Return parameters, without words, in their normal form; empty for none.

    Raises:
        PromptError: there are words, a repeat or a visibility among them, or a mode that may not be
            there, or one is wrong.
    """
    text = text.strip()
    if not text:
        return ""
    if len(text) > MAX_PARAMETERS:
        raise _wrong_parameters(
            msg("That's too long: at most {limit} characters, please.", limit=MAX_PARAMETERS)
        )
    prompt = parse(_STAND_IN + text)
    # A slip would be left out of each prompt, as what does not fit its version, and never be seen.
    for error in (*prompt.refusals, *prompt.slips):
        place = caret(text, _without_stand_in(error))
        raise _wrong_parameters(error.text, place=place)
    if prompt.words != _STAND_IN.strip() or prompt.images:
        raise _wrong_parameters(
            msg("Only parameters go here, such as `--ar 16:9 --stylize 200`; no words.")
        )
    if prompt.repeat != 1:
        raise _wrong_parameters(
            msg("`--repeat` can't be saved. Add it to a prompt when you want it.")
        )
    if prompt.is_private is not None:
        raise _wrong_parameters(
            msg("Who sees a result can't be saved. Choose it with each prompt.")
        )
    if prompt.mode is not None and not may_have_mode:
        raise _wrong_parameters(msg("The speed is a setting of its own; please leave it out here."))
    mode = "" if prompt.mode is None else f" {written_mode(prompt.mode)}"
    return f"{prompt.normalised.removeprefix(_STAND_IN.strip())}{mode}".strip()


def _without_stand_in(error: Diagnostic) -> Diagnostic:
    """Return the error as one of the parameters alone."""
    start, end = (max(place - len(_STAND_IN), 0) for place in (error.start, error.end))
    return replace(error, start=start, end=end)


def _checked_suffix(text: str) -> str:
    suffix = " ".join(text.split())
    if len(suffix) > MAX_SUFFIX:
        raise _wrong_words(
            msg("That's too long: at most {limit} characters, please.", limit=MAX_SUFFIX)
        )
    prompt = parse(suffix)
    found = [str(argument) for argument in prompt.arguments]
    if prompt.mode is not None:
        found.append(written_mode(prompt.mode))
    if prompt.is_private is not None:
        found.append("--private" if prompt.is_private else "--public")
    if found:
        raise _wrong_words(
            msg("Words go here; put `{parameter}` with the parameters.", parameter=found[0])
        )
    return suffix
