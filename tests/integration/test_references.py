"""Attached images: drawn anew, kept for a day, and shown under a link. On all databases."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin
from sqlalchemy import event

from bot.clock import SystemClock
from bot.domain.conversations import Person
from bot.domain.errors import LimitError, NoImageError, TooManyPixelsError, UserError
from bot.domain.people import PictureUsage
from bot.images import clean_png
from bot.images.cleaning import MAX_PNG_BYTES, MAX_PNG_SIDE
from bot.services.memory_budget import MemoryBudget
from bot.services.references import (
    KEPT_FOR,
    MAX_BYTES,
    MEBIBYTE,
    PictureLimits,
    ReferenceService,
    admit_pictures,
)
from bot.store import Database, SqlDraftStore, SqlReferenceStore
from bot.web import CallbackTags, ReferenceTags, WebServer
from bot.web.references import ReferenceHandler
from bot.web.server import Route
from bot.web.signing import REFERENCE_PATH
from bot.workers.janitor import Janitor
from tests.clocks import SteppedClock
from tests.jobs import JobStores
from tests.pictures import blank_png, encoded, keep_picture
from tests.redaction import forbid
from tests.standins.migrated import scratch_database
from tests.wiring import Nobody

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


# ── Drawing anew ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_where_and_with_what_a_photo_was_taken_is_gone(kind: str) -> None:
    original = photo(kind)
    assert b"Spy Camera" in original
    assert Image.open(io.BytesIO(original)).getexif().get_ifd(GPS)
    png = await clean_png(original)
    assert b"Spy Camera" not in png
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG"
    assert not image.getexif()
    assert image.info == {}


async def test_a_photo_stands_upright_without_its_orientation_note() -> None:
    assert Image.open(io.BytesIO(await clean_png(photo()))).size == (20, 40)


async def test_notes_in_a_png_are_gone() -> None:
    note = PngImagePlugin.PngInfo()
    note.add_text("Author", "Somebody")
    original = encoded(Image.new("RGB", (8, 8)), "PNG", pnginfo=note)
    assert b"Somebody" not in await clean_png(original + b"and something behind the end")


async def test_nothing_behind_the_end_of_the_file_comes_along() -> None:
    assert b"PK\x03\x04" not in await clean_png(photo() + b"PK\x03\x04 an archive")


async def test_transparency_stays() -> None:
    png = await clean_png(
        encoded(Image.new("RGBA", (8, 8), (255, 0, 0, 10)), "WEBP", lossless=True)
    )
    assert Image.open(io.BytesIO(png)).getpixel((0, 0)) == (255, 0, 0, 10)


async def test_of_an_animation_the_first_picture_is_taken() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    original = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    image = Image.open(io.BytesIO(await clean_png(original)))
    assert (getattr(image, "n_frames", 1), image.getpixel((0, 0))) == (1, (255, 0, 0))


async def test_a_large_picture_is_scaled_down_in_proportion() -> None:
    png = await clean_png(encoded(Image.new("RGB", (4096, 1024)), "JPEG"))
    assert Image.open(io.BytesIO(png)).size == (MAX_PNG_SIDE, MAX_PNG_SIDE // 4)


async def test_even_noise_fits() -> None:
    channels = [Image.effect_noise((2048, 2048), 100) for _ in range(3)]
    noise = encoded(Image.merge("RGB", channels), "JPEG", quality=95)
    assert len(await clean_png(noise)) <= MAX_PNG_BYTES


async def test_a_bomb_is_refused() -> None:
    assert len(BOMB) < 100_000
    with pytest.raises(TooManyPixelsError):
        await clean_png(BOMB)


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"%PDF-1.7", b"BM" + b"\0" * 60])
async def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(NoImageError):
        await clean_png(data)


# ── Publishing ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def service(database: Database) -> ReferenceService:
    return ReferenceService(
        store=SqlReferenceStore(database),
        clock=SystemClock(),
        clean=clean_png,
        link=link_of,
        id_in=lambda link: link.rpartition("/")[2] if link.startswith(HOME) else None,
        memory=MemoryBudget(1),
    )


HOME = "https://bot.example/"
ANN, BEN = Person.of("discord:1"), Person.of("discord:2")


def link_of(reference_id: str) -> str:
    return f"{HOME}{reference_id}"


def upload(number: int = 1) -> str:
    return f"https://discord.example/attachments/1/{number}/a.jpg?ex=1&is=2"


async def test_what_is_published_is_the_picture_drawn_anew(
    service: ReferenceService, database: Database
) -> None:
    [link] = (await service.publish({upload(): photo()}, person=ANN)).values()
    kept = await SqlReferenceStore(database).get_reference(link.rpartition("/")[2])
    assert kept == await clean_png(photo())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"MZ not a picture", "isn't a picture"),
        (b"x" * (MAX_BYTES + 1), "larger than 8 MiB"),
        (BOMB, "25 million pixels"),
        (photo()[:200], "damaged"),
    ],
    ids=["no picture", "too large", "a bomb", "damaged"],
)
async def test_what_cannot_be_used_is_refused_in_one_sentence(data: bytes, said: str) -> None:
    service = storeless(link=link_of)
    with pytest.raises(UserError, match=said):
        await service.publish({upload(1): photo(), upload(2): data}, person=ANN)


def storeless(*, link: Callable[[str], str] | None) -> ReferenceService:
    return ReferenceService(
        store=NoStore(),
        clock=SystemClock(),
        clean=clean_png,
        link=link,
        id_in=lambda _: None,
        memory=MemoryBudget(1),
    )


class NoStore(SqlReferenceStore):
    def __init__(self) -> None:
        """Keep nothing: every use is an error."""


async def test_without_a_public_address_the_original_is_checked_and_named() -> None:
    service, original = storeless(link=None), upload()
    assert await service.publish({original: photo()}, person=ANN) == {original: original}
    assert await service.published([original], person=ANN) == {}
    with pytest.raises(UserError):
        await service.publish({original: b"no picture"}, person=ANN)


async def test_pictures_are_dropped_a_day_after_they_were_needed_last(database: Database) -> None:
    references = SqlReferenceStore(database)
    now = datetime.now(UTC)
    long_ago = now - KEPT_FOR - SECOND
    old = await keep_picture(references, b"old", now=long_ago)
    needed = await keep_picture(references, b"needed", now=long_ago)
    young = await keep_picture(references, b"young", now=now - KEPT_FOR + 60 * SECOND)
    assert await references.use_references([needed, "a" * 20], now=now) == {needed}
    await janitor(database).clean(await JobStores(database).fence())
    assert await references.get_reference(old) is None
    assert await references.get_reference(needed) == b"needed"
    assert await references.get_reference(young) == b"young"


# ── Limits ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def narrow(database: Database) -> ReferenceService:
    """Return a service that keeps three pictures of a person and five in all."""
    return ReferenceService(
        store=SqlReferenceStore(database),
        clock=SteppedClock(NOW),
        clean=unchanged,
        link=link_of,
        id_in=lambda _link: None,
        memory=MemoryBudget(1),
        limits=PictureLimits(of_person=3, bytes_of_person=100, of_all=5, bytes_of_all=150),
    )


async def unchanged(data: bytes) -> bytes:
    return data


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def test_a_person_may_attach_only_so_many_pictures(narrow: ReferenceService) -> None:
    for number in range(3):
        await narrow.publish({upload(number): b"a"}, person=ANN)
    with pytest.raises(LimitError, match=r"up to 3 pictures.*more") as caught:
        await narrow.publish({upload(3): b"a"}, person=ANN)
    assert NOW + timedelta(hours=24) in caught.value.text.values.values()
    await narrow.publish({upload(1): b"a"}, person=ANN)  # the same one again takes no more room
    await narrow.publish({upload(3): b"a"}, person=BEN)


async def test_a_person_may_attach_only_so_many_bytes(narrow: ReferenceService) -> None:
    await narrow.publish({upload(1): bytes(60)}, person=ANN)
    with pytest.raises(LimitError, match="in all, in 24 hours"):
        await narrow.publish({upload(2): bytes(20), upload(3): bytes(21)}, person=ANN)
    assert await narrow.published([upload(2), upload(3)], person=ANN) == {}
    await narrow.publish({upload(2): bytes(20), upload(3): bytes(20)}, person=ANN)


@pytest.mark.parametrize("size", [1, 70])
async def test_nobody_pushes_out_what_others_attached(narrow: ReferenceService, size: int) -> None:
    kept = 2 if size > 1 else 5
    for number in range(kept):
        await narrow.publish({upload(1): bytes(size)}, person=Person.of(f"discord:{number}"))
    with pytest.raises(LimitError, match="any more pictures right now"):
        await narrow.publish({upload(1): bytes(size)}, person=Person.of("discord:9"))
    for number in range(kept):
        assert await narrow.published([upload(1)], person=Person.of(f"discord:{number}"))


async def test_commands_at_the_same_time_keep_no_more_than_the_limit(
    narrow: ReferenceService,
) -> None:
    outcomes = await asyncio.gather(
        *(narrow.publish({upload(number): b"a"}, person=ANN) for number in range(8)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, dict) for each in outcomes) == 3
    assert sum(isinstance(each, LimitError) for each in outcomes) == 5


@given(
    before=st.lists(st.tuples(st.integers(0, 86_399), st.integers(1, 12)), max_size=20),
    sizes=st.lists(st.integers(1, 8), min_size=1, max_size=3),
)
def test_there_is_room_again_exactly_when_it_is_said(
    before: list[tuple[int, int]], sizes: list[int]
) -> None:
    recent = [(NOW - timedelta(seconds=age), size * MEBIBYTE) for age, size in before]
    wanted = [size * MEBIBYTE for size in sizes]

    def ask(moment: datetime) -> datetime | None:
        still = tuple(each for each in recent if each[0] > moment - timedelta(hours=24))
        usage = PictureUsage(of_person=still, count=0, total_bytes=0)
        try:
            admit_pictures(usage, wanted)
        except LimitError as error:
            [when] = [each for each in error.text.values.values() if isinstance(each, datetime)]
            return when
        return None

    when = ask(NOW)
    if when is not None:
        assert when > NOW
        assert ask(when) is None
        assert ask(when - SECOND) == when


async def test_the_same_file_is_the_same_picture_whatever_its_signature(
    service: ReferenceService,
) -> None:
    links = await service.publish({upload(): photo()}, person=ANN)
    again = upload().replace("ex=1", "ex=2")
    assert await service.published([again, upload(7)], person=ANN) == {again: links[upload()]}
    assert await service.published([again], person=BEN) == {}


class Lasting(Nobody):
    """A platform whose links do not end."""

    def link_end(self, _link: str, _asked_at: datetime | None) -> None:
        return None


async def test_what_is_no_longer_kept_leads_nowhere(service: ReferenceService) -> None:
    links = await service.publish({upload(): photo()}, person=ANN)
    [alive] = links.values()
    dead, foreign = link_of("b" * 20), "https://elsewhere.example/a.png"
    assert await service.current([alive, dead, foreign], Lasting()) == {
        alive: alive, dead: None, foreign: foreign,
    }  # fmt: skip


async def test_drafts_are_dropped_after_a_day(database: Database) -> None:
    drafts = SqlDraftStore(database)
    now = datetime.now(UTC)
    old = await drafts.put_draft(
        Person.of("discord:1"), "old", now=now - timedelta(hours=24, seconds=1)
    )
    young = await drafts.put_draft(Person.of("discord:1"), "young", now=now - timedelta(hours=23))
    await janitor(database).clean(await JobStores(database).fence())
    assert await drafts.get_draft(old, Person.of("discord:1")) is None
    assert await drafts.get_draft(young, Person.of("discord:1")) == "young"


def janitor(database: Database) -> Janitor:
    return Janitor(
        retention=JobStores(database),
        drafts=SqlDraftStore(database),
        references=SqlReferenceStore(database),
        clock=SystemClock(),
        kept_for=timedelta(days=30),
    )


# ── The route ───────────────────────────────────────────────────────────────────────────────────


@dataclass
class Listener:
    """A listening server with a store behind it."""

    url: str
    session: aiohttp.ClientSession
    database: Database

    async def put(self, png: bytes) -> str:
        """Keep a picture and give its path."""
        return path_of(
            await keep_picture(SqlReferenceStore(self.database), png, now=datetime.now(UTC))
        )

    async def get(self, path: str, method: str = "GET") -> tuple[aiohttp.ClientResponse, bytes]:
        async with self.session.request(method, self.url + path) as response:
            return response, await response.read()


def path_of(reference_id: str, tag: str | None = None) -> str:
    right_tag = TAGS.tag(reference_id)
    forbid(right_tag)
    return f"/reference/{reference_id}/{tag or right_tag}.png"


async def listen(stack: AsyncExitStack, database: Database) -> Listener:
    server = WebServer()
    port = await stack.enter_async_context(server.listen(0, "127.0.0.1"))
    session = await stack.enter_async_context(aiohttp.ClientSession())
    handler = ReferenceHandler(references=SqlReferenceStore(database), tags=TAGS)
    server.open([Route("GET", REFERENCE_PATH, handler)], {})
    return Listener(f"http://127.0.0.1:{port}", session, database)


@pytest.fixture
async def listener(database: Database) -> AsyncIterator[Listener]:
    """Return a listener on each kind of database."""
    async with AsyncExitStack() as stack:
        yield await listen(stack, database)


@pytest.fixture
async def one_listener() -> AsyncIterator[Listener]:
    """Return a listener where the kind of database does not matter."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(scratch_database())
        yield await listen(stack, database)


async def test_a_link_shows_the_very_picture(listener: Listener) -> None:
    png = await clean_png(photo())
    response, body = await listener.get(await listener.put(png))
    assert (response.status, body) == (200, png)


async def test_a_picture_of_the_largest_size_can_be_kept_and_shown(listener: Listener) -> None:
    data = bytes(range(256)) * (MAX_PNG_BYTES // 256)
    _, body = await listener.get(await listener.put(data))
    assert body == data


async def test_browsers_take_it_for_a_picture_only_and_keep_it(one_listener: Listener) -> None:
    response, _ = await one_listener.get(await one_listener.put(b"<script>"))
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'"
    assert response.headers["Cache-Control"] == "public, max-age=86400, immutable"


async def test_head_answers_with_the_headers_alone(one_listener: Listener) -> None:
    response, body = await one_listener.get(await one_listener.put(b"12345"), "HEAD")
    assert (response.status, body) == (200, b"")
    assert response.headers["Content-Length"] == "5"


async def test_a_wrong_tag_and_an_unknown_picture_look_the_same(one_listener: Listener) -> None:
    reference_id = (await one_listener.put(b"png")).split("/")[2]
    for path in (path_of(reference_id, "a" * 32), path_of("b" * 20)):
        response, body = await one_listener.get(path)
        assert (response.status, body) == (404, b"")
        assert {*response.headers} == {"Content-Length", "Date"}


async def test_the_tag_of_a_callback_opens_no_picture(one_listener: Listener) -> None:
    reference_id = (await one_listener.put(b"png")).split("/")[2]
    response, _ = await one_listener.get(path_of(reference_id, CallbackTags(SECRET).tag("x" * 20)))
    assert response.status == 404
    assert CallbackTags(SECRET).tag(reference_id) != TAGS.tag(reference_id)


async def test_a_wrong_tag_touches_no_database(one_listener: Listener) -> None:
    statements: list[object] = []
    event.listen(
        one_listener.database.engine,
        "before_cursor_execute",
        lambda *arguments: statements.append(arguments),
    )
    for tag in ("c" * 32, "ü" * 32, "%00"):
        await one_listener.get(path_of("b" * 20, tag))
    assert statements == []


def test_a_link_of_ours_is_known_wherever_we_lived_when_it_was_made() -> None:
    id_, other = "b" * 20, ReferenceTags("another secret")
    here = "https://bot.example/a"
    for public_url in (here, "http://old.example:8080", None):
        assert TAGS.id_in(TAGS.link("http://old.example:8080", id_), public_url=public_url) == id_
    assert TAGS.id_in(other.link(here, id_), public_url=here) == ""  # it shows nothing any more
    assert TAGS.id_in(other.link("https://elsewhere.example", id_), public_url=here) is None
    assert TAGS.id_in(f"{here}/reference/nonsense.png", public_url=here) is None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_nothing_can_be_put_there(one_listener: Listener, method: str) -> None:
    response, _ = await one_listener.get(path_of("b" * 20), method)
    assert response.status == 405


async def test_before_the_store_is_open_it_says_so() -> None:
    server = WebServer()
    path = path_of("b" * 20)
    async with (
        server.listen(0, "127.0.0.1") as port,
        aiohttp.request("GET", f"http://127.0.0.1:{port}{path}") as response,
    ):
        assert response.status == 503
