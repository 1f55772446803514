"""Writing down what must not be forgotten, through any trouble of the database."""

from collections.abc import Awaitable, Callable

import stamina

from bot.errors import LostLeaseError, StoreError


async def persist(write: Callable[[], Awaitable[object]]) -> None:
    """Repeat `write` until the store takes it. `write` must be a compare-and-set.

    Raises:
        LostLeaseError: the work is another's now.
    """
    async for attempt in stamina.retry_context(
        on=_is_passing, attempts=None, timeout=None, wait_initial=0.1, wait_max=5.0
    ):
        with attempt:
            await write()


def _is_passing(error: Exception) -> bool:
    return isinstance(error, StoreError) and not isinstance(error, LostLeaseError)
