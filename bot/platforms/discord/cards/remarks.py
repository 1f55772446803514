"""What was put right in a prompt or is worth knowing about it, in small letters. Pure."""

from collections.abc import Sequence

from bot.domain.texts import Text
from bot.platforms.discord.rendering.markdown import render, small

REMARK_LIMIT = 300  # characters of one remark; what it quotes is shortened to that


def remarks_line(remarks: Sequence[Text], locale: str, *, limit: int) -> str | None:
    """Return as many of the remarks as fit into `limit` characters; None if there are none."""
    said = sentences(remarks, locale, limit=limit - len(small("")))
    return small(" ".join(said)) if said else None


def sentences(texts: Sequence[Text], locale: str, *, limit: int) -> list[str]:
    """Return each on one line, as many as fit into `limit` characters, and "…" for the others."""
    said: list[str] = []
    budget = limit - len(" …")
    for text in texts:
        sentence = render(text, locale, limit=REMARK_LIMIT)
        budget -= len(sentence) + 1
        if budget < 0:
            return [*said, "…"]
        said.append(sentence)
    return said
