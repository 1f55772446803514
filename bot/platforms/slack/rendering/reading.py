"""What there is in a message that stands: actions, and pictures. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.domain.messages import SeenPicture
from bot.domain.views import Action

Payload = Mapping[str, Any]  # of one message, or of a view

# Slack gives no address for a file that a block names by its id: this one stands for it, and
# whoever fetches it asks where the file is.
_FILES = "https://files.slack.com/"
_BY_ID = f"{_FILES}by-id/"
_FILE_ID = re.compile(r"F[A-Z0-9]{1,20}")


def action_ids(shown: Payload) -> list[str]:
    """Return the ids of all buttons and menus of a message or view, in their order."""
    return [str(each["action_id"]) for each in _elements(shown) if each.get("action_id")]


def actions_in(shown: Payload) -> tuple[Action, ...]:
    """Return what the buttons and menus of a message ask for, where they are ours."""
    return tuple(filter(None, map(Action.parse, action_ids(shown))))


def pictures_in(message: Payload) -> tuple[SeenPicture, ...]:
    """Return the pictures that came with a message, or that its blocks show as files of Slack's."""
    files = (each for each in message.get("files") or () if _is_image(each))
    attached = [
        SeenPicture(link=each["url_private"], file_name=str(each.get("name", ""))) for each in files
    ]
    return (*attached, *_pictures_of_blocks(message))


def link_of_file(file_id: str) -> str:
    """Return the link that stands for a file whose address is not known."""
    return f"{_BY_ID}{file_id}"


def file_in(link: str) -> str | None:
    """Return the id of the file that a link of `link_of_file` stands for; None: it is another."""
    file_id = link.removeprefix(_BY_ID)
    return file_id if file_id != link and _FILE_ID.fullmatch(file_id) else None


def _is_image(file: Payload) -> bool:
    return str(file.get("mimetype", "")).startswith("image/") and bool(file.get("url_private"))


def _pictures_of_blocks(message: Payload) -> Iterator[SeenPicture]:
    """Return the pictures in a message's blocks; those of ours have their file's name as id."""
    for block in message.get("blocks") or ():
        link = _link_in(block) if block.get("type") == "image" else ""
        if link:
            name = str(block.get("block_id", "")) or urlsplit(link).path.rpartition("/")[2]
            yield SeenPicture(link=link, file_name=name)


def _link_in(block: Payload) -> str:
    """Return the link of the file that a block shows; of a picture elsewhere, none."""
    file: Payload = block.get("slack_file") or {}
    if "id" in file:
        return link_of_file(file["id"])
    link = str(file.get("url") or block.get("image_url") or "")
    return link if link.startswith(_FILES) else ""


def _elements(shown: Payload) -> Iterator[Payload]:
    for block in shown.get("blocks") or ():
        yield from block.get("elements") or ()
        yield from (block[place] for place in ("accessory", "element") if place in block)
