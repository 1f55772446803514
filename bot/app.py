"""One process of the bot: the order of its start and of its stop.

Start: the port first (hosts wait for it), then the database and the parts of each role, which
`bot.wiring` puts together. Stop: nothing new is taken, what is under way has a few seconds, then
everything closes. Being killed instead is as good: correctness never depends on a clean stop.
"""

import asyncio
import gc
import itertools
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.config import Settings
from bot.domain.backoff import Backoff
from bot.domain.errors import ImagineError, StoreBusyError, StoreError, StoreUnusableError
from bot.web import WebServer
from bot.web.readiness import Check
from bot.wiring import EVERY_ROLE, Externals, Role, check_roles

if TYPE_CHECKING:  # it comes with what waits until the port is bound
    from bot.wiring.parts import Parts

log = structlog.get_logger(__name__)

# Python's own are 700, 10 and 10. Imports make little garbage, and what a burst of commands
# allocates is freed without the collector, once the commands are answered.
GC_THRESHOLDS = (200_000, 50, 10)

DATABASE_RETRY = Backoff(first=timedelta(seconds=0.5), longest=timedelta(seconds=15), jitter=0.2)


class App:
    """One process of the bot, with all roles or some."""

    def __init__(
        self,
        settings: Settings,
        externals: Externals | None = None,
        roles: frozenset[Role] = EVERY_ROLE,
        on_serving: Callable[[], None] = lambda: None,
    ) -> None:
        """Build it; `on_serving` is called when all parts are made and begin to run.

        Raises:
            ConfigError: the roles cannot be split up on this database.
        """
        check_roles(roles, settings)
        self._settings = settings
        self._externals = externals or Externals()
        self._roles = roles
        self._on_serving = on_serving
        self._server = WebServer(self._externals.web_limits)
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
        """Return the port, once it is bound; only the web role binds one."""
        return await asyncio.shield(self._port)

    async def run(self) -> None:
        """Run until `stop`.

        Raises:
            PortUnavailableError: the port cannot be bound.
            StoreBusyError, StoreUnusableError: we cannot have the database.
            TokenRejectedError: no chat platform is left that accepts its token.
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
            parts = await self._begin(stack)
            self._is_serving = True
            log.info("serving", roles=sorted(map(str, self._roles)))
            self._on_serving()
            await self._serve(parts)

    async def _begin(self, stack: AsyncExitStack) -> "Parts":
        """Put the parts together, which read the database; `stack` closes them.

        Wait for a database that is away, but not for what a person must change.
        """
        for failures in itertools.count(1):
            try:
                return await self._try_to_begin(stack)
            except StoreError as error:
                if not _may_pass(error):
                    raise
                wait_s = DATABASE_RETRY.after(failures).total_seconds()
                log.warning("database_away", error=str(error), retry_s=round(wait_s, 1))
            await asyncio.sleep(wait_s)
        raise AssertionError("the waits do not end")  # pragma: no cover

    async def _try_to_begin(self, stack: AsyncExitStack) -> "Parts":
        from bot.wiring.parts import build  # noqa: PLC0415 - hosts wait for the port, not for this

        async with AsyncExitStack() as tried:
            building = build(self._settings, self._roles, self._externals)
            parts = await tried.enter_async_context(building)
            await stack.enter_async_context(tried.pop_all())
        return parts

    async def _serve(self, parts: "Parts") -> None:
        """Run all parts until it is time to stop, then let the loops drain."""
        work = parts.work
        async with asyncio.TaskGroup() as group:
            loops = {name: group.create_task(loop.run()) for name, loop in work.loops.items()}
            background = [group.create_task(run()) for run in work.background]
            are_alive = {name: _alive(task) for name, task in loops.items()}
            checks = {"database": parts.database.is_ready, **are_alive, **work.checks}
            self._server.open(work.routes, checks, work.troubles, work.notes)
            await self._stopping.wait()
            log.info("stopping")
            for loop in work.loops.values():
                loop.stop()
            if loops:
                await asyncio.wait(loops.values(), timeout=self._externals.timings.drain_s)
            for task in (*loops.values(), *background):
                task.cancel()


async def run_until_signalled(
    settings: Settings,
    externals: Externals | None = None,
    roles: frozenset[Role] = EVERY_ROLE,
) -> None:
    """Run one process until SIGTERM or SIGINT; see `App` and `App.run` for what it raises."""
    gc.set_threshold(*GC_THRESHOLDS)
    app = App(settings, externals, roles, on_serving=_freeze)
    stop_on_signals(app)
    await app.run()


def stop_on_signals(app: App) -> None:
    """Let SIGTERM and SIGINT stop it."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, app.stop)
        except NotImplementedError:  # Windows, where they arrive between two steps of the loop
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(app.stop))


def _freeze() -> None:
    """Leave what was loaded out of garbage collections: it stays, and scanning it takes long."""
    gc.collect()
    gc.freeze()


def _may_pass(error: StoreError) -> bool:
    """Whether waiting for the database may help."""
    return not isinstance(error, StoreBusyError | StoreUnusableError)


def _first(errors: BaseExceptionGroup[ImagineError]) -> ImagineError:
    """Return the first of our errors, however deep the task groups have wrapped it."""
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


def _alive(task: asyncio.Task[None]) -> Check:
    async def is_alive() -> bool:
        return not task.done()

    return is_alive
