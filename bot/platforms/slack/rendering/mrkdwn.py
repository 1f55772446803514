"""Text for Slack: harmless whatever a person wrote, and short enough. Pure.

What is ready for Slack has a type of its own, `Mrkdwn`. Any other text among the values of a
sentence comes from a person, the provider or a file, and `render` escapes it, as on Discord.

Slack knows only three escapes: `&amp;`, `&lt;`, `&gt;`. What takes its meaning from `*`, `_`, `~`
or a colon is a blank beside it, so an invisible one is put there; a backtick keeps its meaning even
then, and is shown as its double. Where exactly the characters matter, to be copied for example,
`blocks` uses rich text instead, which has no markup. Texts are sent with `verbatim`, so that Slack
looks for no addresses and channels in them.
https://docs.slack.dev/messaging/formatting-message-text
"""

import math
import re
from datetime import UTC, datetime
from functools import partial

from bot import locales
from bot.domain.texts import (
    CommandName,
    FullTime,
    Inline,
    Joined,
    Link,
    Mention,
    Text,
    clip,
    render_within,
)
from bot.platforms.slack.ids import user_of

INVISIBLE = "\N{ZERO WIDTH SPACE}"

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_RATIO = r"(?<!\S)[0-9]+:[0-9]+(?!\S)"  # prompts are full of them
_SPECIAL = re.compile(
    rf"""
    (?P<harmless> {_RATIO} )
    | (?<=[^\W_]) [*_~] (?=[^\W_])      # nothing begins or ends within a word
    | (?P<mark> [*_~] )                 # emphasis
    | (?P<colon> : (?=[\w+'-]) )        # emojis
    """,
    re.VERBOSE,
)
_QUOTATION = re.compile(r"^(?=[^\S\n]*&gt;)", re.MULTILINE)  # Slack takes the escape for one too
_LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_BACKTICK = "`"
_BACKTICK_LOOKALIKE = "\N{MODIFIER LETTER GRAVE ACCENT}"
_BOLD, _SLACK_BOLD = "**", "*"
# Private characters around the number of a value, while the template around it is written.
_SLOT = re.compile("\ue000([0-9]+)\ue001")
_TIME = "{date_short_pretty} {time}"  # in each reader's time zone and language
_WORDS = {"preset": "presets"}  # that open a screen, where the command has another name


class Mrkdwn(str):
    """Ready for Slack: stands in a sentence as it is."""

    __slots__ = ()


def entities(text: str) -> str:
    """Return `text` without what could be a mention or a link, for where there is no markup."""
    return text.translate(_ENTITIES)


def escape(text: str) -> Mrkdwn:
    """Return `text` so that Slack shows exactly its characters, and calls nobody.

    Whatever some app may take for the end of a line becomes one.
    """
    lines = _LINE_BREAK.sub("\n", text)
    inline = entities(_SPECIAL.sub(_apart, _without_backticks(lines)))
    return Mrkdwn(_QUOTATION.sub(INVISIBLE, inline))


def _apart(found: re.Match[str]) -> str:
    if found["mark"]:
        return f"{INVISIBLE}{found[0]}{INVISIBLE}"
    return f":{INVISIBLE}" if found["colon"] else found[0]


def bold(text: Mrkdwn) -> Mrkdwn:
    """Return one line in bold letters; one that has bold letters already stays as it is."""
    return text if _SLACK_BOLD in text else Mrkdwn(f"*{text}*")


def quote(text: str) -> Mrkdwn:
    """Return ready-made mrkdwn as a quotation."""
    return Mrkdwn("\n".join(f">{line}" for line in text.split("\n")))


def code_block(text: str) -> Mrkdwn:
    """Return `text` in a block of code that it cannot end."""
    return Mrkdwn(f"```\n{_in_code(text)}\n```")


def mention(user_id: str) -> Mrkdwn:
    """Return the name of a person, which rings."""
    return Mrkdwn(f"<@{user_id}>")


def command(name: str) -> str:
    """Return a command as one types it: all of ours stand behind the one that the bot has."""
    word = name.partition(" ")[0]
    return f"/imagine {_WORDS.get(word, word)}"


def time_of_day(time: datetime) -> Mrkdwn:
    """Return a time that each reader's Slack shows in their own time zone.

    Slack keeps nothing like "in 2 minutes" up to date. It knows whole seconds; the next one, so
    that nothing is promised too early.
    """
    fallback = f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return Mrkdwn(f"<!date^{math.ceil(time.timestamp())}^{_TIME}|{fallback}>")


def render(text: Text, locale: str = "en", *, limit: int | None = None) -> Mrkdwn:
    """Return a sentence as mrkdwn; what it quotes shows exactly its characters.

    With a `limit` of characters the texts that it quotes are shortened until it fits.
    """
    say = partial(_rendered, locale=locale)
    return say(text) if limit is None else render_within(text, limit, say)


def _rendered(text: Text, locale: str) -> Mrkdwn:
    written: list[str] = []

    def write(value: object, /, *, is_code: bool) -> str:
        written.append(_written(value, is_code=is_code, locale=locale))
        return f"\ue000{len(written) - 1}\ue001"

    frame = locales.render(text, locale, write=write)
    ours = entities(frame).replace(_BOLD, _SLACK_BOLD)
    return Mrkdwn(_SLOT.sub(lambda slot: written[int(slot[1])], ours))


def plain(text: Text, locale: str = "en") -> str:
    """Return a sentence for a place that knows no markup: a label, a title, a description."""
    return locales.render(text, locale)


def inline(what: Inline, locale: str, *, limit: int | None = None) -> Mrkdwn:
    """Return what a line says as mrkdwn; words that somebody wrote may hold several lines."""
    if isinstance(what, Text):
        return render(what, locale, limit=limit)
    if isinstance(what, Mrkdwn):
        return what
    if isinstance(what, str):
        return escape(what) if limit is None else escape_within(what, limit)
    return Mrkdwn(_written(what, is_code=False, locale=locale))


def escape_within(text: str, limit: int) -> Mrkdwn:
    """Escape as much of `text` as has at most `limit` characters then."""
    said, room = escape(text), limit
    while len(said) > limit:
        room = max(1, min(room - 1, room * limit // len(said)))
        said = escape(clip(text, room))
    return said


def _written(value: object, /, *, is_code: bool, locale: str) -> str:
    """Write one value of a sentence, which stands on one line."""
    if isinstance(value, Mrkdwn):
        return value
    if isinstance(value, str):
        line = _LINE_BREAK.sub(" ", value)
        return _in_code(line) if is_code else escape(line)
    return time_of_day(value) if isinstance(value, datetime) else _special(value, locale)


def _special(value: object, locale: str) -> str:
    match value:
        case FullTime(time):
            return time_of_day(time)
        case Mention(person_id):
            return mention(user_of(person_id))
        case CommandName(name):
            return escape(command(name))
        case Link(url, words):
            return _link(url, inline(words, locale))
        case Joined(parts, between):
            said = map(partial(inline, locale=locale), parts)
            return escape(between).join(filter(None, said))
        case _:
            return escape(str(value))


def _link(url: str, words: str) -> str:
    """Write an address of ours; the first bar ends it, and a bracket all of it."""
    address = entities(url).replace("|", "%7C")
    return f"<{address}|{words}>" if words else f"<{address}>"


def _in_code(text: str) -> str:
    """Write text for code: nothing is special in there but its end, and what calls people."""
    return entities(_without_backticks(text)) or " "


def _without_backticks(text: str) -> str:
    return text.replace(_BACKTICK, _BACKTICK_LOOKALIKE)
