"""What belongs to one person: their jobs, prompts, presets and preferences."""

import re
from dataclasses import dataclass

from bot.errors import LimitError, PromptError, UserError
from bot.models import JobFilter, JobPage, Preferences, Preset
from bot.ports import JobStore, PersonalStore
from bot.prompts import caret, parse
from bot.texts import msg

MAX_PRESETS = 25  # as many as Discord shows in a list
PAGE_SIZE = 5
ALL_JOBS = JobFilter()
_NAME = re.compile(r"[^\s`][^`\n]{0,39}")


@dataclass(frozen=True, slots=True)
class PersonalService:
    """Reads and changes what one person keeps. `requester` is `Origin.requester`."""

    jobs: JobStore
    personal: PersonalStore

    async def page(
        self,
        requester: str,
        wanted: JobFilter = ALL_JOBS,
        number: int = 0,
    ) -> JobPage:
        """Give a page of the person's jobs, newest first."""
        return await self.jobs.page(requester, wanted, number=number, size=PAGE_SIZE)

    async def recent_prompts(self, requester: str, search: str, limit: int) -> list[str]:
        """Give the person's latest prompts that contain `search`."""
        return await self.jobs.recent_prompts(requester, search=search, limit=limit)

    async def presets(self, requester: str) -> list[Preset]:
        """Give the person's presets by name."""
        return await self.personal.presets(requester)

    async def preset(self, requester: str, name: str) -> Preset:
        """Give one preset.

        Raises:
            UserError: there is none of that name.
        """
        for preset in await self.presets(requester):
            if preset.name.casefold() == name.casefold():
                return preset
        raise UserError(msg("You have no preset “{name}”. See /preset list.", name=name))

    async def save_preset(self, requester: str, preset: Preset) -> Preset:
        """Save or replace a preset and give it as it was saved, its parameters tidied.

        Raises:
            UserError: the name or the parameters will not do, or there are too many.
        """
        name = preset.name.strip()
        if not _NAME.fullmatch(name):
            raise UserError(msg("Please choose a name of 1 to 40 characters on one line."))
        parameters = checked_parameters(preset.parameters)
        if not parameters and not preset.suffix.strip():
            raise UserError(msg("A preset needs parameters or words to add."))
        saved = Preset(name=name, parameters=parameters, suffix=_checked_suffix(preset.suffix))
        if not await self.personal.save_preset(requester, saved, limit=MAX_PRESETS):
            raise LimitError(
                msg("You have {limit} presets already. Delete one first.", limit=MAX_PRESETS)
            )
        return saved

    async def delete_preset(self, requester: str, name: str) -> None:
        """Delete a preset.

        Raises:
            UserError: there is none of that name.
        """
        preset = await self.preset(requester, name)
        await self.personal.delete_preset(requester, preset.name)

    async def preferences(self, requester: str) -> Preferences:
        """Give what the person has set, or the defaults."""
        return await self.personal.preferences(requester)

    async def set_preferences(self, requester: str, preferences: Preferences) -> None:
        """Replace what the person has set.

        Raises:
            UserError: the default parameters will not do.
        """
        checked_parameters(preferences.parameters)
        await self.personal.set_preferences(requester, preferences)


def checked_parameters(text: str) -> str:
    """Give parameters, without words, in their normal form; empty for none.

    Raises:
        PromptError: there are words among them, or one is wrong.
    """
    if not text.strip():
        return ""
    # Some word must be there for the prompt to be whole.
    prompt = parse(f"{_STAND_IN} {text.strip()}")
    for error in prompt.errors:
        raise PromptError(error.text, place=caret(prompt, error))
    if prompt.words != _STAND_IN or prompt.images:
        raise PromptError(
            msg("Only parameters go here, such as `--ar 16:9 --stylize 200`; words do not.")
        )
    return prompt.normalised.removeprefix(_STAND_IN).strip()


_STAND_IN = "picture"


def _checked_suffix(text: str) -> str:
    suffix = " ".join(text.split())
    if suffix and (prompt := parse(suffix)).arguments:
        raise PromptError(
            msg(
                "Words go here; put `{parameter}` with the parameters.",
                parameter=str(prompt.arguments[0]),
            )
        )
    return suffix
