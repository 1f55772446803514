"""Take out of a prompt what is no part of it: what nobody sees, and what was pasted along.

Comes before everything else, takes linear time, and remembers where each character came from, so
that a caret still points into the text as it was typed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from bot.prompts.diagnostics import Diagnostic, Severity, quote
from bot.texts import Text, msg

Span: TypeAlias = tuple[int, int]  # from a character up to another one, which is not included
Edit: TypeAlias = tuple[int, int, str]  # and what stands there instead
_Change: TypeAlias = tuple[int, int, str, tuple[Edit, ...]]  # a place, how it is read, and how

# ── What nobody sees ────────────────────────────────────────────────────────────────────────────

_CONTROLS = r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_ZERO_WIDTH = r"\xad\u034f\u180e\u200b\u2060-\u2065\ufeff\ufff9-\ufffb\U000e0001"
_JOINERS = r"\u200c\u200d"
_DIRECTIONS = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"
_SELECTORS = r"\ufe00-\ufe0f"  # make an emoji of a sign, or a sign of an emoji
_TAGS = r"\U000e0020-\U000e007f"  # make a flag of a region
_ANY = re.compile(f"[{_CONTROLS}{_ZERO_WIDTH}{_JOINERS}{_DIRECTIONS}{_SELECTORS}{_TAGS}]")
_NEVER_SEEN = re.compile(f"[{_CONTROLS}{_ZERO_WIDTH}]+|(?<![\U0001f3f4{_TAGS}])[{_TAGS}]+")
_HAS_DIRECTION = re.compile(f"[{_DIRECTIONS}]+")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_WORD = re.compile(r"\S+")
# A selector belongs to a sign, a digit, # or *; a joiner stands between letters or emoji. Latin
# letters of ASCII never need one.
_STRAY_SELECTOR = re.compile(
    rf"(?<![^\x00-\x22\x24-\x29\x2b-\x2f\x3a-\x7f\s\u200c\u200d])[{_SELECTORS}]+"
)
_JOINED = r"[^\x00-\x7f\s\u2000-\u206f]"
_STRAY_JOINER = re.compile(f"(?<!{_JOINED})[{_JOINERS}]+|[{_JOINERS}]+(?!{_JOINED})")

# ── What was pasted along ───────────────────────────────────────────────────────────────────────

_COMMAND = re.compile(r"\s*/imagine\b\s*(?:prompt\b\s*)?:?", re.IGNORECASE)
_FENCE = re.compile(r"(`{3,})(?:[\w+-]{1,20}\n)?")
_MARKS: Final = "`*_~|\"'"  # the same sign opens and closes
_BRACKETS: Final = {"(": ")", "[": "]", "（": "）", "【": "】", "「": "」", "『": "』", "《": "》"}  # noqa: RUF001
_QUOTES: Final = {"“": "”", "„": "“”", "«": "»", "»": "«", "‘": "’", "‚": "‘’"}  # noqa: RUF001

# ── Links ───────────────────────────────────────────────────────────────────────────────────────

_SCHEME: Final = r"https?://"
_MARKDOWN_LINK = re.compile(
    rf"!?\[[^\[\]()\n]{{0,200}}\]\(\s?<?({_SCHEME}[^\s<>()]+(?:\([^\s<>()]*\)[^\s<>()]*)?)>?"
    r"(?:\s\"[^\"()]{0,200}\")?\s?\)[,;]?",
    re.IGNORECASE,
)
_OPENERS: Final = "<([\"'“„«‘*`|_~"  # noqa: RUF001
_CLOSERS: Final = ">)]\"'”“»’*`|_~"  # noqa: RUF001
_OPEN = f"[{re.escape(_OPENERS)}]*+"
_BETWEEN_LINKS = re.compile(rf"(?<=\S)(?P<sign>[,;|]++)(?={_OPEN}{_SCHEME})", re.IGNORECASE)
_LINK_WORD = re.compile(rf"(?<!\S)({_OPEN}){_SCHEME}\S+", re.IGNORECASE)
_NEVER_LAST: Final = "<>,;.!?"  # of a link
# Whether there is anything to do at all: mostly there is not.
_DRESSED_LINK = re.compile(
    rf"[{re.escape(_OPENERS)},;|]{_SCHEME}|{_SCHEME}\S*[{re.escape(_NEVER_LAST)}](?!\S)",
    re.IGNORECASE,
)
_MOST_NOTES: Final = 3  # of one kind; a hundred links are not worth a hundred sentences


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A prompt without what is no part of it."""

    text: str
    places: Sequence[int] | None = None  # of each character, and of the end; None: the same
    notes: tuple[Diagnostic, ...] = field(default=())  # placed in the original

    def original(self, note: Diagnostic) -> Diagnostic:
        """Place a diagnostic of the clean text in the original."""
        if self.places is None:
            return note
        start, end = self.span(note.start, note.end)
        return replace(note, start=start, end=end)

    def span(self, start: int, end: int, shift: int = 0) -> Span:
        """Return where this stretch of the clean text stood, `shift` characters further on."""
        if self.places is None:
            return start + shift, end + shift
        first = self.places[min(start, len(self.places) - 1)]
        last = self.places[min(end, len(self.places)) - 1] + 1 if end > start else first
        return first + shift, max(first, last) + shift

    def edited(self, edits: Iterable[Edit]) -> "Cleaned":
        """Put other text between these places, which are in order."""
        places = self.places if self.places is not None else range(len(self.text) + 1)
        kept_text: list[str] = []
        kept_places: list[int] = []
        at = 0
        for start, end, instead in edits:
            kept_text += (self.text[at:start], instead)
            kept_places += places[at:start]
            kept_places += [places[start]] * len(instead)
            at = end
        if not kept_text:
            return self
        kept_text.append(self.text[at:])
        kept_places += places[at:]
        return replace(self, text="".join(kept_text), places=kept_places)

    def saying(self, start: int, end: int, text: Text, fix: str = "") -> "Cleaned":
        """Add a remark about a place of the text as it now is."""
        note = Diagnostic(severity=Severity.REMARK, start=start, end=end, text=text, fix=fix)
        return replace(self, notes=(*self.notes, self.original(note)))


def clean(text: str) -> Cleaned:
    """Give the prompt as it is to be read."""
    cleaned = Cleaned(text)
    if _ANY.search(text) is not None:
        cleaned = _visible(cleaned)
    return _links_freed(_unwrapped(cleaned))


def _visible(cleaned: Cleaned) -> Cleaned:
    cleaned = cleaned.edited(_found(_NEVER_SEEN, cleaned.text))
    cleaned = cleaned.edited(_directions(cleaned.text))
    cleaned = cleaned.edited(_found(_STRAY_SELECTOR, cleaned.text))
    return cleaned.edited(_found(_STRAY_JOINER, cleaned.text))


def _found(pattern: re.Pattern[str], text: str) -> Iterator[Edit]:
    return ((match.start(), match.end(), "") for match in pattern.finditer(text))


def _directions(text: str) -> Iterator[Edit]:
    """Find the signs of direction that stand in no word that runs from right to left."""
    if _HAS_DIRECTION.search(text) is None:
        return
    for word in _WORD.finditer(text):
        if _RIGHT_TO_LEFT.search(word.group()) is None:
            for match in _HAS_DIRECTION.finditer(word.group()):
                yield word.start() + match.start(), word.start() + match.end(), ""


# ── Around the whole ────────────────────────────────────────────────────────────────────────────


def _unwrapped(cleaned: Cleaned) -> Cleaned:
    """Take away a pasted command, and quotes, brackets and the like around the whole prompt."""
    text = cleaned.text
    start, end = _inside(text)
    if (start, end) == (0, len(text)):
        return cleaned
    around = quote(f"{text[:start].strip()} … {text[end:].strip()}".rstrip())
    said = cleaned.saying(0, start, msg("I took `{around}` off the prompt.", around=around))
    return said.edited([(0, start, ""), (end, len(text), "")])


def _inside(text: str) -> Span:
    """Find where the prompt itself begins and ends; all of the text if nothing is around it."""
    start, end = 0, len(text)
    partners: dict[str, dict[int, int]] = {}
    while True:
        first, last = _trimmed(text, start, end)
        command = _COMMAND.match(text, first, last)
        if command is not None:
            start = command.end()
            continue
        inner = _one_layer(text, first, last, partners)
        if inner is None:
            return (start, end) if start or end != len(text) else (0, len(text))
        start, end = inner


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _one_layer(text: str, start: int, end: int, partners: dict[str, dict[int, int]]) -> Span | None:
    """Find what lies within the signs at both ends, if they belong to each other."""
    if end - start < 3:  # noqa: PLR2004 - two signs and something between them
        return None
    opener = text[start]
    if opener in _BRACKETS:
        if opener not in partners:
            partners[opener] = _partners(text, opener, _BRACKETS[opener])
        return (start + 1, end - 1) if partners[opener].get(start) == end - 1 else None
    if opener in _QUOTES and text[end - 1] in _QUOTES[opener]:
        inner = text[start + 1 : end - 1]
        is_whole = not any(sign in inner for sign in (opener, text[end - 1]))
        return (start + 1, end - 1) if is_whole else None
    return _between_marks(text, start, end) if opener in _MARKS else None


def _between_marks(text: str, start: int, end: int) -> Span | None:
    mark, count = text[start], 1
    while start + count < end - count - 1 and text[start + count] == mark:
        if text[end - 1 - count] != mark:
            break
        count += 1
    if text[end - 1] != mark:
        return None
    fence = _FENCE.match(text, start, end) if mark == "`" else None
    first = fence.end() if fence is not None and fence.end(1) == start + count else start + count
    return None if mark in text[first : end - count] else (first, end - count)


def _partners(text: str, opener: str, closer: str) -> dict[int, int]:
    """Pair all brackets of one kind."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for match in re.finditer(f"[{re.escape(opener + closer)}]", text):
        if match.group() == opener:
            opened.append(match.start())
        elif opened:
            found[opened.pop()] = match.start()
    return found


# ── Around links ────────────────────────────────────────────────────────────────────────────────


def _links_freed(cleaned: Cleaned) -> Cleaned:
    """Free links from Markdown, brackets and quotes, and part those that stick together."""
    if "://" not in cleaned.text or _DRESSED_LINK.search(cleaned.text) is None:
        return cleaned
    for find in (_markdown, _stuck, _wrapped):
        changes = list(find(cleaned.text))
        for start, end, read, _ in changes[:_MOST_NOTES]:
            typed = quote(cleaned.text[start:end])
            if read.isspace():
                text = msg("I replaced `{sign}` between the links with a space.", sign=typed)
            else:
                text = msg("I read `{typed}` as `{read}`.", typed=typed, read=quote(read))
            cleaned = cleaned.saying(start, end, text, fix=read)
        cleaned = cleaned.edited(edit for *_, edits in changes for edit in edits)
    return cleaned


def _markdown(text: str) -> Iterator[_Change]:
    """Find `[image](https://…)`."""
    for match in _MARKDOWN_LINK.finditer(text):
        glued_before = match.start() > 0 and not text[match.start() - 1].isspace()
        glued_behind = match.end() < len(text) and not text[match.end()].isspace()
        edits = (
            (match.start(), match.start(1), " " * glued_before),
            (match.end(1), match.end(), " " * glued_behind),
        )
        yield match.start(), match.end(), match[1], edits


def _stuck(text: str) -> Iterator[_Change]:
    """Find the signs between links that stick together: `https://…,https://…`."""
    for match in _BETWEEN_LINKS.finditer(text):
        yield match.start(), match.end(), " ", ((match.start(), match.end(), " "),)


def _wrapped(text: str) -> Iterator[_Change]:
    """Find links with brackets, quotes or punctuation around them: `<https://…>,`."""
    for match in _LINK_WORD.finditer(text):
        start, end = match.end(1), match.end()
        opened = match[1]
        link = text[start:end].rstrip(_NEVER_LAST)
        if opened:
            link = _closed(link)
        if len(link) == end - match.start():
            continue
        edits: tuple[Edit, ...] = (
            (match.start(), start, ""),
            (start + len(link), end, ""),
        )
        following = _WORD.search(text, end)
        if opened.strip("<") and start + len(link) == end and following is not None:
            at = following.start()  # a quotation that begins with the link goes on without it
            edits = (edits[0], (at, at, opened.strip("<")))
        yield match.start(), match.end(), link, edits


def _closed(link: str) -> str:
    """Take the signs that close what was opened before the link from its end."""
    bare = link.rstrip(_CLOSERS + _NEVER_LAST)
    return bare + ")" if "(" in bare and ")" not in bare else bare
