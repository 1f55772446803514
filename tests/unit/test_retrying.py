from datetime import timedelta

import pytest

from bot.domain.errors import LostLeaseError, StoreConflictError, StoreError, UnfitValueError
from bot.services.retrying import retrying


async def test_a_write_is_repeated_until_the_store_takes_it() -> None:
    troubles = [StoreError("away"), StoreConflictError("another was faster")]

    async def write() -> None:
        if troubles:
            raise troubles.pop()

    await retrying(write)
    assert not troubles


@pytest.mark.parametrize("error", [LostLeaseError(), UnfitValueError()])
async def test_what_can_never_be_written_is_not_tried_again(error: StoreError) -> None:
    calls = 0

    async def write() -> None:
        nonlocal calls
        calls += 1
        raise error

    with pytest.raises(type(error)):
        await retrying(write)
    assert calls == 1


async def test_what_the_store_gave_in_the_end_is_given() -> None:
    troubles = [StoreError("away")]

    async def write() -> str:
        if troubles:
            raise troubles.pop()
        return "done"

    assert await retrying(write) == "done"


async def test_retrying_ends_in_time() -> None:
    calls = 0

    async def write() -> None:
        nonlocal calls
        calls += 1
        raise StoreError("away for good")

    with pytest.raises(StoreError, match="away for good"):
        await retrying(write, within=timedelta(seconds=1))
    assert calls > 1


async def test_time_that_is_over_within_does_not_begin_anew() -> None:
    calls = 0

    async def write() -> None:
        raise StoreError("away for good")

    async def work() -> None:
        nonlocal calls
        calls += 1
        await retrying(write, within=timedelta(seconds=0.2))

    with pytest.raises(StoreError, match="away for good"):
        await retrying(work, within=timedelta(seconds=5))
    assert calls == 1
