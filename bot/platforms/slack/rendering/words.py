"""Blocks of text as Slack's blocks, or as one piece of mrkdwn. Pure."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextPreformattedElement,
    RichTextQuoteElement,
    SectionBlock,
)

from bot.domain.texts import Text, clip
from bot.domain.views import Line, Sentences, Style, Words
from bot.platforms.slack.rendering.mrkdwn import (
    Mrkdwn,
    bold,
    code_block,
    inline,
    plain,
    quote,
    render,
)

# https://docs.slack.dev/reference/block-kit/blocks
SECTION_LIMIT = 3000  # characters of one text
HEADER_LIMIT = 150
SENTENCE_LIMIT = 300  # of one of several sentences; what it quotes is shortened to that

_BULLET = "• "


def blocks_of(words: Words, locale: str) -> Iterator[Block]:
    """Return a block of text as blocks; lines that look alike share one."""
    for kind, lines in groupby(_lines(words, locale), key=type):
        if kind is _Small:
            yield from (ContextBlock(elements=[mrkdwn_text(said)]) for said in _filled(lines))
        elif kind is Mrkdwn:
            yield from (SectionBlock(text=mrkdwn_text(said)) for said in _filled(lines))
        else:
            yield from (line for line in lines if isinstance(line, Block))


def mrkdwn_of(words: Words, locale: str, *, limit: int = SECTION_LIMIT) -> Mrkdwn:
    """Return a block of text in one piece, with as many of its lines as fit into `limit`."""
    said: list[str] = []
    for line in words.lines:
        for text in _as_text(line, locale):
            if sum(map(len, said)) + len(said) + len(text) > limit:
                return Mrkdwn("\n".join(said))
            said.append(text)
    return Mrkdwn("\n".join(said))


def mrkdwn_text(text: str) -> MarkdownTextObject:
    """Return mrkdwn in which Slack looks for nothing that is not marked."""
    return MarkdownTextObject(text=text, verbatim=True)


def plain_text(text: str) -> PlainTextObject:
    """Return text without markup, in which `:fox:` is no emoji."""
    return PlainTextObject(text=text, emoji=False)


def exactly(text: str) -> Block:
    """Return a block of code with exactly these characters."""
    part = RichTextElementParts.Text(text=text or " ")
    return RichTextBlock(elements=[RichTextPreformattedElement(elements=[part])])


def _quoted(text: str) -> Block:
    """Return a quotation with exactly these characters."""
    part = RichTextElementParts.Text(text=text or " ")
    return RichTextBlock(elements=[RichTextQuoteElement(elements=[part])])


class _Small(Mrkdwn):
    """A line in small grey letters."""

    __slots__ = ()


def _lines(words: Words, locale: str) -> Iterator[Mrkdwn | Block]:
    for line in words.lines:
        match line:
            case Sentences(is_list=False):
                yield from map(_Small, _as_text(line, locale))
            case Line(str(text), Style.QUOTE) if not isinstance(text, Mrkdwn):
                yield _quoted(text)
            case Line(str(text), Style.CODE):
                yield exactly(text)
            case Line(Text() as text, Style.BIG_TITLE):
                yield HeaderBlock(text=plain_text(clip(plain(text, locale), HEADER_LIMIT)))
            case Line(style=Style.SMALL):
                yield from map(_Small, _as_text(line, locale))
            case _:
                yield from _as_text(line, locale)


def _as_text(line: Line | Sentences, locale: str) -> Iterator[Mrkdwn]:
    """Return a line, or sentences one by one, as mrkdwn; nothing where nothing is said."""
    if isinstance(line, Sentences):
        yield from _sentences(line, locale)
        return
    if line.style is Style.CODE:
        assert isinstance(line.what, str), "code is no sentence"
        yield code_block(line.what)
    elif said := inline(line.what, locale, limit=SECTION_LIMIT - len(_BULLET)):
        yield _styled(said, line.style)


def _styled(said: Mrkdwn, style: Style) -> Mrkdwn:
    match style:
        case Style.TITLE | Style.BIG_TITLE:
            return bold(said)
        case Style.ITEM:
            return Mrkdwn(f"{_BULLET}{said}")
        case Style.QUOTE:
            return quote(said)
        case _:
            return said


def _sentences(sentences: Sentences, locale: str) -> Iterator[Mrkdwn]:
    say = partial(render, locale=locale, limit=SENTENCE_LIMIT)
    said = sentences.fitting(say, room=sentences.limit)
    if not sentences.is_list:
        yield from filter(None, [Mrkdwn(" ".join(said))])
    else:
        bullet = _BULLET if len(said) > 1 else ""
        yield from (Mrkdwn(f"{bullet}{each}") for each in said)


def _filled(lines: Iterator[Mrkdwn | Block]) -> Iterator[str]:
    """Join lines to texts that Slack takes; no line is longer than one of those."""
    text = ""
    for line in lines:
        longer = f"{text}\n{line}" if text else str(line)
        if len(longer) > SECTION_LIMIT:
            yield text
            longer = str(line)
        text = longer
    if text:
        yield text


def first_words(words: Sequence[Words], locale: str, *, limit: int) -> Mrkdwn:
    """Return the first line of a message in short."""
    for block in words:
        for line in block.lines:
            if isinstance(line, Line) and (said := inline(line.what, locale, limit=limit)):
                return said
    return Mrkdwn("")
