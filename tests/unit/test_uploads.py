"""Images on their way into messages: which are made smaller, and which become links."""

from collections.abc import Sequence

from bot.domain.errors import ImageError
from bot.domain.pictures import FetchedImage
from bot.services.uploads import Uploads


class Cutter:
    """Cuts off what is too much; what begins with a stone stays as it is."""

    async def fit(self, data: bytes, *, max_bytes: int) -> tuple[bytes, str]:
        if data.startswith(b"stone"):
            raise ImageError("too hard")
        return data[:max_bytes], "webp"


def uploads(*contents: bytes) -> Uploads:
    images = [FetchedImage(index=i, url=f"u{i}", data=data) for i, data in enumerate(contents)]
    return Uploads(images, Cutter())


def contents(these: Uploads, indexes: Sequence[int]) -> list[bytes | None]:
    return [image.data for image in these.pick(indexes)]


async def test_an_image_over_the_limit_is_made_to_fit_and_the_others_stay() -> None:
    these = uploads(b"small", b"much too large")
    await these.fit_all(6)
    assert contents(these, [0, 1]) == [b"small", b"much t"]
    assert [image.extension for image in these.pick([0, 1])] == ["png", "webp"]


async def test_what_cannot_be_made_to_fit_becomes_a_link() -> None:
    these = uploads(b"stone and more")
    await these.fit_all(6)
    assert contents(these, [0]) == [None]


async def test_halving_goes_by_the_largest() -> None:
    these = uploads(b"12345678", b"1234", b"123456")
    await these.halve([0, 1, 2])
    assert these.sizes() == {0: 4, 1: 4, 2: 4}


async def test_what_cannot_be_halved_stays_as_it_is() -> None:
    these = uploads(b"stone and more")
    await these.halve([0])
    assert contents(these, [0]) == [b"stone and more"]


async def test_dropped_images_are_links_and_the_others_stay() -> None:
    these = uploads(b"one", b"two")
    these.drop([0])
    assert contents(these, [0, 1]) == [None, b"two"]
