"""The text behind `/imagine`, as the person typed it. Pure.

What a prompt means is none of this module's business: a long dash that macOS made of two, for
example, `bot.prompts` reads on every platform.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

# Slack writes these for what it recognises: people, channels, groups and addresses. All else that
# stands between brackets, the person typed.
# https://docs.slack.dev/messaging/formatting-message-text#parsing
_MARKED = re.compile(
    r"""<(?: (?P<sign>[@#!]) (?P<id>[^\s<>|]+) | (?P<url>[a-z][a-z0-9+.-]*:[^\s<>|]+) )
    (?:\|(?P<words>[^<>]*))? >""",
    re.VERBOSE,
)
_DIRECTLY = ("mailto:", "tel:")  # an address behind these stands without them
_ENTITY = re.compile(r"&(amp|lt|gt);")
_DECODED = {"amp": "&", "lt": "<", "gt": ">"}
_GROUPS = "!"
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})  # noqa: RUF001 - macOS makes these


class Word(StrEnum):
    """What opens a screen when it is all that stands behind the command."""

    HELP = "help"
    JOBS = "jobs"
    PRESETS = "presets"
    QUEUE = "queue"
    SETTINGS = "settings"


# One is as good as several: "preset", Discord's command, must not become a prompt that costs money.
_WORDS = {name: word for word in Word for name in (word.value, word.value.removesuffix("s"))}


@dataclass(frozen=True, slots=True)
class Command:
    """What was asked for: a screen, a prompt, or, with neither, the form."""

    word: Word | None = None
    prompt: str = ""


def parse_command(text: str) -> Command:
    """Return what the text behind `/imagine` asks for."""
    typed = as_typed(text).strip()
    word = _WORDS.get(typed.casefold())
    return Command(prompt=typed) if word is None else Command(word=word)


def as_typed(text: str) -> str:
    """Return a text of Slack's with links, mentions and escaped characters as they were typed."""
    return _ENTITY.sub(lambda entity: _DECODED[entity[1]], _MARKED.sub(_unwrapped, text)).translate(
        _STRAIGHT
    )


def _unwrapped(marked: re.Match[str]) -> str:
    sign, id_, words = marked["sign"], marked["id"], marked["words"]
    if sign is None:
        return _address(marked["url"], words)
    if sign == _GROUPS:  # <!here>, or <!subteam^S1|@team>
        return words or f"@{id_.partition('^')[0]}"
    return f"{sign}{words or id_}"


def _address(url: str, words: str | None) -> str:
    """Return an address; one that Slack completed, from "midjourney.com", as it was typed."""
    _, _, bare = url.partition(":" if url.startswith(_DIRECTLY) else "://")
    return words if words and bare.rstrip("/") == words.rstrip("/") else url
