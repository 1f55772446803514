"""Batches: what comes while the database is busy is done together, by a few statements for all."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from bot.errors import StoreError

T = TypeVar("T")
R = TypeVar("R")

MAX_AT_ONCE = 250  # each waits for all of them; with more, what follows has nothing to begin with
MAX_WAITING = 1000  # more than the web server lets in at once


class Batches(Generic[T, R]):
    """Runs items through `run`; those that come meanwhile share the next call."""

    def __init__(self, run: Callable[[Sequence[T]], Awaitable[Sequence[R | Exception]]]) -> None:
        """`run` gives a result for each item, or the exception that its caller is to meet."""
        self._run = run
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._runner: asyncio.Task[None] | None = None

    async def do(self, item: T) -> R:
        """Give the item's result. Whoever stops waiting leaves it to be done all the same.

        Raises:
            StoreError: too many wait, or the batch failed.
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
                if result.done():
                    continue  # its caller has gone
                if isinstance(outcome, Exception):
                    result.set_exception(outcome)
                else:
                    result.set_result(outcome)

    async def _outcomes(self, items: Sequence[T]) -> Sequence[R | Exception]:
        try:
            return await self._run(items)
        except Exception as error:  # noqa: BLE001 - every caller meets it, and this task goes on
            return [error] * len(items)
