"""What the command's form suggests while a person types. Fast, and never an error.

A choice has at most 100 characters. A prompt is longer: its choice carries a token instead.
"""

import re
from collections.abc import Awaitable, Iterable
from types import MappingProxyType

import structlog
from discord.app_commands import Choice

from bot.domain.jobs import RecentPrompt
from bot.domain.people import Preset
from bot.domain.texts import clip, msg
from bot.platforms.discord.cards.facts import shown_prompt
from bot.platforms.discord.rendering.markdown import plain
from bot.prompts import parse
from bot.services.recall import token_of
from bot.services.requests import typed_prompt
from bot.services.timeouts import within

log = structlog.get_logger(__name__)

MAX_CHOICES = 25  # Discord's
MAX_CHOICE_LENGTH = 100  # Discord's, for what is shown and for what is sent

_DASH = " – "  # noqa: RUF001 - between a value and what it means
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


async def soon(work: Awaitable[list[Choice[str]]], *, within_s: float) -> list[Choice[str]]:
    """Return these choices, as many as Discord shows; none if they do not come in time."""
    try:
        return (await within(within_s, work))[:MAX_CHOICES]
    except Exception as error:  # noqa: BLE001 - the edge: typing goes on without suggestions
        log.warning("no_suggestions", error=type(error).__name__)
        return []


# ── Prompts ─────────────────────────────────────────────────────────────────────────────────────


def prompt_choices(recent: Iterable[RecentPrompt], typed: str) -> list[Choice[str]]:
    """Offer prompts that contain what is being typed, and that text itself first.

    The Enter key takes the first one: it must not turn a new prompt into an old one that begins
    like it. A text too long to be a choice is past suggestions. Links are shown short.
    """
    typed = typed.strip()
    choices = [_choice(shown_prompt(each.prompt), _sent(each)) for each in recent]
    if not typed or not choices:
        return choices
    if len(typed) > MAX_CHOICE_LENGTH:
        return []
    return [_choice(typed, typed), *(each for each in choices if each.value != typed)]


def _sent(recent: RecentPrompt) -> str:
    prompt = typed_prompt(recent.prompt)
    return prompt if len(prompt) <= MAX_CHOICE_LENGTH else token_of(recent.job_id)


# ── Aspects ─────────────────────────────────────────────────────────────────────────────────────


def aspect_choices(typed: str, locale: str) -> list[Choice[str]]:
    """Offer the ratio that is being typed, if it is one, then the common ones that match."""
    ratio = tidy_aspect(typed)
    uses = {each: f"{each}{_DASH}{plain(use, locale)}" for each, use in ASPECTS.items()}
    choices = [_choice(uses.get(ratio, ratio), ratio)] if _is_ratio(ratio) else []
    wanted = typed.strip().casefold()
    for each, shown in uses.items():
        if wanted in shown.casefold() and each != ratio:
            choices.append(_choice(shown, each))
    return choices


def tidy_aspect(typed: str) -> str:
    """Write a ratio as Midjourney does ("16x9" and "16 / 9" are 16:9); other text stays."""
    found = _RATIO.fullmatch(typed.strip())
    return ":".join(found.groups()) if found else typed.strip()


def _is_ratio(text: str) -> bool:
    return bool(_RATIO.fullmatch(text)) and not parse(f"x --ar {text}").refusals


# ── Presets ─────────────────────────────────────────────────────────────────────────────────────


def preset_choices(presets: Iterable[Preset], typed: str) -> list[Choice[str]]:
    """Offer the presets whose name contains what is being typed, with what they do."""
    wanted = typed.strip().casefold()
    return [
        _choice(f"{preset.name}{_DASH}{preset.parameters or preset.suffix}", preset.name)
        for preset in presets
        if wanted in preset.name.casefold()
    ]


def _choice(shown: str, sent: str) -> Choice[str]:
    return Choice(name=clip(shown, MAX_CHOICE_LENGTH), value=sent)
