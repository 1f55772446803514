"""The small pictures in the list of jobs: where they can be had soon, and never in the way."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.domain.errors import ImageError
from bot.domain.jobs import JobStatus
from bot.domain.timings import TIMINGS, Timings
from bot.domain.views import Picture
from bot.screens.limits import MAX_PICTURE_URL
from bot.screens.thumbnails import LINKS_LAST, MAX_KEPT, ThumbnailCache, Thumbnails
from tests.clocks import SteppedClock
from tests.replies import NOW
from tests.unit.screens.listed import Provider, job, page, pictures


class Slow(Provider):
    """Has what nobody can wait for."""

    async def fetch(self, url: str) -> tuple[bytes, str]:
        await asyncio.sleep(3600)
        raise AssertionError("it was waited for")


async def small(data: bytes) -> bytes:
    if data == b"broken":
        raise ImageError("broken")
    return b"small " + data


def thumbnails(
    provider: Provider, *, later: timedelta = timedelta(), timings: Timings = TIMINGS
) -> Thumbnails:
    return Thumbnails(
        pictures=pictures(provider),
        thumbnailer=small,
        extension="webp",
        clock=SteppedClock(NOW + later),
        timings=timings,
    )


def data_of(found: dict[str, Picture]) -> list[bytes | None]:
    return [picture.data for picture in found.values()]


async def test_only_finished_jobs_have_a_small_picture() -> None:
    others = [job(JobStatus.QUEUED, number=1), job(JobStatus.FAILED, number=2)]
    found = await thumbnails(Provider(provider_0=b"fox")).of(page([job(), *others]))
    (picture,) = found.values()
    assert list(found) == [job().id]
    assert (picture.file_name, picture.data) == (f"{job().id}.webp", b"small fox")
    assert (picture.words, str(picture.label)) == ("a fox", "picture 1 of 1")


async def test_a_small_picture_is_made_once() -> None:
    provider = Provider(provider_0=b"fox")
    made = thumbnails(provider)
    assert await made.of(page([job()])) == await made.of(page([job()]))
    assert provider.fetched == ["provider/0"]


async def test_without_a_picture_the_providers_link_is_tried() -> None:
    for provider in (Provider(), Provider(provider_0=b"broken")):
        (picture,) = (await thumbnails(provider).of(page([job()]))).values()
        assert (picture.url, picture.data) == ("provider/0", None)


async def test_a_link_that_is_old_or_long_is_not_tried() -> None:
    assert await thumbnails(Provider(), later=LINKS_LAST).of(page([job()])) == {}
    long = job(image_urls=("x" * (MAX_PICTURE_URL + 1),))
    assert await thumbnails(Provider()).of(page([long])) == {}


async def test_a_list_does_not_wait_for_slow_pictures() -> None:
    hurried = replace(TIMINGS, thumbnails_within_s=0.01, thumbnail_link_timeout_s=60.0)
    found = await thumbnails(Slow(), timings=hurried).of(page([job()]))
    assert data_of(found) == [None]


def test_only_so_many_small_pictures_are_kept_and_those_looked_at_stay() -> None:
    cache = ThumbnailCache()
    cache.put("first", b"1")
    for number in range(MAX_KEPT):
        cache.put(str(number), b"")
        assert cache.get("first") == b"1"
    assert cache.get("0") is None
    assert cache.get("1") == b""
