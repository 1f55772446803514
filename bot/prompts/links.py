"""The links to pictures in a prompt, and what each is used for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.texts import Text, msg
from bot.prompts.prompt import parse
from bot.prompts.scanner import LINK

_AROUND: Final = "<>,;"  # what may stand around a link and is no part of it
_URL: Final = re.compile(r"(?<!\S)https?://\S+", re.IGNORECASE)
# Behind a link as it was pasted: nothing, its weight, or what no link goes on with.
_LINK_ENDS: Final = r"(?=::|--|[.!?]?(?:[^\x21-\x7e]|\Z)|[]>,;|)}\"'`*_~])"
_NAMED: Final = (msg("the first image"), msg("the second image"), msg("the third image"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureLink:
    """A link in a prompt."""

    url: str  # as it stands there, without a weight
    parameter: str | None  # whose value it is, by its canonical name; None: an image prompt
    role: Text  # as a person would name the picture, within a sentence


def links_of(prompt: str) -> tuple[PictureLink, ...]:
    """Return the links of a plain prompt in order."""
    return tuple(_links(prompt)) if "://" in prompt else ()


def urls_in(prompt: str) -> Iterator[str]:
    """Return the addresses in a plain prompt that was read, whatever they are used for."""
    return (
        (_bare(match.group()) for match in _URL.finditer(prompt)) if "://" in prompt else iter(())
    )


def _links(prompt: str) -> Iterator[PictureLink]:
    read = parse(prompt)
    for number, url in enumerate(read.images, start=1):
        named = _NAMED[number - 1] if number <= len(_NAMED) else msg("image {n}", n=number)
        yield PictureLink(url=_bare(url), parameter=None, role=named)
    for argument in read.arguments:
        for value in argument.values:
            if LINK.match(value):
                role = msg("the style image")
                if argument.name != "sref":
                    role = msg("the picture for `--{parameter}`", parameter=argument.name)
                yield PictureLink(url=_bare(value), parameter=argument.name, role=role)


def _bare(value: str) -> str:
    """Return a link without the weight behind it."""
    return value.partition("::")[0].strip(_AROUND)


def with_links(prompt: str, links: Mapping[str, str]) -> str:
    """Return the prompt with other links for these ones, wherever they stand; weights stay."""
    others = {_bare(link.strip(_AROUND)): other for link, other in links.items()}
    if not others:
        return prompt
    longest_first = sorted(others, key=len, reverse=True)
    pattern = "|".join(map(re.escape, longest_first))
    return re.sub(rf"(?<![\w/])(?:{pattern}){_LINK_ENDS}", lambda found: others[found[0]], prompt)
