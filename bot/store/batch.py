"""Group commit: small writes that come while another commits share the next transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from bot.errors import StoreError

T = TypeVar("T")
R = TypeVar("R")

MAX_WAITING = 1000  # more than the web server lets in at once


class GroupCommit(Generic[T, R]):
    """Runs items through `run` in batches; whoever holds the lock does the work of all waiting."""

    def __init__(self, run: Callable[[Sequence[T]], Awaitable[Sequence[R]]]) -> None:
        self._run = run
        self._lock = asyncio.Lock()
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []

    async def do(self, item: T) -> R:
        """Have `item` committed and give its result.

        Raises:
            StoreError: too many wait, or the commit failed.
        """
        if len(self._waiting) >= MAX_WAITING:
            raise StoreError("too many writes at once")
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        async with self._lock:
            if not future.done():
                await self._commit()
        return future.result()

    async def _commit(self) -> None:
        batch, self._waiting = self._waiting, []
        try:
            results = await self._run([item for item, _ in batch])
        except BaseException as error:
            # A cancelled leader must not cancel those who followed it.
            failure = error if isinstance(error, StoreError) else StoreError("the commit failed")
            for _, future in batch:
                future.set_exception(failure)
                future.exception()  # seen, even if its caller is gone
            if not isinstance(error, StoreError):
                raise
            return
        for (_, future), result in zip(batch, results, strict=True):
            future.set_result(result)
