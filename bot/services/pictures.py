"""Pictures that a prompt needs, and what becomes of it when some no longer exist."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import TypeAlias

from bot.domain.errors import UserError
from bot.domain.texts import Text, msg, msg_n
from bot.prompts import MAX_LENGTH, links_of, urls_in, with_links
from bot.services.requests import Order, Request, linked

# Where the picture behind each link is now; None: the link is known to be dead.
Current: TypeAlias = Callable[[Collection[str]], Awaitable[Mapping[str, str | None]]]

_IMAGES, _STYLES = ("image", "image2"), ("style",)  # the options that hold pictures
_STYLE_PARAMETER = "sref"


class PicturesGoneError(UserError):
    """The prompt needs pictures whose links lead nowhere any more."""

    def __init__(self, roles: Sequence[Text]) -> None:
        *others, last = roles
        pictures = last
        if others:
            listed = reduce(lambda some, one: msg("{some}, {one}", some=some, one=one), others)
            pictures = msg("{some} and {one}", some=listed, one=last)
        super().__init__(
            msg_n(
                "I no longer have {pictures}. Please attach it again with “Edit”; nothing was "
                "charged.",
                "I no longer have {pictures}. Please attach them again with “Edit”; nothing was "
                "charged.",
                count=len(roles),
                pictures=pictures,
            )
        )


async def usable(order: Order, current_links: Current, *, sound: Collection[str] = ()) -> Order:
    """Return the order with the addresses that its pictures have now; `sound` is not looked at.

    Raises:
        PicturesGoneError: some pictures no longer exist.
    """
    prompts = dict.fromkeys((*order.prompts, *(order.fixed.prompts if order.fixed else ())))
    urls = {url for prompt in prompts for url in urls_in(prompt)}.difference(sound)
    if not urls:
        return order
    current = await current_links(urls)
    if None in current.values():
        found = [each for prompt in prompts for each in links_of(prompt)]
        gone = {str(each.role): each.role for each in found if current.get(each.url, "") is None}
        if gone:  # else they stand among the words, and are no pictures
            raise PicturesGoneError(tuple(gone.values()))
    moved = {link: now for link, now in current.items() if now is not None and now != link}
    order = linked(order, moved)
    return replace(order, fixed=linked(order.fixed, moved)) if order.fixed else order


async def in_place_of_gone(request: Request, current_links: Current) -> Request:
    """Let attached pictures stand where pictures of the prompt stood that no longer exist.

    So a person who attaches one again gets it back in its place, with its weight. A picture for
    which there is no such place stays an option.
    """
    if not request.image_links or "://" not in request.prompt or len(request.prompt) > MAX_LENGTH:
        return request
    found = links_of(request.prompt)
    current = await current_links({each.url for each in found})
    gone = [each for each in found if current[each.url] is None]
    images = [each.url for each in gone if each.parameter is None]
    styles = [each.url for each in gone if each.parameter == _STYLE_PARAMETER]
    places = {**_places(request, _IMAGES, images), **_places(request, _STYLES, styles)}
    links = {str(request.options[name]): link for name, link in places.items()}
    prompt = with_links(request.prompt, {old: new for new, old in links.items()})
    placed = {new: old for new, old in links.items() if new in prompt}
    return replace(
        request,
        prompt=prompt,
        options={
            name: value
            for name, value in request.options.items()
            if name not in places or value not in placed
        },
        placed={**request.placed, **placed},
    )


def _places(request: Request, names: Sequence[str], gone: Sequence[str]) -> Mapping[str, str]:
    """Pair the options that hold pictures with the dead links whose places they take."""
    given = [name for name in names if request.options.get(name)]
    return dict(zip(given, gone, strict=False))
