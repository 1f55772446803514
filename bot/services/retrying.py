"""Writing down what must not be forgotten, through any trouble of the database."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import stamina

from bot.domain.errors import LostLeaseError, StoreError, StoreGivenUpError, UnfitValueError

T = TypeVar("T")


async def retrying(write: Callable[[], Awaitable[T]], *, within: timedelta | None = None) -> T:
    """Repeat `write` until the store takes it, and return what it gave.

    `write` must be a compare-and-set, or know its own repeats: what a store that failed was asked
    to do may have been done. With `within` it is begun again, but not later than that after it
    first failed.

    Raises:
        LostLeaseError: the work is another's now.
        UnfitValueError: the store would never take it.
        StoreGivenUpError: the time is over, or that of a `retrying` within `write`.
    """
    try:
        return await write()  # nearly always that is all, and it happens for every command
    except StoreError as error:
        if not _is_passing(error):
            raise
    try:
        return await _repeat(write, within)
    except StoreError as error:
        if not _is_passing(error):
            raise
        raise StoreGivenUpError(str(error)) from error


async def _repeat(write: Callable[[], Awaitable[T]], within: timedelta | None) -> T:
    async for attempt in stamina.retry_context(
        on=_is_passing,
        attempts=None,
        timeout=None if within is None else within.total_seconds(),
        wait_initial=0.1,
        wait_max=5.0,
        wait_jitter=0.2,
    ):
        with attempt:
            return await write()
    raise AssertionError("stamina gave up")  # pragma: no cover


def _is_passing(error: Exception) -> bool:
    lasting = LostLeaseError | StoreGivenUpError | UnfitValueError
    return isinstance(error, StoreError) and not isinstance(error, lasting)
