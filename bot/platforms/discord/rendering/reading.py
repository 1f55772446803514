"""What there is in a message that stands: actions, and pictures. Pure."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import discord

from bot.domain.messages import SeenPicture
from bot.domain.views import Action

# What people and bots upload: into a message, and into the form of a command.
_UPLOADS = ("/attachments/", "/ephemeral-attachments/")


def custom_ids(message: discord.Message) -> list[str]:
    """Return the custom ids of all buttons and menus of a message, in their order."""
    found = (getattr(each, "custom_id", None) for each in _all_components(message.components))
    return [custom_id for custom_id in found if isinstance(custom_id, str)]


def actions_in(message: discord.Message) -> tuple[Action, ...]:
    """Return what the buttons and menus of a message ask for, where they are ours."""
    return tuple(filter(None, map(Action.parse, custom_ids(message))))


def pictures_in(message: discord.Message) -> tuple[SeenPicture, ...]:
    """Return the pictures that were uploaded with a message.

    Attachments that a component shows are absent from `message.attachments`.
    """
    attached = (
        file.url for file in message.attachments if (file.content_type or "").startswith("image/")
    )
    links = [*attached, *filter(is_upload, _gallery_links(message))]
    return tuple(SeenPicture(link=link, file_name=_file_name(link)) for link in links)


def shows_pictures(message: discord.Message) -> bool:
    """Whether a message shows any picture, be it a small one."""
    kinds = (discord.MediaGalleryComponent, discord.ThumbnailComponent)
    return any(isinstance(each, kinds) for each in _all_components(message.components))


def _gallery_links(message: discord.Message) -> Iterator[str]:
    for component in _all_components(message.components):
        if isinstance(component, discord.MediaGalleryComponent):
            yield from (item.media.url for item in component.items)


def is_upload(link: str) -> bool:
    """Whether the link names a file that somebody uploaded to Discord."""
    try:
        return urlsplit(link).path.startswith(_UPLOADS)
    except ValueError:
        return False


def _file_name(link: str) -> str:
    return urlsplit(link).path.rpartition("/")[2]


def _all_components(components: Sequence[discord.Component]) -> Iterator[discord.Component]:
    for component in components:
        yield component
        children: Sequence[discord.Component] = getattr(component, "children", ())
        yield from _all_components(children)
        accessory: discord.Component | None = getattr(component, "accessory", None)
        if accessory is not None:
            yield accessory
