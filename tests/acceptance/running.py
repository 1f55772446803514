"""`python -m bot run` as a process of its own, between stand-ins for all that is outside.

`RunningBot.among` brings all up and, when a test has passed, looks for what no test may leave
behind: a request that breaks a platform's rules, and a traceback in the log.
"""

import asyncio
import json
import math
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

import aiohttp
import psycopg
import pytest

from bot.demo.faults import Outcome
from bot.demo.midjourney import MidjourneyStandIn
from tests.pictures import small_picture
from tests.redaction import forbid, tags_of
from tests.standins.forked import ForkedBot
from tests.standins.migrated import migrated_file
from tests.standins.ports import free_port
from tests.standins.postgresql import PostgresServer
from tests.standins.process import BotProcess
from tests.timing import TIMEOUT_S

T = TypeVar("T")

# Of the processor, in 1.5 s: less than a loop that spins takes, more than a few looks around.
AWAKE_S = 0.4
TAKEOVER_S = 20.0  # a lease, and the second after which the others look at it
_LONG_AGO, _FAR_AHEAD = "2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"
ENDLESS = Outcome(seconds=math.inf)  # until `RunningBot.finish_jobs`
API_KEY = "key-that-nobody-may-see"
WEBHOOK_SECRET = "webhook-secret-that-nobody-may-see"


@dataclass(kw_only=True)
class RunningBot:
    """A bot process, the provider and the chats it talks to, and its database."""

    folder: Path
    database_url: str
    midjourney: MidjourneyStandIn
    bot: Any  # a BotProcess or a BotTask
    make_process: ClassVar[type[BotProcess]] = ForkedBot

    @classmethod
    @asynccontextmanager
    async def among(
        cls,
        chats: Mapping[str, Any],
        folder: Path,
        *,
        port: int | None = None,
        seconds: float = 0.2,
        database_url: str | None = None,
        hooks: bool = True,
        start: bool = True,
        make_bot: Callable[..., Any] | None = None,
        environment: dict[str, str] | None = None,
        **midjourney: Any,
    ) -> AsyncIterator[Self]:
        """Start everything; `hooks=False`: without PUBLIC_URL, `start=False`: without the bot.

        `chats` are the stand-ins of chat platforms by the names of their fields. `seconds` and
        `midjourney` are for the stand-in of the Midjourney API. `make_bot=BotTask` keeps the bot
        in this process, `make_bot=BotProcess` starts it as an operator does.
        """
        midjourney = {"draw": small_picture, "api_key": API_KEY, "seconds": seconds} | midjourney
        async with AsyncExitStack() as stack:
            for chat in chats.values():
                await stack.enter_async_context(chat)
            api = await stack.enter_async_context(MidjourneyStandIn(**midjourney))
            port = port or free_port()
            file = folder / "imagine.db"
            url = database_url or (migrated_file(file) if start else f"sqlite:///{file}")
            settings = {
                "MIDJOURNEY_API_KEY": API_KEY,
                "MIDJOURNEY_API_URL": api.url,
                "IMAGE_HOSTS": api.url,
                "WEBHOOK_SECRET": WEBHOOK_SECRET,
                "DATABASE_URL": url,
                "LOG_LEVEL": "DEBUG",  # no level may show what no log may hold
            }
            for chat in chats.values():
                settings |= chat.environment
            if hooks:
                settings["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
            make_bot = make_bot or cls.make_process
            bot = make_bot(settings | (environment or {}), log=folder / "bot.log", port=port)
            running = cls(folder=folder, database_url=url, midjourney=api, bot=bot, **chats)
            stack.push_async_callback(bot.kill)
            if start:
                await running.start()
            yield running
            await bot.kill()
            running.check()

    # ── What the chats of a subclass say ────────────────────────────────────────────────────────

    @property
    def chats(self) -> list[Any]:
        """The stand-ins of its chat platforms."""
        raise NotImplementedError

    @property
    def chat(self) -> Any:
        """The first of them."""
        return self.chats[0]

    async def wait_until_usable(self, processes: int = 1) -> None:
        """Wait until people can send commands, and so many processes are connected."""
        raise NotImplementedError

    def is_noticed_gone(self) -> bool:
        """Whether the chats have noticed that the process is gone."""
        raise NotImplementedError

    # ── Its life ────────────────────────────────────────────────────────────────────────────────

    async def start(self) -> None:
        """Start the bot (again) and wait until people can use it."""
        await self.bot.start()
        await self.wait_until_usable()

    async def restart(self) -> None:
        """Kill the bot and start it again, after the leases of the dead process have ended."""
        await self.bot.kill()
        await self.wait_for(self.is_noticed_gone, what="the end of its connections")
        self.pass_leases()
        await self.start()

    @asynccontextmanager
    async def second(self, **environment: str) -> AsyncIterator[BotProcess]:
        """Start a second process on the same database, and wait until it is connected too."""
        log = self.folder / "second.log"
        bot = self.make_process(self.bot.environment | environment, log=log)
        async with bot:
            await self.wait_until_usable(processes=2)
            yield bot

    @asynccontextmanager
    async def split(self) -> AsyncIterator["Split"]:
        """Start a process for each role, instead of one for all; `bot` is the one that listens."""
        async with AsyncExitStack() as stack:
            processes: dict[str, BotProcess] = {"web": self.bot}
            for role in ("gateway", "worker"):
                log = self.folder / f"{role}.log"
                processes[role] = self.make_process(self.bot.environment, log=log)
                stack.push_async_callback(processes[role].kill)
            for role, process in processes.items():
                process.command = ("-m", "bot", "run", "--roles", role)
                await process.start(ready_within=None)
            for process in processes.values():
                await self.wait_for(partial(_is_serving, process), what="serving processes")
            await self.wait_until_usable()
            yield Split(**processes)

    async def wait_for(
        self, predicate: Callable[[], T], within: float = TIMEOUT_S, what: str = ""
    ) -> T:
        """Wait until `predicate()` is true and give what it gave; the log's end if it does not."""
        try:
            return await self.chats[0].wait_for(predicate, within, what=what)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.bot.tail(15)}") from None

    # ── What the Midjourney API saw ─────────────────────────────────────────────────────────────

    def submits(self, prompt: str | None = None) -> list[str]:
        """Return the prompts of all submits that arrived, or of those of one prompt."""
        prompts = [str(submit.payload["prompt"]) for submit in self.midjourney.submits]
        return [made for made in prompts if prompt in {None, made}]

    def pictures(self, prompt: str, count: int = 4) -> list[bytes]:
        """Return the pictures that the API draws for a prompt."""
        return [small_picture(prompt, index) for index in range(count)]

    async def finish_jobs(self, count: int = 1) -> None:
        """Let the API end every job that is under way, once it has got so many."""
        await self.wait_for(lambda: len(self.midjourney.jobs) >= count, what="jobs to finish")
        for task_id in self.midjourney.jobs:
            self.midjourney.finish(task_id)

    def hook_url(self) -> str:
        """Return the callback address of the latest submit."""
        return str(self.midjourney.submits[-1].payload["hookUrl"])

    async def call_back(self, url: str, body: bytes = b"{}") -> int:
        """Post to a callback address as anybody might, and give the status of the answer."""
        async with aiohttp.ClientSession() as session, session.post(url, data=body) as response:
            return response.status

    # ── The process and its database ────────────────────────────────────────────────────────────

    async def get(self, path: str) -> tuple[int, str]:
        """Return status and text of one of the bot's own pages."""
        async with aiohttp.ClientSession() as session, session.get(self.bot.url + path) as answer:
            return answer.status, await answer.text()

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Run one statement in the bot's database, beside it, and give the rows if it has any."""
        if self.database_url.startswith("sqlite"):
            path = self.database_url.removeprefix("sqlite:///")
            connection: Any = sqlite3.connect(path, timeout=TIMEOUT_S, isolation_level=None)
        else:
            connection = psycopg.connect(self.database_url, autocommit=True)
        try:
            cursor = connection.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    def statuses(self) -> list[str]:
        """Return the status of every job, oldest first."""
        return [status for (status,) in self.sql("SELECT status FROM jobs ORDER BY created_at")]

    def pass_deadlines(self) -> None:
        """Let the time be over that the API may take for the jobs whose fate is unknown."""
        self.sql("UPDATE jobs SET deadline_at = '2020-01-01 00:00:00' WHERE status = 'unknown'")

    def put_off_polls(self) -> None:
        """Let no running job be looked at again, unless somebody calls."""
        self.sql("UPDATE jobs SET next_poll_at = '2099-01-01 00:00:00' WHERE status = 'running'")

    def age_sends(self) -> None:
        """Let the first attempts at sending be older than what a chat platform remembers."""
        [(parts,)] = self.sql("SELECT parts FROM deliveries")
        aged = parts.replace('"started_at": "20', '"started_at": "19')
        self.sql(f"UPDATE deliveries SET parts = '{aged}'")

    async def pass_retry_delay(self) -> None:
        """Let what could not be shown at once, as soon as that is known, be due again."""
        postponed = "FROM outbox WHERE attempts > 0"
        await self.wait_for(lambda: self.sql(f"SELECT key {postponed}"), what="a failed attempt")
        past = "UPDATE outbox SET due_at = '2020-01-01 00:00:00'"
        await asyncio.to_thread(self.sql, past)

    def pass_leases(self) -> None:
        """Let the leases of killed or frozen processes be over, as they are after 15 seconds."""
        past = "'2020-01-01 00:00:00'"
        self.sql(f"UPDATE leases SET until = {past}")

    def pass_account_pause(self) -> None:
        """Let the pause of the account be over, as far as it has got."""
        self._move_account_pause(since=_LONG_AGO, until=_LONG_AGO)

    def prolong_account_pause(self) -> None:
        """Let the pause of the account, which may be over, last longer than any test."""
        self._move_account_pause(until=_FAR_AHEAD)

    def _move_account_pause(self, **times: str) -> None:
        [(stored,)] = self.sql("SELECT value FROM settings WHERE key = 'submit_window'")
        window = json.loads(stored)
        window["account"] |= times
        self.sql(f"UPDATE settings SET value = '{json.dumps(window)}' WHERE key = 'submit_window'")

    async def cpu_seconds(self, over: float = 1.0) -> float:
        """Measure how much processor time the bot takes in so many seconds."""
        before = _cpu_seconds(self.bot.pid)
        await asyncio.sleep(over)
        return _cpu_seconds(self.bot.pid) - before

    # ── What no test may leave behind ───────────────────────────────────────────────────────────

    def check(self) -> None:
        """Raise AssertionError for a broken rule of a chat platform or a traceback in a log.

        What else no log may hold is searched for after the test, see `tests.redaction`.
        """
        violations = [str(violation) for chat in self.chats for violation in chat.violations]
        assert not violations, violations
        for log in self.folder.glob("*.log"):
            text = log.read_text(errors="replace")
            assert "Traceback" not in text, text[text.index("Traceback") - 300 :][:4000]
        forbid(API_KEY, WEBHOOK_SECRET, *tags_of(self.midjourney))


@dataclass(frozen=True, kw_only=True)
class Split:
    """One process for each role."""

    web: BotProcess
    gateway: BotProcess
    worker: BotProcess


def _is_serving(process: BotProcess) -> bool:
    assert process.is_running, process.tail()
    return process.has_logged('"serving"')


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100  # user and system, in ticks of 10 ms


async def on_both_databases(
    up: Callable[..., AbstractAsyncContextManager[Any]],
    folder: Path,
    postgresql: PostgresServer,
    scenario: Callable[[Any], Awaitable[None]],
    **options: Any,
) -> None:
    """Run a scenario on SQLite and on PostgreSQL, both at the same time; options as `up`."""

    async def run(name: str, url: str | None) -> None:
        (folder / name).mkdir()
        async with up(folder / name, database_url=url, **options) as wire:
            await scenario(wire)

    async with asyncio.TaskGroup() as group:
        group.create_task(run("sqlite", None))
        group.create_task(run("postgresql", postgresql.new_database()))


def slow(value: object) -> Any:
    """Return a value of a parameter that only `-m slow` tries."""
    return pytest.param(value, marks=pytest.mark.slow)


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._start
