"""The page for scrapers over a real socket: who may read it, and what reading it costs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest

from bot.domain.errors import StoreError
from bot.domain.jobs import JobStatus
from bot.domain.queue import QueueStats
from bot.observability.metrics import Metrics
from bot.web import WebServer
from bot.web.limits import WEB_LIMITS, WebLimits
from bot.web.metrics import MetricsHandler
from bot.web.server import Route

TOKEN = "token-of-the-scraper"
STATS = QueueStats(
    by_state={JobStatus.QUEUED: 5},
    oldest_waiting=timedelta(),
    slots_in_use=0,
    slots=10,
    deliveries_waiting=0,
)


class Queue:
    """Counts how often it is read; may be slow or away."""

    def __init__(self) -> None:
        self.reads = 0
        self.is_away = False
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def read(self) -> QueueStats:
        self.reads += 1
        await self.may_answer.wait()
        if self.is_away:
            raise StoreError("away")
        return STATS


@asynccontextmanager
async def listening(*routes: Route) -> AsyncIterator[str]:
    server = WebServer()
    async with server.listen(0, "127.0.0.1") as port:
        server.open(routes, {})
        yield f"http://127.0.0.1:{port}/metrics"


@pytest.fixture
def queue() -> Queue:
    return Queue()


@pytest.fixture
def good_for_s() -> float:
    """Return for how long the page shows the queue as it was read."""
    return WEB_LIMITS.stats_good_for_s


@pytest.fixture
async def url(queue: Queue, good_for_s: float) -> AsyncIterator[str]:
    limits = WebLimits(stats_good_for_s=good_for_s)
    handler = MetricsHandler(
        token=TOKEN, render=Metrics(["discord"]).render, read_stats=queue.read, limits=limits
    )
    async with listening(Route("GET", "/metrics", handler)) as url:
        yield url


async def scrape(url: str, authorization: str | None = f"Bearer {TOKEN}") -> tuple[int, str]:
    headers = {} if authorization is None else {"Authorization": authorization}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_whoever_has_the_token_reads_all(url: str) -> None:
    status, text = await scrape(url)
    assert status == 200
    assert 'imagine_jobs{state="queued"} 5.0' in text
    assert 'imagine_answer_seconds_count{platform="discord"} 0.0' in text


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", TOKEN, f"Basic {TOKEN}", "Bearer \u00e4"],
)
async def test_nobody_else_reads_anything(
    url: str, queue: Queue, authorization: str | None
) -> None:
    assert await scrape(url, authorization) == (401, "")
    assert queue.reads == 0


async def test_a_refusal_says_what_is_wanted(url: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_without_a_token_there_is_no_such_page() -> None:
    async with listening() as url:
        assert await scrape(url) == (404, "")


@pytest.mark.parametrize("good_for_s", [3600.0])
async def test_many_scrapers_read_the_queue_once(url: str, queue: Queue) -> None:
    queue.may_answer.clear()
    scraping = [asyncio.create_task(scrape(url)) for _ in range(20)]
    while not queue.reads:  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(0.01)
    queue.may_answer.set()
    assert {status for status, _ in await asyncio.gather(*scraping)} == {200}
    await scrape(url)
    assert queue.reads == 1


@pytest.mark.parametrize("good_for_s", [0.0])
async def test_the_queue_is_read_anew_after_a_while(url: str, queue: Queue) -> None:
    await scrape(url)
    await scrape(url)
    assert queue.reads == 2


async def test_counters_are_shown_while_the_database_is_away(url: str, queue: Queue) -> None:
    queue.is_away = True
    status, text = await scrape(url)
    assert status == 200
    assert "imagine_answer_seconds_count" in text
    assert "imagine_jobs{" not in text
