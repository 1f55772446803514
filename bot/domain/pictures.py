"""Pictures: of a result, and those that people attach."""

from dataclasses import dataclass


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
