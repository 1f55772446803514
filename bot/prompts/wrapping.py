"""What was pasted along with a prompt: the command, who made it, quotes around the whole."""

import re
from typing import Final

from bot.domain.texts import msg
from bot.prompts.cleaned import Cleaned, Span
from bot.prompts.diagnostics import quote, remark

_COMMAND = re.compile(
    r"\s*(?:/\s?imagine\b\s*(?:prompt\b\s*)?:?|imagine\s*:"
    # `Prompt:`, `**Prompt 2:**`, `**Prompt**:`
    r"|(?P<mark>[*_]{0,2}+)(?:imagine\s+|midjourney\s+)?prompt(?:\s+\#?[0-9]{1,2})?\s*"
    r"(?::(?P=mark)|(?P=mark)\s*:)"
    r"|<[@\#][^<>\s]{1,24}(?:\|[^<>\n]{0,80})?>)",  # somebody or a channel that is mentioned
    re.IGNORECASE,
)
_QUOTATION = re.compile(r"^[^\S\n]*>+(?:[^\S\n]+|$)", re.MULTILINE)
_FENCE = re.compile(r"(`{3,})(?:[\w+-]{1,20}\n)?")
_MARKS: Final = "`*_~|\"'"  # the same sign opens and closes
_BRACKETS: Final = {"(": ")", "[": "]", "（": "）", "【": "】", "「": "」", "『": "』", "《": "》"}  # noqa: RUF001
_QUOTES: Final = {"“": "”", "„": "“”", "«": "»", "»": "«", "‘": "’", "‚": "‘’"}  # noqa: RUF001
# What Midjourney's own bot writes behind a prompt: `**a cat** - Variations by @somebody (fast)`.
_PERSON: Final = r"(?:<@!?[0-9]{1,20}>|@[^\s()][^()\n]{0,40}?)"
_HOW: Final = (
    r"(?:Image\s\#[1-4]"
    r"|(?:Variations|Upscaled|Zoom|Pan|Remix|Remaster)[\w ]{0,16}(?:\([\w. ]{1,16}\)\s)?by)"
)
_STATE: Final = (
    r"\((?:[0-9]{1,3}%|[^()\n]{0,20}\b(?:fast|relaxed|turbo|stealth|stopped|paused|start)\b"
    r"[^()\n]{0,20})\)"
)
_CREDIT = re.compile(
    rf"\s+[-\u2013]\s+(?:{_HOW}\s+{_PERSON}(?:\s*{_STATE}){{0,2}}|{_PERSON}(?:\s*{_STATE}){{1,2}})"
    r"\s*\Z"
)
_CREDIT_LENGTH: Final = 160


def unwrapped(cleaned: Cleaned) -> Cleaned:
    """Remove what Midjourney wrote behind the prompt, and what stands around the whole prompt."""
    return _uncovered(_uncredited(cleaned))


def _uncredited(cleaned: Cleaned) -> Cleaned:
    """Remove the author and mode that Midjourney shows behind a copied prompt."""
    end = len(cleaned.text)
    credit = _CREDIT.search(cleaned.text, max(end - _CREDIT_LENGTH, 1))
    if credit is None:
        return cleaned
    text = msg("I left out `{parameter}`.", parameter=quote(credit.group()))
    said = cleaned.saying(remark(credit.start(), end, text))
    return said.edited([(credit.start(), end, "")])


def _uncovered(cleaned: Cleaned) -> Cleaned:
    """Remove a pasted command, and quotes, brackets and the like around the whole prompt."""
    cleaned = _unquoted(cleaned)
    text = cleaned.text
    start, end = _inside(text)
    if (start, end) == (0, len(text)):
        return cleaned
    around = quote(f"{text[:start].strip()} … {text[end:].strip()}".rstrip())
    note = remark(0, start, msg("I took `{around}` off the prompt.", around=around))
    return cleaned.saying(note).edited([(0, start, ""), (end, len(text), "")])


def _unquoted(cleaned: Cleaned) -> Cleaned:
    """Remove the signs of a quotation, if all lines have them: `> a cat`."""
    lines = cleaned.text.splitlines()
    if not all(_QUOTATION.match(line) for line in lines if line.strip()):
        return cleaned
    signs = list(_QUOTATION.finditer(cleaned.text))
    if not signs:
        return cleaned
    note = remark(*signs[0].span(), msg("I took `{around}` off the prompt.", around=">"))
    return cleaned.saying(note).edited((*sign.span(), "") for sign in signs)


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
