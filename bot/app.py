"""One process of the bot: the order of its start and of its stop.

Start: the port first (hosts wait for it), then the database, then the parts of each role, which
`bot/roles` make. Stop: nothing new is taken, what is under way has a few seconds, then everything
closes. Being killed instead is as good: correctness never depends on a clean stop.
"""

import asyncio
import gc
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack

import structlog

from bot.config import Settings
from bot.errors import ImagineError, StoreBusyError, StoreError, StoreUnusableError
from bot.roles import EVERY_ROLE, Role, check_roles
from bot.roles.parts import Outside, Parts, Shared, keeper_parts
from bot.roles.web import web_parts
from bot.store import Database, open_database
from bot.web import WebServer
from bot.web.readiness import Check

__all__ = ["App", "Outside", "run_until_signalled"]

log = structlog.get_logger(__name__)

GC_THRESHOLDS = (100_000, 50, 10)  # Python's own are 700, 10 and 10

# For work under way. Closing Discord and the web server may add 3 s, and a stop has 8 s in all.
DRAIN_S = 4.5
DATABASE_RETRY_MAX_S = 15.0


class App:
    """One process of the bot, with all roles or some."""

    def __init__(
        self,
        settings: Settings,
        outside: Outside | None = None,
        roles: frozenset[Role] = EVERY_ROLE,
        on_serving: Callable[[], None] = lambda: None,
    ) -> None:
        """Build it; `on_serving` is called when all parts are made and begin to run.

        Raises:
            ConfigError: the roles cannot be split up on this database.
        """
        check_roles(roles, settings)
        self._settings = settings
        self._outside = outside or Outside()
        self._roles = roles
        self._on_serving = on_serving
        self._server = WebServer()
        self._port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._stopping = asyncio.Event()
        self._life: asyncio.Task[None] | None = None
        self._is_serving = False

    def stop(self) -> None:
        """Begin to stop; `run` returns within 8 seconds."""
        self._stopping.set()
        if self._life is not None and not self._is_serving:
            self._life.cancel()  # still starting: there is nothing to drain

    async def port(self) -> int:
        """Give the port, once it is bound; only the web role binds one."""
        return await asyncio.shield(self._port)

    async def run(self) -> None:
        """Run until `stop`.

        Raises:
            PortUnavailableError: the port cannot be bound.
            StoreBusyError, StoreUnusableError: we cannot have the database.
            TokenRejectedError: Discord does not accept the token.
        """
        try:
            async with AsyncExitStack() as stack:
                if Role.WEB in self._roles:
                    port = await stack.enter_async_context(self._server.listen(self._settings.port))
                    self._port.set_result(port)
                    log.info("listening", port=port)
                async with asyncio.TaskGroup() as group:
                    self._life = group.create_task(self._live())
                    if self._stopping.is_set():  # while the port was bound
                        self._life.cancel()
        except* ImagineError as errors:
            raise _first(errors) from None
        log.info("stopped")

    async def _live(self) -> None:
        async with AsyncExitStack() as stack:
            database, parts = await self._begin(stack)
            self._is_serving = True
            log.info("serving", roles=sorted(map(str, self._roles)))
            self._on_serving()
            await self._serve(parts, database)

    async def _begin(self, stack: AsyncExitStack) -> tuple[Database, Parts]:
        """Open the database and make the parts, which read it; `stack` closes them.

        Wait for a database that is away, but not for what a person must change.
        """
        for wait_s in _growing_waits():
            try:
                return await self._try_to_begin(stack)
            except StoreError as error:
                if not _may_pass(error):
                    raise
                log.warning("database_away", error=str(error), retry_s=round(wait_s, 1))
            await asyncio.sleep(wait_s)
        raise AssertionError("the waits do not end")  # pragma: no cover

    async def _try_to_begin(self, stack: AsyncExitStack) -> tuple[Database, Parts]:
        async with AsyncExitStack() as tried:
            opening = open_database(self._settings.database_url)
            database = await tried.enter_async_context(opening)
            shared = Shared(self._settings, self._outside, database)
            parts = await self._make_parts(shared, tried)
            await stack.enter_async_context(tried.pop_all())
        return database, parts

    async def _make_parts(self, shared: Shared, stack: AsyncExitStack) -> Parts:
        """Make the parts of our roles, importing late what only one of them needs."""
        parts = Parts()
        if Role.WEB in self._roles:
            parts |= await web_parts(shared)
        if Role.GATEWAY in self._roles:
            from bot.roles.gateway import gateway_parts  # noqa: PLC0415 - Discord's library

            parts |= await gateway_parts(shared, stack)
        if Role.WORKER in self._roles:
            from bot.roles.worker import worker_parts  # noqa: PLC0415 - the provider's client

            parts |= await worker_parts(shared, stack)
        if parts.claims:
            parts |= await keeper_parts(shared, parts.claims)
        return parts

    async def _serve(self, parts: Parts, database: Database) -> None:
        """Run all parts until it is time to stop, then let the loops drain."""
        async with asyncio.TaskGroup() as group:
            loops = {name: group.create_task(loop.run()) for name, loop in parts.loops.items()}
            background = [group.create_task(run()) for run in parts.background]
            are_alive = {name: _alive(task) for name, task in loops.items()}
            checks = {"database": database.is_ready, **are_alive, **parts.checks}
            if parts.pages is not None:
                self._server.open(parts.pages, checks, parts.troubles)
            await self._stopping.wait()
            log.info("stopping")
            for loop in parts.loops.values():
                loop.stop()
            if loops:
                await asyncio.wait(loops.values(), timeout=DRAIN_S)
            for task in (*loops.values(), *background):
                task.cancel()


async def run_until_signalled(
    settings: Settings, outside: Outside | None = None, roles: frozenset[Role] = EVERY_ROLE
) -> None:
    """Run one process until SIGTERM or SIGINT; see `App` and `App.run` for what it raises."""
    app = App(settings, outside, roles, on_serving=_freeze)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, app.stop)
    await app.run()


def _freeze() -> None:
    """Leave what was loaded out of garbage collections, and collect less often.

    What was loaded stays, and scanning it takes long. What a burst of commands allocates is freed
    without the collector, once the commands are answered.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


def _growing_waits() -> Iterator[float]:
    """Return seconds: about 0.5, 1, 2 … 15, each with some jitter so that processes spread out."""
    wait_s = 0.5
    while True:
        yield wait_s * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
        wait_s = min(wait_s * 2, DATABASE_RETRY_MAX_S)


def _may_pass(error: StoreError) -> bool:
    """Whether waiting for the database may help."""
    return not isinstance(error, StoreBusyError | StoreUnusableError)


def _first(errors: BaseExceptionGroup[ImagineError]) -> ImagineError:
    """Give the first of our errors, however deep the task groups have wrapped it."""
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


def _alive(task: asyncio.Task[None]) -> Check:
    async def is_alive() -> bool:
        return not task.done()

    return is_alive
