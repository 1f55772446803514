"""What came with a command."""

from collections.abc import Mapping
from typing import TypeVar

import discord

from bot.domain.pictures import Upload

T = TypeVar("T")


def given(**options: T | None) -> dict[str, T]:
    """Return the options that were chosen, by name."""
    return {name: value for name, value in options.items() if value is not None}


def uploads_in(images: Mapping[str, discord.Attachment]) -> dict[str, Upload]:
    """Return the attached files as the core knows them, by name."""
    return {name: Upload(url=image.url, size_bytes=image.size) for name, image in images.items()}
