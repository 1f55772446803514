"""Text for Discord: harmless whatever a person wrote, and short enough. Pure.

What is ready for Discord has a type of its own, `Markdown`. Any other text among the values of a
sentence comes from a person, the provider or a file, and `render` escapes it: so a sentence shows
exactly its characters, wherever it stands and whoever forgot about it. Mentions are switched off in
every send besides.
"""

import math
import re
from collections.abc import Callable
from datetime import datetime
from functools import partial

from discord import utils

from bot import locales
from bot.domain.texts import FullTime, Inline, Joined, Link, Mention, Text, render_within

_FENCE = re.compile("`{3,}")
_BACKTICK = "`"
_BACKTICK_LOOKALIKE = "\N{MODIFIER LETTER GRAVE ACCENT}"
# All that may begin, end or join something, each by itself: nothing is left for Discord to pair up.
# It shows a character behind a backslash as it is, unless that is a letter, a digit or a blank.
_RATIO = r"(?<!\S)[0-9]+:[0-9]+(?!\S)"  # by itself it is nothing, and prompts are full of them
_SPECIAL = re.compile(
    rf"""
    (?P<harmless> {_RATIO} )
    | [\\*_~|`<\[\]]             # emphasis, spoilers, code, <anything>, [links](…)
    | : (?!\s)                    # emojis, and what makes an address
    | @ (?!\s)                    # mentions, and addresses of mail
    | (?<=\w) \. (?=[^\W\d])      # addresses without more
    """,
    re.VERBOSE,
)
# Headings, small print, quotations and lists. Text may begin a line, wherever it is put.
_LINE_START = re.compile(
    r"^(?P<before>[^\S\n]*(?:[0-9]+(?=\.))?)(?P<mark>[>#]|[-+](?=[\s#]|\Z)|(?<=[0-9])\.(?=\s|\Z))",
    re.MULTILINE,
)
_LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


class Markdown(str):
    """Ready for Discord: stands in a sentence as it is."""

    __slots__ = ()


def escape(text: str) -> Markdown:
    """Return `text` so that Discord shows exactly its characters; at most twice as long.

    Whatever some app may take for the end of a line becomes one.
    """
    lines = _LINE_BREAK.sub("\n", text)
    inline = _SPECIAL.sub(lambda found: found["harmless"] or f"\\{found[0]}", lines)
    return Markdown(_LINE_START.sub(r"\g<before>\\\g<mark>", inline))


def quote(text: str) -> Markdown:
    """Return ready-made Markdown as a quotation that reaches to the end of its text block."""
    return Markdown(f">>> {text}")


def code_block(text: str) -> Markdown:
    """Return `text` exactly as it is, in a block of code that it cannot end."""
    return Markdown(f"```\n{_FENCE.sub(_harmless_fence, text) or ' '}\n```")


def _harmless_fence(fence: re.Match[str]) -> str:
    return _BACKTICK_LOOKALIKE * len(fence[0])


def small(text: str) -> Markdown:
    """Return one line of ready-made Markdown in small grey letters."""
    return Markdown(f"-# {text}")


def relative(time: datetime) -> Markdown:
    """Return a time that each reader's Discord shows as "in 2 minutes" and keeps up to date.

    Discord knows whole seconds; the next one, so that nothing is promised too early.
    """
    return Markdown(f"<t:{math.ceil(time.timestamp())}:R>")


def render(
    text: Text,
    locale: str = "en",
    *,
    moment: Callable[[datetime], str] = relative,
    limit: int | None = None,
) -> Markdown:
    """Return a sentence as Markdown; what it quotes shows exactly its characters.

    With a `limit` of characters the texts that it quotes are shortened until it fits.
    """
    say = partial(
        locales.render, locale=locale, write=partial(_written, locale=locale, moment=moment)
    )
    return Markdown(say(text) if limit is None else render_within(text, limit, say))


def plain(text: Text, locale: str = "en") -> str:
    """Return a sentence for a place that knows no Markdown: a label, a title, a description."""
    return locales.render(text, locale)


def inline(what: Inline, locale: str) -> Markdown:
    """Return what a line says as Markdown; words that somebody wrote may hold several lines."""
    if isinstance(what, Text):
        return render(what, locale)
    if isinstance(what, str):
        return what if isinstance(what, Markdown) else escape(what)
    return Markdown(_written(what, is_code=False, locale=locale))


def _written(
    value: object, /, *, is_code: bool, locale: str, moment: Callable[[datetime], str] = relative
) -> str:
    """Write one value of a sentence, which stands on one line."""
    if isinstance(value, Markdown):
        return value
    if isinstance(value, str):
        line = _LINE_BREAK.sub(" ", value)
        return _in_code(line) if is_code else escape(line)
    return moment(value) if isinstance(value, datetime) else _special(value, locale)


def _special(value: object, locale: str) -> str:
    match value:
        case FullTime(time):
            said: str = utils.format_dt(time, "f")
        case Mention(person_id):
            said = f"<@{person_id}>"
        case Link(url, words):
            shown = inline(words, locale)
            said = f"[{shown}]({url})" if shown else url
        case Joined(parts, between):
            said = between.join(filter(None, (inline(part, locale) for part in parts)))
        case _:
            said = str(value)
    return said


def _in_code(line: str) -> str:
    """Write text for a code span: nothing is special in there but its end."""
    return line.replace(_BACKTICK, _BACKTICK_LOOKALIKE) or " "
