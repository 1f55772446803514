"""Links as people paste them: in Markdown, in brackets, stuck to words and to each other."""

import re
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from bot.prompts.cleaned import Cleaned, Edit
from bot.prompts.diagnostics import Diagnostic, quote, read_as, remark
from bot.texts import msg

_Change: TypeAlias = tuple[Diagnostic, tuple[Edit, ...]]  # what is said about edits, and these

_SCHEME: Final = r"https?://"
_MARKDOWN_LINK = re.compile(
    rf"!?\[[^\[\]()\n]{{0,200}}\]\(\s?<?({_SCHEME}[^\s<>()]+(?:\([^\s<>()]*\)[^\s<>()]*)?)>?"
    r"(?:\s\"[^\"()]{0,200}\")?\s?\)[,;]?",
    re.IGNORECASE,
)
_OPENERS: Final = "<([{\"'“„«‘*`|_~（【「『《"  # noqa: RUF001
_CLOSERS: Final = ">)]}\"'”“»’*`|_~"  # noqa: RUF001
_OPEN = f"[{re.escape(_OPENERS)}]*+"
# No link holds these, but where nobody writes blanks they stand right behind one.
_WIDE_SEPARATORS: Final = "，；、。：！？"  # noqa: RUF001
_WIDE: Final = f"{_WIDE_SEPARATORS}（）【】「」『』《》“”"  # noqa: RUF001
_SEPARATORS: Final = f",;|{_WIDE_SEPARATORS}"
_BETWEEN_LINKS = re.compile(
    rf"(?<=[^\s{_SEPARATORS}])[{_SEPARATORS}]++(?={_OPEN}{_SCHEME})", re.IGNORECASE
)
_BEHIND_LINK = re.compile(
    rf"(?<!\S)(?P<open>{_OPEN}){_SCHEME}[^\s{_WIDE}]++(?P<sign>[{_WIDE}]++)", re.IGNORECASE
)
# What holds a dash may be a parameter; a link may hold another one itself.
_BEFORE_LINK = re.compile(
    rf"(?<!\S)[^\s/–—－-]*?[^\s/–—－{re.escape(_OPENERS)}-](?P<link>{_SCHEME}\S+)",  # noqa: RUF001
    re.IGNORECASE,
)
_LINK_WORD = re.compile(rf"(?<!\S)({_OPEN}){_SCHEME}\S+", re.IGNORECASE)
_NO_SCHEME = re.compile(
    r"(?<!\S)(?:[a-z0-9-]+\.)+[a-z]{2,24}/\S*\.(?:png|jpe?g|webp|gif)(?:\?\S*)?(?!\S)",
    re.IGNORECASE,
)
_NEVER_LAST: Final = "<>,;.!?"  # of a link
_BRACKETS_OF_PROSE: Final = {")": "(", "]": "["}
# Whether there is anything to do at all: mostly there is not.
_DRESSED_LINK = re.compile(
    rf"\S{_SCHEME}|(?<!\S){_SCHEME}(?:\S*+(?<=[{re.escape(_NEVER_LAST)})\]])|[^\s{_WIDE}]*+\S)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S+")
_MOST_NOTES: Final = 3  # of one kind; a hundred links are not worth a hundred sentences


def with_free_links(cleaned: Cleaned) -> Cleaned:
    """Free links from Markdown, brackets and quotes, and part them from what sticks to them."""
    if "/" not in cleaned.text:
        return cleaned
    cleaned = _mended(cleaned, _without_scheme)
    if _DRESSED_LINK.search(cleaned.text) is None:
        return cleaned
    for find in (_markdown, _between, _before, _behind, _wrapped):
        cleaned = _mended(cleaned, find)
    return cleaned


def _mended(cleaned: Cleaned, find: Callable[[str], Iterator[_Change]]) -> Cleaned:
    changes = list(find(cleaned.text))
    if not changes:
        return cleaned
    said = cleaned.saying(*(note for note, _ in changes[:_MOST_NOTES]))
    return said.edited(edit for _, edits in changes for edit in edits)


def _read(match: re.Match[str], link: str, *edits: Edit) -> _Change:
    return read_as(*match.span(), match.group(), link), edits


def _without_scheme(text: str) -> Iterator[_Change]:
    """Find `example.com/a.png`."""
    for match in _NO_SCHEME.finditer(text):
        start = match.start()
        yield _read(match, f"https://{match.group()}", (start, start, "https://"))


def _markdown(text: str) -> Iterator[_Change]:
    """Find `[image](https://…)`."""
    for match in _MARKDOWN_LINK.finditer(text):
        glued_before = match.start() > 0 and not text[match.start() - 1].isspace()
        glued_behind = match.end() < len(text) and not text[match.end()].isspace()
        yield _read(
            match,
            match[1],
            (match.start(), match.start(1), " " * glued_before),
            (match.end(1), match.end(), " " * glued_behind),
        )


def _between(text: str) -> Iterator[_Change]:
    """Find the signs between links that stick together: `https://…,https://…`."""
    for match in _BETWEEN_LINKS.finditer(text):
        sign = quote(match.group())
        said = msg("I replaced `{sign}` between the links with a space.", sign=sign)
        yield remark(*match.span(), said), ((*match.span(), " "),)


def _before(text: str) -> Iterator[_Change]:
    """Find words that end where a link begins: `image:https://…`."""
    for match in _BEFORE_LINK.finditer(text):
        said = msg("I put a space before `{parameter}`.", parameter=quote(match["link"]))
        start = match.start("link")
        yield remark(start, match.end(), said), ((start, start, " "),)


def _behind(text: str) -> Iterator[_Change]:
    """Find words that begin where a link ends: `https://…，一只猫`."""  # noqa: RUF002
    for match in _BEHIND_LINK.finditer(text):
        link = text[match.end("open") : match.start("sign")]
        yield _read(match, link, (*match.span("open"), ""), (*match.span("sign"), " "))


def _wrapped(text: str) -> Iterator[_Change]:
    """Find links with brackets, quotes or punctuation around them: `<https://…>,`."""
    for match in _LINK_WORD.finditer(text):
        start, end = match.end(1), match.end()
        opened = match[1]
        link = text[start:end].rstrip(_NEVER_LAST)
        link = _closed(link) if opened else _unopened(link)
        if len(link) == end - match.start():
            continue
        rest = "" if opened else text[start + len(link) : end].strip(_NEVER_LAST)
        edits: tuple[Edit, ...] = (
            (match.start(), start, ""),
            (start + len(link), end, rest and f" {rest}"),
        )
        following = _WORD.search(text, end)
        if opened.strip("<") and start + len(link) == end and following is not None:
            at = following.start()  # a quotation that begins with the link goes on without it
            edits = (edits[0], (at, at, opened.strip("<")))
        yield _read(match, link, *edits)


def _closed(link: str) -> str:
    """Take the signs that close what was opened before the link from its end."""
    bare = link.rstrip(_CLOSERS + _NEVER_LAST)
    return bare + ")" if "(" in bare and ")" not in bare else bare


def _unopened(link: str) -> str:
    """Take away a bracket at its end that was opened among the words before the link."""
    opener = _BRACKETS_OF_PROSE.get(link[-1])
    return link if opener is None or opener in link else link[:-1].rstrip(_NEVER_LAST)
