"""Pictures that the tests hand around: real ones, and what passes for one until it is decoded."""

import hashlib
import io
import struct
import zlib
from datetime import datetime

from PIL import Image

from bot.domain.conversations import Person
from bot.domain.jobs import new_job_id
from bot.ports.references import ReferenceStore
from bot.services.references import admit_pictures

ANN = Person.of("discord:1")

# The head of a PNG of 8 x 6 pixels, which tells its format and size.
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x08\x00\x00\x00\x06" + b"\x00" * 40


def picture(index: int) -> bytes:
    """Return what passes for a PNG, another one for every index."""
    return PNG + bytes([index])


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def png(*, side: int = 8, colour: str = "red") -> bytes:
    return encoded(Image.new("RGB", (side, side), colour))


def small_picture(prompt: str, index: int) -> bytes:
    """Return a tiny PNG, another one for every prompt and index; the artist takes longer."""
    digest = hashlib.sha256(f"{prompt} {index}".encode()).digest()
    return encoded(Image.frombytes("RGB", (3, 3), (digest * 2)[:27]))


def blank_png(side: int) -> bytes:
    """Return a valid PNG of side x side black pixels, one bit each."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checksum

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((side // 8 + 1) * side), 9)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", rows), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


async def keep_picture(
    references: ReferenceStore, data: bytes, *, now: datetime, person: Person = ANN
) -> str:
    """Keep a picture as if it had been attached, and return its id."""
    reference_id = new_job_id()
    await references.put_references(
        {reference_id: data}, person=person, admit=admit_pictures, now=now
    )
    return reference_id
