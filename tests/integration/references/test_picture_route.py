"""The address under which a kept picture is shown. On all databases."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
import pytest
from sqlalchemy import event

from bot.images import clean_png
from bot.images.cleaning import MAX_PNG_BYTES
from bot.store import Database, SqlReferenceStore
from bot.web import CallbackTags, ReferenceTags, WebServer
from bot.web.references import ReferenceHandler
from bot.web.server import Route
from bot.web.signing import REFERENCE_PATH
from tests.integration.references.fixtures import SECRET, TAGS, photo
from tests.pictures import keep_picture
from tests.redaction import forbid
from tests.standins.migrated import scratch_database


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


async def test_headers_let_browsers_show_only_a_picture_and_cache_it(
    one_listener: Listener,
) -> None:
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


def test_our_links_are_known_under_any_former_public_url() -> None:
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
