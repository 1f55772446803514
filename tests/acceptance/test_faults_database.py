"""Whatever the database does, at whatever moment: nothing is lost, doubled or paid twice.

PostgreSQL is behind a line that breaks, freezes, trickles and spoils (`tests.standins.line`), and
refuses by itself; SQLite is locked by another program, full, or read-only.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeAlias

import psycopg
import pytest
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from bot.domain.timings import Timings
from bot.platforms.discord.timings import DiscordTimings
from bot.store.limits import DatabaseLimits
from tests.acceptance.running import ENDLESS
from tests.acceptance.wire import Wire
from tests.haste import HURRIED, PATIENT, SWIFT, UNHURRIED, UNHURRIED_DATABASE
from tests.standins.discord import Interaction
from tests.standins.inprocess import BotTask
from tests.standins.line import Line
from tests.standins.postgresql import PostgresServer

PROMPT = "a ship in a storm"
LONG = "a second ship " + "in an endless storm " * 180  # more than a page of the database holds
SOON = {"POLL_INTERVAL": "0.3"}

# The moments at which a transaction may break, by SQL or a value that only it contains.
MOMENTS = {
    "accept": "INSERT INTO jobs",
    "mark-answered": "answered_at=coalesce",
    "claim": "attempt=(jobs.attempt +",
    "record-accepted": "task_id_confirmed=$",
    "note-callback": "hinted_at=$",
    "record-poll": "poll_count=(jobs.poll_count +",
    "start-part": "INSERT INTO deliveries",
    "finish-part": '"posted_at": "20',
    "record-posted": "DO UPDATE SET status",
}


# People wait for the database for a fiftieth of the time.
IMPATIENT = replace(PATIENT, store_timeout=timedelta(seconds=0.1))


@pytest.fixture
def line(postgres_server: PostgresServer) -> Line:
    return Line(postgres_server.new_database())


@pytest.mark.parametrize("after", [False, True], ids=["before-commit", "after-commit"])
@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_transaction_that_breaks(
    tmp_path: Path, line: Line, moment: str, after: bool
) -> None:
    async with line.open(), up(tmp_path, line) as wire:
        cut = line.cut_commit(MOMENTS[moment], after=after)
        await wire.imagine(PROMPT)
        await wire.settled(PROMPT)
        posted = [("posted",)]
        await wire.wait_for(lambda: wire.sql("SELECT status FROM deliveries") == posted)
        [card] = wire.outcomes(PROMPT)
        assert cut.struck == 1
        assert card.images == wire.pictures(PROMPT)
        assert wire.submits() == [PROMPT]


@asynccontextmanager
async def up(
    folder: Path,
    line: Line | None = None,
    timings: Timings = PATIENT,
    discord_timings: DiscordTimings = UNHURRIED,
    database_limits: DatabaseLimits = UNHURRIED_DATABASE,
) -> AsyncIterator[Wire]:
    url = None if line is None else line.url
    bot = partial(
        BotTask,
        timings=timings,
        discord_timings=discord_timings,
        database_limits=database_limits,
    )
    async with Wire.up(
        folder, make_bot=bot, database_url=url, seconds=0.05, environment=SOON
    ) as wire:
        if line is not None:
            wire.database_url = line.target_url  # where the test looks for itself
        yield wire


# ── Away for a while ────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def refused(line: Line) -> AsyncIterator[None]:
    """Nobody listens any more."""
    line.refuses = True
    line.break_all()
    yield
    line.refuses = False


@asynccontextmanager
async def spoilt(line: Line) -> AsyncIterator[None]:
    """Somebody else answers."""
    line.spoil = lambda data: b"HTTP/1.1 400 Bad Request\r\n\r\n"[: len(data)]
    yield
    line.spoil = None
    line.break_all()


@asynccontextmanager
async def closed_to_all(line: Line) -> AsyncIterator[None]:
    """The server takes no connections, as when there are too many."""
    async with altered(line, "ALLOW_CONNECTIONS false", "ALLOW_CONNECTIONS true"):
        yield


@asynccontextmanager
async def read_only(line: Line) -> AsyncIterator[None]:
    """The server is a standby, as in the middle of a failover."""
    setting = "SET default_transaction_read_only"
    async with altered(line, f"{setting} = on", f"{setting} = off"):
        yield


@asynccontextmanager
async def altered(line: Line, trouble: str, cure: str) -> AsyncIterator[None]:
    server, _, name = line.target_url.rpartition("/")

    def alter(change: str) -> None:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name} {change}")

    await asyncio.to_thread(alter, trouble)
    line.break_all()
    yield
    await asyncio.to_thread(alter, cure)
    line.break_all()


Trouble: TypeAlias = Callable[[Line], AbstractAsyncContextManager[None]]
AWAY: dict[str, Trouble] = {
    "refused": refused,
    "too-many-connections": closed_to_all,
    "read-only": read_only,
    "garbage": spoilt,
}


@pytest.mark.parametrize("trouble", AWAY)
async def test_postgresql_away_for_a_while(tmp_path: Path, line: Line, trouble: str) -> None:
    async with line.open(), up(tmp_path, line, IMPATIENT) as wire:
        await outage(wire, AWAY[trouble](line))


async def outage(wire: Wire, trouble: AbstractAsyncContextManager[None]) -> None:
    """Play a job whose end comes while the database is away, and a command that comes then."""
    wire.bot.may_log_tracebacks = True  # of the command that could not be stored
    wire.midjourney.faults.outcomes.add(ENDLESS)
    await wire.imagine(PROMPT)
    await wire.wait_for(lambda: wire.statuses() == ["running"])
    async with trouble:
        await wire.finish_jobs()
        await wire.wait_for(lambda: wire.midjourney.callbacks)
        asked = await wire.imagine(LONG)
        await wire.wait_for(lambda: "went wrong on my side" in private_words(asked))
    await wire.settled(PROMPT)
    assert wire.submits() == [PROMPT]
    assert wire.statuses() == ["succeeded"]


def private_words(asked: Interaction) -> str:
    """Return what only the person who asked sees."""
    shown = [message for message in (asked.response, *asked.followups) if message]
    return "\n".join(message.text for message in shown if message.ephemeral)


async def test_postgresql_that_hangs_for_a_while(tmp_path: Path, line: Line) -> None:
    async with line.open(), up(tmp_path, line, timings=SWIFT, discord_timings=HURRIED) as wire:
        line.freeze()
        asked = await wire.imagine(PROMPT)
        assert asked.deferred  # "thinking…", within the time that Discord gives
        assert wire.statuses() == []
        line.thaw()
        await wire.settled(PROMPT)
        assert wire.submits() == [PROMPT]


async def test_postgresql_that_trickles(tmp_path: Path, line: Line) -> None:
    async with line.open(), up(tmp_path, line) as wire:
        line.trickle_s = 0.001
        await wire.imagine(PROMPT)
        await wire.settled(PROMPT)
        assert wire.submits() == [PROMPT]


# ── SQLite ──────────────────────────────────────────────────────────────────────────────────────


class Pragma:
    """Sets something on the bot's only connection, at the begin of each transaction."""

    def __init__(self) -> None:
        self.statement: str | None = None

    def __call__(self, connection: Connection) -> None:
        if self.statement is not None:
            connection.exec_driver_sql(f"PRAGMA {self.statement}")


@pytest.fixture
def pragma() -> Iterator[Pragma]:
    pragma = Pragma()
    event.listen(Engine, "begin", pragma)
    yield pragma
    event.remove(Engine, "begin", pragma)


@asynccontextmanager
async def during(pragma: Pragma, trouble: str, cure: str) -> AsyncIterator[None]:
    pragma.statement = trouble
    yield
    pragma.statement = cure


@asynccontextmanager
async def locked(wire: Wire) -> AsyncIterator[None]:
    """Another program writes, as a backup or a shell may."""
    path = wire.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, check_same_thread=False)) as other:
        # Beside the event loop: the bot's own transactions must go on meanwhile.
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        yield
        other.rollback()


async def test_sqlite_locked_for_long(tmp_path: Path) -> None:
    limits = DatabaseLimits(transaction_timeout_s=1.0)
    async with up(tmp_path, timings=IMPATIENT, database_limits=limits) as wire:
        await outage(wire, locked(wire))


async def test_sqlite_locked_for_a_moment(tmp_path: Path) -> None:
    async with up(tmp_path, timings=SWIFT, discord_timings=HURRIED) as wire:
        async with locked(wire):
            asked = await wire.imagine(PROMPT)
            assert asked.deferred
        await wire.settled(PROMPT)
        assert wire.submits() == [PROMPT]


@pytest.mark.parametrize(
    ("trouble", "cure"),
    [("max_page_count = 1", "max_page_count = 1000000"), ("query_only = 1", "query_only = 0")],
    ids=["full", "read-only"],
)
async def test_sqlite_that_cannot_be_written(
    tmp_path: Path, pragma: Pragma, trouble: str, cure: str
) -> None:
    async with up(tmp_path, timings=IMPATIENT) as wire:
        await outage(wire, during(pragma, trouble, cure))
