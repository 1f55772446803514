"""Discord's Markdown as its apps read it, small and strict: what is shown, and what comes alive.

Written from what the apps do, and from no code of ours. Where apps differ (bare domains, mail
addresses, bullets), it takes for alive what any of them might.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# At the start of a line, before everything else.
_LINE_STARTS = (
    ("quote", re.compile(r" *>>> +")),
    ("quote", re.compile(r" *> +")),
    ("heading", re.compile(r" *#{1,3} +(?=\S)")),
    ("small", re.compile(r" *-# +(?=\S)")),
    ("list", re.compile(r" *(?:[-*+]|\d{1,9}\.) +(?=\S)")),
)
_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_CODE = (
    re.compile(r"```(?:[a-z0-9_+\-.#]+?\n)?\n*([^\n].*?)\n*```", re.DOTALL | re.IGNORECASE),
    re.compile(r"(`+)(.*?[^`])\1(?!`)", re.DOTALL),
)
# What is shown differently from how it is written, or may be pressed.
_LIVE = (
    ("timestamp", re.compile(r"<t:-?\d+(?::\w)?>")),
    ("mention", re.compile(r"<(?:@[!&]?|#)\d+>|@everyone|@here")),
    ("command", re.compile(r"</[^:\n<>]+:\d+>")),
    ("guide", re.compile(r"<id:\w+>")),
    ("emoji", re.compile(r"<a?:\w+:\d+>|:[\w+-]+:")),
    ("link", re.compile(r"<?\b[a-z][a-z0-9+.-]*://[^\s<>]+>?", re.IGNORECASE)),
    ("link", re.compile(r"<(?:mailto|tel|sms):[^\s>]+>|<\+[0-9 -]+>", re.IGNORECASE)),
    ("link", re.compile(r"\b(?:www|ftp)\.\w[^\s<>]*", re.IGNORECASE)),
    ("link", re.compile(r"\b(?:[\w-]+\.)+(?:com|org|net|gg|example|io|de)\b[^\s<>]*")),
    ("link", re.compile(r"[\w.+-]+@[\w-]+\.\w+")),
)
_MASKED = re.compile(r"\[((?:\\.|[^\\\]])*)\]\(((?:\\.|[^\\)\s])+)[^)]*\)", re.DOTALL)
_INSIDE = r"((?:\\.|[^\\])+?)"
_SPANS = (
    ("spoiler", re.compile(rf"\|\|{_INSIDE}\|\|", re.DOTALL)),
    ("strong", re.compile(rf"\*\*{_INSIDE}\*\*(?!\*)", re.DOTALL)),
    ("underline", re.compile(rf"__{_INSIDE}__(?!_)", re.DOTALL)),
    ("strike", re.compile(rf"~~{_INSIDE}~~", re.DOTALL)),
    ("emphasis", re.compile(rf"\*(?=\S){_INSIDE}\*(?!\*)", re.DOTALL)),
    ("emphasis", re.compile(rf"_{_INSIDE}_(?!_)", re.DOTALL)),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters as they are shown; `kind` is "" for those that are nothing but text."""

    kind: str
    shown: str


def read(source: str) -> list[Piece]:
    """Return the pieces of a message in their order; what is within another follows it."""
    return list(_read(source, at_line_start=True))


def shown(source: str) -> str:
    """Return the characters that a person sees."""
    return "".join(piece.shown for piece in read(source))


def live(source: str) -> list[str]:
    """Name what is more than text, in its order."""
    return [piece.kind for piece in read(source) if piece.kind]


def _read(source: str, *, at_line_start: bool) -> Iterator[Piece]:
    place = 0
    while place < len(source):
        if at_line_start:
            found = _first(_LINE_STARTS, source, place)
            if found is not None:
                kind, match = found
                yield Piece(kind, "")
                place = match.end()
                at_line_start = kind in {"quote", "list"}
                continue
        pieces, end = _next(source, place)
        yield from pieces
        at_line_start = source[end - 1] == "\n"
        place = end


def _next(source: str, place: int) -> tuple[list[Piece], int]:
    escaped = _ESCAPE.match(source, place)
    if escaped is not None:
        return [Piece("", escaped[1])], escaped.end()
    for code in _CODE:
        found = code.match(source, place)
        if found is not None:
            return [Piece("code", found[found.re.groups])], found.end()
    whole = _first(_LIVE, source, place)
    if whole is not None:
        kind, match = whole
        return [Piece(kind, match[0])], match.end()
    masked = _MASKED.match(source, place)
    if masked is not None:
        return [Piece("link", ""), *_read(masked[1], at_line_start=False)], masked.end()
    span = _first(_SPANS, source, place)
    if span is not None:
        kind, match = span
        return [Piece(kind, ""), *_read(match[1], at_line_start=False)], match.end()
    return [Piece("", source[place])], place + 1


def _first(
    rules: tuple[tuple[str, re.Pattern[str]], ...], source: str, place: int
) -> tuple[str, re.Match[str]] | None:
    for kind, rule in rules:
        match = rule.match(source, place)
        if match is not None:
            return kind, match
    return None
