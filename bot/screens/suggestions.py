"""What the command's form suggests while a person types. Fast, and never an error.

What a suggestion sends has at most 100 characters. A prompt is longer: its suggestion sends a token
instead; see `services.reading`.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from types import MappingProxyType

import structlog

from bot.domain.conversations import Person
from bot.domain.jobs import RecentPrompt
from bot.domain.people import Preset
from bot.domain.texts import Text, msg
from bot.prompts import parse
from bot.prompts.models import NIJI_VERSIONS, VERSIONS
from bot.screens.facts import shown_prompt
from bot.services.personal import PersonalService
from bot.services.reading import token_of
from bot.services.requests import typed_prompt
from bot.services.timeouts import within

log = structlog.get_logger(__name__)

MAX_SUGGESTIONS = 25  # as many as a platform shows
MAX_LENGTH = 100  # characters that one may send: the least that a platform allows

DASH = " – "  # noqa: RUF001 - between a value and what it means
_RATIO = re.compile(r"([0-9.]{1,6})\s*[:x\u00d7/]\s*([0-9.]{1,6})", re.IGNORECASE)

# Common shapes and what they are good for; the widest use first.
ASPECTS = MappingProxyType(
    {
        "1:1": msg("square"),
        "16:9": msg("wide screen, video"),
        "9:16": msg("phone, stories"),
        "3:2": msg("photo"),
        "2:3": msg("poster, portrait photo"),
        "4:3": msg("slide, tablet"),
        "3:4": msg("portrait"),
        "4:5": msg("social media post"),
        "5:4": msg("print"),
        "21:9": msg("cinema"),
        "2:1": msg("panorama"),
        "3:1": msg("banner"),
        "1:2": msg("bookmark, tall banner"),
    }
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What may be taken instead of typing on."""

    shown: str  # the platform shows as much of it as fits
    sent: str


class Suggestions:
    """Finds what a person may be typing among what they keep."""

    def __init__(self, *, personal: PersonalService, within_s: float) -> None:
        """Suggest nothing where that takes longer than `within_s` seconds."""
        self._personal = personal
        self._within_s = within_s

    async def prompts(self, person: Person, typed: str) -> list[Suggestion]:
        """Suggest the person's latest prompts that contain the text so far."""
        return await self._soon(self._prompts(person, typed.strip()))

    async def presets(self, person: Person, typed: str) -> list[Suggestion]:
        """Suggest the person's presets whose name contains it."""
        return await self._soon(self._presets(person, typed))

    async def _prompts(self, person: Person, typed: str) -> list[Suggestion]:
        return prompts(await self._personal.recent_prompts(person, typed, MAX_SUGGESTIONS), typed)

    async def _presets(self, person: Person, typed: str) -> list[Suggestion]:
        return presets(await self._personal.presets(person), typed)

    async def _soon(self, work: Awaitable[list[Suggestion]]) -> list[Suggestion]:
        try:
            return (await within(self._within_s, work))[:MAX_SUGGESTIONS]
        except Exception as error:  # noqa: BLE001 - the edge: typing goes on without suggestions
            log.warning("no_suggestions", error=type(error).__name__)
            return []


def prompts(recent: Iterable[RecentPrompt], typed: str) -> list[Suggestion]:
    """Suggest prompts that contain what is being typed, and that text itself first.

    The Enter key takes the first one: it must not turn a new prompt into an old one that begins
    like it. A text too long to be sent is past suggestions. Links are shown short.
    """
    typed = typed.strip()
    found = [Suggestion(shown_prompt(each.prompt), _sent(each)) for each in recent]
    if not typed or not found:
        return found
    if len(typed) > MAX_LENGTH:
        return []
    return [Suggestion(typed, typed), *(each for each in found if each.sent != typed)]


def _sent(recent: RecentPrompt) -> str:
    prompt = typed_prompt(recent.prompt)
    return prompt if len(prompt) <= MAX_LENGTH else token_of(recent.job_id)


def presets(kept: Iterable[Preset], typed: str) -> list[Suggestion]:
    """Suggest the presets whose name contains what is being typed, with what they do."""
    wanted = typed.strip().casefold()
    return [
        Suggestion(f"{preset.name}{DASH}{preset.parameters or preset.suffix}", preset.name)
        for preset in kept
        if wanted in preset.name.casefold()
    ]


def aspects(typed: str, say: Callable[[Text], str]) -> list[Suggestion]:
    """Suggest the ratio that is being typed, if it is one, then the common ones that match.

    They are found by their use, too: `say` writes that in the person's language.
    """
    ratio = tidy_aspect(typed)
    uses = {each: f"{each}{DASH}{say(use)}" for each, use in ASPECTS.items()}
    found = [Suggestion(uses.get(ratio, ratio), ratio)] if _is_ratio(ratio) else []
    wanted = typed.strip().casefold()
    for each, shown in uses.items():
        if wanted in shown.casefold() and each != ratio:
            found.append(Suggestion(shown, each))
    return found


def versions() -> list[Suggestion]:
    """Suggest the models, the newest first."""
    return [
        *(Suggestion(number, number) for number in VERSIONS[::-1]),
        *(Suggestion(f"Niji {number}", f"niji {number}") for number in NIJI_VERSIONS[::-1]),
    ]


def tidy_aspect(typed: str) -> str:
    """Write a ratio as Midjourney does ("16x9" and "16 / 9" are 16:9); other text stays."""
    found = _RATIO.fullmatch(typed.strip())
    return ":".join(found.groups()) if found else typed.strip()


def _is_ratio(text: str) -> bool:
    return bool(_RATIO.fullmatch(text)) and not parse(f"x --ar {text}").refusals
