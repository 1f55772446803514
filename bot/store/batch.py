"""Batches: what comes while the database is busy is done together, by a few statements for all."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import Connection

from bot.domain.errors import StoreConflictError, StoreError, UnfitValueError
from bot.store.database import SqlStore
from bot.store.outcomes import tell

log = structlog.get_logger(__name__)

T = TypeVar("T")
R = TypeVar("R")

MAX_AT_ONCE = 250  # each waits for all of them; with more, what follows has nothing to begin with
MAX_WAITING = 1000  # more than the web server lets in at once


def batched(
    work: Callable[[Connection, Sequence[T]], Sequence[R | Exception]],
) -> Callable[[SqlStore, T], Coroutine[Any, Any, R]]:
    """Return the method of a store that does `work` for one item, together with others that wait.

    It raises what `Batches.do` does.
    """

    async def method(store: SqlStore, item: T) -> R:
        database, known = store._database, store._batches  # noqa: SLF001 - its own
        batches: Batches[T, R] | None = known.get(work)
        if batches is None:
            batches = known[work] = Batches(lambda items: database.run(work, items))
        return await batches.do(item)

    return method


class Batches(Generic[T, R]):
    """Runs items through `run`; those that come meanwhile share the next call."""

    def __init__(self, run: Callable[[Sequence[T]], Awaitable[Sequence[R | Exception]]]) -> None:
        """`run` gives a result for each item, or the exception that its caller is to meet."""
        self._run = run
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._runner: asyncio.Task[None] | None = None

    async def do(self, item: T) -> R:
        """Return the item's result. Cancelling the caller does not cancel the work.

        Raises:
            StoreError: too many wait, or the batch failed, or this item of it.
        """
        if len(self._waiting) >= MAX_WAITING:
            raise StoreError("too much waits for the database")
        result: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, result))
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run_all())
        return await result

    async def _run_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MAX_AT_ONCE], self._waiting[MAX_AT_ONCE:]
            outcomes = await self._outcomes([item for item, _ in batch])
            for (_, result), outcome in zip(batch, outcomes, strict=True):
                tell(result, outcome)

    async def _outcomes(self, items: Sequence[T]) -> Sequence[R | Exception]:
        """Do all of it together; if that fails because of one item, each by itself."""
        try:
            return await self._run(items)
        except Exception as error:  # noqa: BLE001 - its callers meet it, and this task goes on
            if len(items) == 1 or not _may_be_of_one(error):
                return [error] * len(items)
            log.warning("batch_taken_apart", items=len(items), error=type(error).__name__)
        outcomes: list[R | Exception] = []
        for item in items:
            (outcome,) = await self._outcomes([item])
            outcomes.append(outcome)
            if isinstance(outcome, Exception) and not _may_be_of_one(outcome):
                # The database itself fails now: the rest need not wait for it one after another.
                return [*outcomes, *[outcome] * (len(items) - len(outcomes))]
        return outcomes


def _may_be_of_one(error: Exception) -> bool:
    """Whether the others of a batch may well be fine. Nothing of the batch was kept then.

    An error of the database itself is no such thing: it may have done all of it, and lost only the
    answer.
    """
    is_of_values = isinstance(error, UnfitValueError | StoreConflictError)
    return is_of_values or not isinstance(error, StoreError)
