"""Limits on how long a person waits for work, and what is done when it takes long."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Self, TypeVar

from bot.domain.errors import UnavailableError
from bot.domain.texts import msg

T = TypeVar("T")

TOO_SLOW = msg("I'm a bit slow right now, sorry. Please try again.")

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


async def promptly(seconds: float, work: Awaitable[T]) -> T:
    """Do as `within`, for somebody who is better told to try again than left waiting.

    Raises:
        UnavailableError: it did not come.
    """
    try:
        return await within(seconds, work)
    except TimeoutError as error:
        raise UnavailableError(TOO_SLOW) from error


def _forget(task: asyncio.Future[Any]) -> None:
    _left_behind.discard(task)
    if not task.cancelled():
        task.exception()  # looked at, or asyncio would complain that nobody did


class Meanwhile:
    """Begins something beside the work within, if that takes long, and ends with it.

    Work that is quick, as nearly all is, costs a timer and no task.
    """

    def __init__(self, after_s: float, begin: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """`begin` after so many seconds; what it raises is nobody's concern."""
        self._after_s = after_s
        self._begin = begin
        self._task: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        self._timer = asyncio.get_running_loop().call_later(self._after_s, self._start)
        return self

    def __exit__(self, *_exc: object) -> None:
        self._timer.cancel()
        if self._task is not None:
            self._task.cancel()

    def _start(self) -> None:
        self._task = asyncio.create_task(self._begin())
        self._task.add_done_callback(_forget)
