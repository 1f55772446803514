"""Blocks of text as Discord's Markdown. Pure."""

from collections.abc import Iterator
from functools import partial

from bot.domain.views import Line, Sentences, Style, Words
from bot.platforms.discord.rendering.markdown import (
    Markdown,
    code_block,
    inline,
    quote,
    render,
    small,
)

SENTENCE_LIMIT = 300  # characters of one of several sentences; what it quotes is shortened to that

_MARKS = {Style.NORMAL: "", Style.BIG_TITLE: "## ", Style.TITLE: "### ", Style.ITEM: "- "}


def markdown_of(words: Words, locale: str) -> Markdown:
    """Return a block of text, its lines below each other."""
    return Markdown("\n".join(_lines(words, locale)))


def _lines(words: Words, locale: str) -> Iterator[str]:
    is_quoted = False
    for line in words.lines:
        if isinstance(line, Sentences):
            yield from _sentences(line, locale)
            continue
        text = _line(line, locale)
        starts_quotation = line.style is Style.QUOTE and not is_quoted
        is_quoted |= starts_quotation
        yield quote(text) if starts_quotation else text


def _line(line: Line, locale: str) -> str:
    if line.style is Style.CODE:
        assert isinstance(line.what, str), "code is no sentence"
        return code_block(line.what)
    said = inline(line.what, locale)
    return small(said) if line.style is Style.SMALL else f"{_MARKS.get(line.style, '')}{said}"


def _sentences(sentences: Sentences, locale: str) -> Iterator[str]:
    say = partial(render, locale=locale, limit=SENTENCE_LIMIT)
    if not sentences.is_list:
        said = sentences.fitting(say, room=sentences.limit - len(small("")))
        if said:
            yield small(" ".join(said))
        return
    said = sentences.fitting(say, room=sentences.limit)
    yield from (f"- {sentence}" for sentence in said) if len(said) > 1 else said
