"""Photos, uploads and the services that keep them."""

from datetime import timedelta

from PIL import Image

from bot.domain.conversations import Person
from bot.web import ReferenceTags
from tests.pictures import blank_png, encoded

SECRET = "a secret"
TAGS = ReferenceTags(SECRET)
GPS, ORIENTATION, CAMERA = 0x8825, 0x0112, 0x0110
LATITUDE = 2
SECOND = timedelta(seconds=1)
BOMB = blank_png(12_000)  # small, and 144 megapixels


def photo(kind: str = "JPEG") -> bytes:
    """Return a picture of 40 x 20 that says where and with what it was taken, lying on its side."""
    image = Image.new("RGB", (40, 20), "red")
    exif = image.getexif()
    exif[ORIENTATION] = 6
    exif[CAMERA] = "Spy Camera 3"
    exif.get_ifd(GPS)[LATITUDE] = (47.0, 22.0, 7.0)
    return encoded(image, kind, exif=exif)


HOME = "https://bot.example/"
ANN, BEN = Person.of("discord:1"), Person.of("discord:2")


def link_of(reference_id: str) -> str:
    return f"{HOME}{reference_id}"


def upload(number: int = 1) -> str:
    return f"https://discord.example/attachments/1/{number}/a.jpg?ex=1&is=2"
