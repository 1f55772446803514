"""The rules for links that lead to no picture: pages, films, files of one's own computer."""

import re
from collections.abc import Iterator
from typing import Final

from bot.domain.texts import msg
from bot.prompts.arguments import Source
from bot.prompts.diagnostics import Diagnostic, Severity, quote
from bot.prompts.parts import Parts
from bot.prompts.scanner import LINK
from bot.prompts.text_rules import INNER_LINK

# Where people copy the address of a message, a post or a share instead of the picture's own.
_PAGE: Final = re.compile(
    r"https?://(?:"
    r"(?:\w+\.)?discord\.com/channels/"
    r"|(?:[\w-]+\.)+slack\.com/(?:archives|files)/"
    r"|(?:www\.|alpha\.)?midjourney\.com/"
    r"|(?:\w+\.)?pinterest\.[a-z.]{2,6}/pin/"
    r"|drive\.google\.com/(?:file|drive|open)"
    r"|(?:www\.)?instagram\.com/(?:p|reel)/"
    r"|(?:www\.)?(?:x|twitter)\.com/\w+/status/"
    r")",
    re.IGNORECASE,
)
_OTHER_FILE: Final = re.compile(
    r"https?://[^?#]*\.(?:mp4|mov|webm|gifv|hei[cf]|svg|pdf|psd|tiff?)(?:[?#]\S*)?", re.IGNORECASE
)
# There, attached files are before they are looked at.
_ATTACHED: Final = re.compile(
    r"https?://(?:cdn\.discordapp\.com|files\.slack\.com)/", re.IGNORECASE
)
# What should have been a link; `IMG_0042.jpg` is none, for many write it to get a snapshot.
_BROKEN: Final = re.compile(
    r"(?<!\S)(?:file:/+|ftp://|data:image/|[a-z]:\\|https?:/(?!/)|https?//"
    r"|(?!https?:)h?tt?ps?://)[^\s/]\S*",
    re.IGNORECASE,
)
_SIGNS: Final = re.compile(r"[/\\]")


def link_problems(parts: Parts) -> Iterator[Diagnostic]:
    """Ask about links that lead to no picture."""
    typed = (each for each in parts.arguments if each.source is not Source.DEFAULT)
    values = (value for each in typed for value in each.value.split() if LINK.match(value))
    for link in (*parts.images, *INNER_LINK.findall(parts.words), *values):
        bare = link.partition("::")[0]
        if _PAGE.match(bare) or (_OTHER_FILE.fullmatch(bare) and not _ATTACHED.match(bare)):
            yield _no_picture(parts, bare)
    for match in _BROKEN.finditer(parts.words) if _SIGNS.search(parts.words) else ():
        yield _no_picture(parts, match.group())


def _no_picture(parts: Parts, link: str) -> Diagnostic:
    text = msg(
        "`{link}` leads to no picture that Midjourney can open. Use the picture's own link (png, "
        "jpg, webp or gif), or attach it.",
        link=quote(link),
    )
    start = max(parts.source.find(link), 0)
    end = min(start + len(link), len(parts.source))
    return Diagnostic(severity=Severity.ASK, start=start, end=end, text=text)
