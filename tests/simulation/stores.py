"""The stores of one process behind its border: each call crosses it, there and back.

A place is called by port and method, "database queue.claim". What a call was given, and what came
of it, is looked at too: nobody may change anything with an attempt that is not the latest.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from inspect import signature
from typing import Any, TypeVar

from sqlalchemy import Connection, func, select

from bot.domain.deliveries import Delivery
from bot.domain.errors import StoreError
from bot.domain.jobs import Job, JobStatus
from bot.domain.queue import Claim
from bot.store import Database
from bot.store.database import Transactor
from bot.store.tables import jobs
from tests.simulation.fault_injection import Border
from tests.simulation.virtual_time import VirtualTimeLoop

T = TypeVar("T")


class Connections:
    """One process's connections to the database that all share; implements `Transactor`.

    Over a socket time stands still until the database answers, also to one that has died: what a
    dead process left to the server must not happen hours later, nor in another world.
    """

    def __init__(self, transactor: Transactor, loop: VirtualTimeLoop) -> None:
        self.engine = transactor.engine
        self.name = transactor.name
        self.failure = transactor.failure
        self.close = transactor.close
        self._start = transactor.start
        self._loop = loop
        self._is_far = self.engine.dialect.name == "postgresql"

    def start(self, work: Callable[[Connection], T], *, timeout_s: float) -> asyncio.Future[T]:
        """See `Transactor.start`."""
        self._loop.transactions += 1
        future = self._start(work, timeout_s=timeout_s)
        if self._is_far:
            self._loop.calls_outside += 1
            future.add_done_callback(self._answered)
        return future

    def _answered(self, _: asyncio.Future[Any]) -> None:
        self._loop.calls_outside -= 1


@dataclass(slots=True)
class Doubt:
    """Whether the provider has accepted a job since a submit of any process was in doubt."""

    is_on: bool = False

    def note(self, method: str, result: object) -> None:
        """See what a call of the queue did."""
        if method == "record_accepted":
            self.is_on = False
        is_unknown = isinstance(result, Job) and result.status is JobStatus.UNKNOWN
        if is_unknown or (method in {"take_over", "leave"} and result):
            self.is_on = True


class FaultyStores:
    """Implements `WrapStore`: the stores of one process, whose calls can be lost."""

    def __init__(self, database: Database, border: Border, doubt: Doubt) -> None:
        self._database = database
        self._border = border
        self._doubt = doubt
        # Elsewhere transactions overlap, and what was first cannot be told.
        self._is_in_order = database.engine.dialect.name == "sqlite"

    def __call__(self, name: str, store: T, /) -> T:
        """See `WrapStore`."""
        faulty: Any = _Faulty(name, store, self._cross)
        return faulty  # type: ignore[no-any-return]

    async def _cross(self, call: "_Call") -> Any:
        place = f"database {call.port}.{call.method}"
        self._border.under_way[place] += 1
        await self._border.cross(place, _away)
        # A call that has crossed is done, whether or not its caller lives to hear of it.
        doing = asyncio.ensure_future(self._do(call))
        doing.add_done_callback(_look_at)
        result = await asyncio.shield(doing)
        await self._border.cross(place, _away, is_back=True)
        self._border.under_way[place] -= 1
        return result

    async def _do(self, call: "_Call") -> Any:
        result = await call.do()
        if call.port == "queue" and self._is_in_order:
            await self._look_for_doubt(call, result)
        if "attempt" in call.given:
            self._look_for_stale_attempt(call, result)
        return result

    def _look_for_stale_attempt(self, call: "_Call", result: object) -> None:
        """Note what changed something with an attempt that is not the latest."""
        given, latest = call.given["attempt"], None
        if isinstance(result, Job):
            latest = result.attempt
        elif isinstance(result, Delivery) and (part := result.part(call.given["number"])):
            latest = part.attempt
        if latest not in {given, None}:
            self._border.breaches.append(f"{call.method} as {given}, where {latest} holds")

    async def _look_for_doubt(self, call: "_Call", result: object) -> None:
        """Note a claim in doubt beside another submit."""
        if isinstance(result, Claim) and result.jobs and self._doubt.is_on:
            count = await self._database.run(_count_submits)
            if count > 1 and self._doubt.is_on:
                self._border.breaches.append("a claim in doubt that does not go alone")
        self._doubt.note(call.method, result)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """A call of a port's method, with what it is given by name."""

    port: str
    method: str
    given: Mapping[str, Any]
    do: Callable[[], Awaitable[Any]]


class _Faulty:
    """Stands for a port: every method, by its name."""

    def __init__(self, name: str, port: object, cross: Callable[[_Call], Awaitable[Any]]) -> None:
        self._name = name
        self._port = port
        self._cross = cross

    def __getattr__(self, method: str) -> Callable[..., Awaitable[Any]]:
        function = getattr(self._port, method)

        parameters = signature(function)

        async def crossing(*args: Any, **kwargs: Any) -> Any:
            given = parameters.bind(*args, **kwargs).arguments
            call = _Call(
                port=self._name,
                method=method,
                given=given,
                do=lambda: function(*args, **kwargs),
            )
            return await self._cross(call)

        self.__dict__[method] = crossing  # found at once from now on
        return crossing


def _count_submits(connection: Connection) -> int:
    under_way = select(func.count()).where(jobs.c.status == JobStatus.SUBMITTING.value)
    return int(connection.execute(under_way).scalar_one())


def _look_at(doing: asyncio.Future[Any]) -> None:
    if not doing.cancelled():
        doing.exception()  # nobody may be waiting for it any more


def _away() -> Exception:
    return StoreError("OperationalError")
