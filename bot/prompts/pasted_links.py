"""Links as people paste them: in Markdown, in brackets, stuck to words and to each other."""

import re
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from bot.domain.texts import Text, msg
from bot.prompts.cleaned import Cleaned, Edit
from bot.prompts.diagnostics import quote, remark

# A place, how it is read, and the edits that make it so.
_Change: TypeAlias = tuple[int, int, str, tuple[Edit, ...]]

_SCHEME: Final = r"https?://"
_LABEL: Final = r"(?:[^\[\]\n]|\[[^\[\]\n]{0,100}+\]){0,200}+"  # brackets in it close again
_MARKDOWN_LINK = re.compile(
    rf"!?\[{_LABEL}\]\(\s?<?({_SCHEME}[^\s<>()]+(?:\([^\s<>()]*\)[^\s<>()]*)?)>?"
    r"(?:\s\"[^\"()]{0,200}\")?\s?\)[,;]?",
    re.IGNORECASE,
)
# As Slack writes it: `<https://…|its name>`.
_NAMED_LINK = re.compile(rf"<({_SCHEME}[^\s<>|]+)\|[^<>\n]{{0,200}}+>[,;]?", re.IGNORECASE)
_OPENERS: Final = "<([{\"'“„«‘*`|_~（【「『《"  # noqa: RUF001
_CLOSERS: Final = ">)]}\"'”“»’*`|_~"  # noqa: RUF001
_OPEN = f"[{re.escape(_OPENERS)}]{{0,8}}+"  # bounded: looked for behind every sign between links
# No link holds these, but where nobody writes blanks they stand right behind one.
_WIDE_SEPARATORS: Final = "，；、。：！？"  # noqa: RUF001
_WIDE: Final = f"{_WIDE_SEPARATORS}（）【】「」『』《》“”"  # noqa: RUF001
_SEPARATORS: Final = f",;|{_WIDE_SEPARATORS}"
_BETWEEN_LINKS = re.compile(
    rf"(?<=[^\s{_SEPARATORS}])[{_SEPARATORS}]++(?={_OPEN}{_SCHEME})", re.IGNORECASE
)
# `https://… | https://…`, `https://… and https://…`
_SPACED_LINKS = re.compile(
    rf"(?<!\S){_OPEN}{_SCHEME}\S+\s+(?P<sign>[{_SEPARATORS}+&]|and|und)\s+(?={_OPEN}{_SCHEME})",
    re.IGNORECASE,
)
# `https://….pnghttps://…`
_GLUED_LINKS = re.compile(rf"\.(?:png|jpe?g|webp|gif)(?=(?P<link>{_SCHEME}\S+))", re.IGNORECASE)
# `https://….png,a cat`
_COMMA_BEHIND_LINK = re.compile(
    rf"(?<!\S){_OPEN}{_SCHEME}\S*?\.(?:png|jpe?g|webp|gif)(?P<sign>[,;])(?=[^\W\d_][^\s/=]*(?:\s|\Z))",
    re.IGNORECASE,
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
_LONE_COLON = re.compile(r"(?<!:):\Z")  # two of them are a weight: `https://…::`
_BRACKETS_OF_PROSE: Final = {")": "(", "]": "["}
# Whether there is anything to do at all: mostly there is not.
_DRESSED_LINK = re.compile(
    rf"\S{_SCHEME}|(?<!\S){_SCHEME}(?:\S*+(?<=[:{re.escape(_NEVER_LAST)})\]])|[^\s{_WIDE}]*+\S)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S+")
_MOST_NOTES: Final = 3  # of one kind; a hundred links are not worth a hundred sentences


def with_free_links(cleaned: Cleaned) -> Cleaned:
    """Free links from Markdown, brackets and quotes, and part them from what sticks to them."""
    if "/" not in cleaned.text:
        return cleaned
    cleaned = _mended(cleaned, _without_scheme, _read)
    if "://" not in cleaned.text:
        return cleaned
    cleaned = _mended(cleaned, _spaced_apart, _parted)
    cleaned = _mended(cleaned, _comma_behind, _parted_from_word)
    if _DRESSED_LINK.search(cleaned.text) is None:
        return cleaned
    cleaned = _mended(cleaned, _markdown, _read)
    cleaned = _mended(cleaned, _named, _read)
    cleaned = _mended(cleaned, _glued, _spaced)
    cleaned = _mended(cleaned, _between, _parted)
    cleaned = _mended(cleaned, _before, _spaced)
    cleaned = _mended(cleaned, _behind, _read)
    return _mended(cleaned, _wrapped, _read)


def _mended(
    cleaned: Cleaned, find: Callable[[str], Iterator[_Change]], say: Callable[[str, str], Text]
) -> Cleaned:
    changes = list(find(cleaned.text))
    if not changes:
        return cleaned
    notes = (
        remark(start, end, say(quote(cleaned.text[start:end]), quote(read)))
        for start, end, read, _ in changes[:_MOST_NOTES]
    )
    return cleaned.saying(*notes).edited(edit for *_, edits in changes for edit in edits)


def _read(typed: str, read: str) -> Text:
    return msg("I read `{typed}` as `{read}`.", typed=typed, read=read)


def _parted(sign: str, _read: str) -> Text:
    return msg("I replaced `{sign}` between the links with a space.", sign=sign)


def _parted_from_word(sign: str, _read: str) -> Text:
    return msg("I replaced `{sign}` behind the link with a space.", sign=sign)


def _spaced(_typed: str, link: str) -> Text:
    return msg("I put a space before `{parameter}`.", parameter=link)


def _without_scheme(text: str) -> Iterator[_Change]:
    """Find `example.com/a.png`."""
    for match in _NO_SCHEME.finditer(text):
        start, end = match.span()
        yield start, end, f"https://{match.group()}", ((start, start, "https://"),)


def _markdown(text: str) -> Iterator[_Change]:
    """Find `[image](https://…)`."""
    for match in _MARKDOWN_LINK.finditer(text):
        start, end = match.span()
        glued_before = start > 0 and not text[start - 1].isspace()
        glued_behind = end < len(text) and not text[end].isspace()
        edits = (
            (start, match.start(1), " " * glued_before),
            (match.end(1), end, " " * glued_behind),
        )
        yield start, end, match[1], edits


def _named(text: str) -> Iterator[_Change]:
    """Find `<https://…|its name>`."""
    for match in _NAMED_LINK.finditer(text):
        start, end = match.span()
        yield start, end, match[1], ((start, end, f" {match[1]} "),)


def _glued(text: str) -> Iterator[_Change]:
    """Find a link that begins where the name of a picture ends: `https://….pnghttps://…`."""
    for match in _GLUED_LINKS.finditer(text):
        start, end = match.span("link")
        yield start, end, match["link"], ((start, start, " "),)


def _spaced_apart(text: str) -> Iterator[_Change]:
    """Find the signs and words between links that stand alone: `https://… | https://…`."""
    for match in _SPACED_LINKS.finditer(text):
        start, end = match.span("sign")
        yield start, end, " ", ((start, end, " "),)


def _comma_behind(text: str) -> Iterator[_Change]:
    """Find a comma between a link and a word: `https://….png,a cat`."""
    for match in _COMMA_BEHIND_LINK.finditer(text):
        start, end = match.span("sign")
        yield start, end, " ", ((start, end, " "),)


def _between(text: str) -> Iterator[_Change]:
    """Find the signs between links that stick together: `https://…,https://…`."""
    for match in _BETWEEN_LINKS.finditer(text):
        start, end = match.span()
        yield start, end, " ", ((start, end, " "),)


def _before(text: str) -> Iterator[_Change]:
    """Find words that end where a link begins: `image:https://…`."""
    for match in _BEFORE_LINK.finditer(text):
        start, end = match.span("link")
        yield start, end, match["link"], ((start, start, " "),)


def _behind(text: str) -> Iterator[_Change]:
    """Find words that begin where a link ends: `https://…，一只猫`."""  # noqa: RUF002
    for match in _BEHIND_LINK.finditer(text):
        link = text[match.end("open") : match.start("sign")]
        edits = ((*match.span("open"), ""), (*match.span("sign"), " "))
        yield match.start(), match.end(), link, edits


def _wrapped(text: str) -> Iterator[_Change]:
    """Find links with brackets, quotes or punctuation around them: `<https://…>,`."""
    for match in _LINK_WORD.finditer(text):
        start, end = match.end(1), match.end()
        opened = match[1]
        link = _LONE_COLON.sub("", text[start:end].rstrip(_NEVER_LAST))
        link = _closed(link) if opened else _unopened(link)
        if len(link) == end - match.start():
            continue
        rest = "" if opened else text[start + len(link) : end].strip(f"{_NEVER_LAST}:")
        edits: tuple[Edit, ...] = (
            (match.start(), start, ""),
            (start + len(link), end, rest and f" {rest}"),
        )
        following = _WORD.search(text, end)
        if opened.strip("<") and start + len(link) == end and following is not None:
            at = following.start()  # a quotation that begins with the link goes on without it
            edits = (edits[0], (at, at, opened.strip("<")))
        yield match.start(), end, link, edits


def _closed(link: str) -> str:
    """Take the signs that close what was opened before the link from its end."""
    bare = link.rstrip(_CLOSERS + _NEVER_LAST)
    is_own = "(" in bare and ")" not in bare and link.startswith(")", len(bare))
    return bare + ")" if is_own else bare


def _unopened(link: str) -> str:
    """Take away a bracket at its end that was opened among the words before the link."""
    opener = _BRACKETS_OF_PROSE.get(link[-1])
    return link if opener is None or opener in link else link[:-1].rstrip(_NEVER_LAST)
