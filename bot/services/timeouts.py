"""A limit on how long a person waits for work, which goes on in the background."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

T = TypeVar("T")

_left_behind: set[asyncio.Future[Any]] = set()  # the event loop itself would forget them


async def within(seconds: float, work: Awaitable[T]) -> T:
    """Return the result of `work` if it comes in time; else leave it to itself.

    It is not cancelled: cancelling a database call costs its connection, and hangs while the
    database does.

    Raises:
        TimeoutError: it did not come.
    """
    task = asyncio.ensure_future(work)
    _left_behind.add(task)  # we may be cancelled, too
    task.add_done_callback(_forget)
    await asyncio.wait({task}, timeout=seconds)
    if not task.done():
        raise TimeoutError
    return task.result()


def _forget(task: asyncio.Future[Any]) -> None:
    _left_behind.discard(task)
    if not task.cancelled():
        task.exception()  # looked at, or asyncio would complain that nobody did
