"""Slack's mrkdwn as its apps read it, small and strict: what is shown, and what comes alive.

Written from what Slack documents and its apps do, and from no code of ours. Where apps differ
(quotations, names of emojis), it takes for alive what any of them might. An invisible blank is a
blank for the marks beside it, and nothing to who reads.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

INVISIBLE = "\u200b"
_BLANK = rf"\s{INVISIBLE}"
_QUOTE = re.compile(r" *(?:>|&gt;)+ ?")
_CODE = (
    re.compile(r"```\n?(.+?)\n?```", re.DOTALL),
    re.compile(r"`([^`\n]+)`"),
)
_LIVE = (
    ("mention", re.compile(r"<@[A-Z0-9]+(?:\|[^<>]*)?>")),
    ("channel", re.compile(r"<#[A-Z0-9]+(?:\|[^<>]*)?>")),
    ("time", re.compile(r"<!date\^\d+\^[^|<>]*\|([^<>]*)>")),
    ("everybody", re.compile(r"<![a-z^]+[^<>]*>")),
    ("link", re.compile(r"<(?:[a-z]+:)[^|<>]*(?:\|([^<>]*))?>")),
    ("broken", re.compile(r"[<>]")),  # an unescaped one has no business there
    ("emoji", re.compile(r":[\w+'-]+:")),
)
_SPANS = tuple(
    (kind, re.compile(rf"\{mark}(?![{_BLANK}])([^\n]*?[^\n{_BLANK}])\{mark}(?![^\W_])"))
    for kind, mark in (("strong", "*"), ("emphasis", "_"), ("strike", "~"))
)
_ENTITY = re.compile(r"&(amp|lt|gt);")
_DECODED = {"amp": "&", "lt": "<", "gt": ">"}


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters as they are shown; `kind` is "" for those that are nothing but text."""

    kind: str
    shown: str


def read(source: str) -> list[Piece]:
    """Return the pieces of a text in their order; what is within another follows it."""
    return list(_read(source, at_line_start=True))


def shown(source: str) -> str:
    """Return the characters that a person sees."""
    return "".join(piece.shown for piece in read(source)).replace(INVISIBLE, "")


def live(source: str) -> list[str]:
    """Name what is more than text, in its order."""
    return [piece.kind for piece in read(source) if piece.kind]


def _read(source: str, *, at_line_start: bool) -> Iterator[Piece]:
    place, before = 0, ""
    while place < len(source):
        if at_line_start and (quotation := _QUOTE.match(source, place)):
            yield Piece("quote", "")
            place, at_line_start = quotation.end(), False
            continue
        pieces, end = _next(source, place, before)
        yield from pieces
        before = source[end - 1]
        at_line_start = before == "\n"
        place = end


def _next(source: str, place: int, before: str) -> tuple[list[Piece], int]:
    entity = _ENTITY.match(source, place)
    if entity is not None:
        return [Piece("", _DECODED[entity[1]])], entity.end()
    for code in _CODE:
        if found := code.match(source, place):
            return [Piece("code", _decoded(found[1])), *_calls(found[1])], found.end()
    for kind, rule in _LIVE:
        if found := rule.match(source, place):
            words = found[1] if found.re.groups and found[1] is not None else found[0]
            return (
                [Piece(kind, ""), *_read(words, at_line_start=False)]
                if (kind == "link" and words != found[0])
                else [Piece(kind, words)]
            ), found.end()
    if not before.isalnum():
        for kind, rule in _SPANS:
            if found := rule.match(source, place):
                return [Piece(kind, ""), *_read(found[1], at_line_start=False)], found.end()
    return [Piece("", source[place])], place + 1


def _decoded(text: str) -> str:
    return _ENTITY.sub(lambda entity: _DECODED[entity[1]], text)


def _calls(code: str) -> list[Piece]:
    """Return what rings even within code."""
    return [Piece("mention", "") for _ in re.finditer(r"<[@!#]", code)]
