"""Pictures: of a result, and those that people attach."""

import re
from dataclasses import dataclass

_FILE_NAME = re.compile(r"(?P<job_id>[a-z2-7]+)-(?P<number>[0-9]+)\.[a-z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedImage:
    """One image of a result: its bytes, or why there are none."""

    index: int  # into the job's image_urls
    url: str
    data: bytes | None = None
    extension: str = "png"  # from the bytes, not from the URL: png, jpg, webp or gif


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that somebody attached, as the platform reports it before it is downloaded."""

    url: str
    size_bytes: int


def file_name(job_id: str, image: FetchedImage) -> str:
    """Return the name of an image's file, by which it is told again; see `image_at`."""
    return f"{job_id}-{image.index + 1}.{image.extension}"


def image_at(file_name: str) -> tuple[str, int] | None:
    """Say which image of which job a file is, the first being 1; None: of none."""
    found = _FILE_NAME.fullmatch(file_name)
    return None if found is None else (found["job_id"], int(found["number"]))


def extension_of(data: bytes) -> str | None:
    """Return png, jpg, webp or gif by the magic bytes; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    return None
