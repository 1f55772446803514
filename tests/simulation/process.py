"""One process of the bot: the real parts, as `bot.wiring` puts them together, behind a border."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp.streams import EMPTY_PAYLOAD

from bot.domain.errors import ImageError
from bot.domain.timings import TIMINGS
from bot.store import Database
from bot.web.signing import PATH
from tests.simulation.chat import CDN_URL, Chat, DiscordDoor
from tests.simulation.fault_injection import Border
from tests.simulation.memory_chat import MemoryChat
from tests.simulation.memory_door import MemoryDoor
from tests.simulation.provider import Callback, Line, Provider
from tests.simulation.slack_chat import SimulatedSlack, SlackDoor
from tests.simulation.stores import Connections, Doubt, FaultyStores
from tests.simulation.virtual_time import VirtualTimeLoop
from tests.wiring import PUBLIC_URL, handler_of, parts_on, plain_settings, services_of

SLOTS = 3
DOORS: Mapping[type, Callable[..., Any]] = {
    MemoryChat: MemoryDoor,
    Chat: DiscordDoor,
    SimulatedSlack: SlackDoor,
}
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x08\x00\x00\x00\x06"


class Pictures:
    """Implements `ports.ImageFetcher`; some pictures are never there."""

    def __init__(self, border: Border, missing: set[str]) -> None:
        self._border = border
        self._missing = missing

    async def fetch(self, url: str) -> tuple[bytes, str]:
        """See `ports.ImageFetcher.fetch`."""
        await self._border.cross("picture", lambda: ImageError("no answer from pictures.example"))
        if url in self._missing:
            raise ImageError("pictures.example answered 403")
        return PICTURE + url.encode(), "png"


class Process:
    """Runs until it is killed. Whatever else ends it is a defect, and is kept in `crash`."""

    def __init__(
        self,
        number: int,
        *,
        loop: VirtualTimeLoop,
        database: Database,
        provider: Provider,
        chat: Chat | MemoryChat | SimulatedSlack,
        missing: set[str],
        border: Border,
        doubt: Doubt,
        hooked: bool,
        alone: bool,
        ahead_s: float,
    ) -> None:
        """Build it; with `hooked` it has a public address, `alone` it holds the database."""
        self.number = number
        self.border = border
        self.crash: BaseException | None = None
        self._loop = loop
        self._side_tasks: set[asyncio.Task[None]] = set()
        clock = _Clock(loop, ahead_s)
        self.door = DOORS[type(chat)](chat, border, clock)
        link = Database(Connections(database.transactor, loop), is_exclusive=alone)
        settings = plain_settings(
            public_url=PUBLIC_URL if hooked else None,
            discord_cdn_url=CDN_URL,
            midjourney_concurrency=SLOTS,
            daily_jobs_per_user=1000,
            max_waiting_per_user=1000,
            **self.door.settings,
        )
        parts = parts_on(
            link,
            settings=settings,
            clock=clock,
            owner=f"process-{number}",
            wrap_store=FaultyStores(link, border, doubt),
            provider=Line(provider, border, number),
            images=Pictures(border, missing),
            clean_picture=_unchanged,
            timings=TIMINGS,
            **self.door.externals,
        )
        self._parts = loop.let(parts)
        self.service, self.stores = services_of(self._parts).imagine, self._parts.stores
        self.door.open(self._parts)
        border.on_death = self._drop
        self._life = loop.create_task(self._live())

    @property
    def is_alive(self) -> bool:
        return not self.border.is_dead

    def do(self, work: Coroutine[Any, Any, object]) -> None:
        """Let it do something beside its own work, as an event from outside would."""
        task = self._loop.create_task(self._finish(work))
        self._side_tasks.add(task)
        task.add_done_callback(self._side_tasks.discard)

    async def take(self, callback: Callback) -> int:
        """Return it a callback as its web server would; give the status of the answer."""
        take = handler_of(self._parts, PATH)
        answer = await take(_Post(callback))  # type: ignore[arg-type]
        return answer.status

    async def _live(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for loop in self._parts.work.loops.values():
                    group.create_task(loop.run())
        except Exception as error:  # noqa: BLE001 - whatever it is, it is to be reported
            if self.is_alive:
                self.crash = error

    def stop(self) -> None:
        """Let it end cleanly, like `bot.app`, but without a time limit."""
        for loop in self._parts.work.loops.values():
            loop.stop()

    def cut_off(self) -> None:
        """End what a clean stop did not wait for any longer."""
        self._life.cancel()

    async def _finish(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - whatever it is, it is to be reported
            if self.is_alive:
                self.crash = error

    def _drop(self) -> None:
        """Let no part of it run on."""
        for task in (self._life, *self._side_tasks):
            task.cancel()


class _Post:
    """A request, as far as the webhook looks at it."""

    def __init__(self, callback: Callback) -> None:
        self.match_info = {"job_id": callback.job_id, "tag": callback.tag}
        self.content = EMPTY_PAYLOAD  # all of the body is here
        self._body = f'{{"status": 0, "data": {{"taskId": "{callback.task_id}", "status": 1}}}}'

    async def read(self) -> bytes:
        return self._body.encode()


async def _unchanged(data: bytes) -> bytes:
    return data


class _Clock:
    """The time of day, as one process knows it."""

    def __init__(self, loop: VirtualTimeLoop, ahead_s: float) -> None:
        self._loop = loop
        self._ahead = timedelta(seconds=ahead_s)

    def now(self) -> datetime:
        return self._loop.now() + self._ahead

    def monotonic(self) -> float:
        return self._loop.time()
