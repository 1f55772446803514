"""What shares a batch shares its fate only as far as it must."""

import asyncio
from collections.abc import Callable, Sequence

import pytest

from bot.domain.errors import StoreConflictError, StoreError, UnfitValueError
from bot.store.batch import Batches


class Work:
    """Doubles numbers; what goes wrong with which of them is told beforehand."""

    def __init__(self, fail: Callable[[Sequence[int]], Exception | None]) -> None:
        self.fail = fail
        self.calls: list[list[int]] = []

    async def __call__(self, items: Sequence[int]) -> list[int | Exception]:
        self.calls.append(list(items))
        await asyncio.sleep(0)
        error = self.fail(items)
        if error is not None:
            raise error
        return [item * 2 for item in items]


async def outcomes(work: Work, count: int) -> list[int | BaseException]:
    """Return what comes of these numbers in one batch."""
    batches: Batches[int, int] = Batches(work)
    return await asyncio.gather(*map(batches.do, range(count)), return_exceptions=True)


@pytest.mark.parametrize(
    "error",
    [
        UnfitValueError("no"),
        StoreConflictError("there"),
        UnicodeEncodeError("utf-8", "\ud800", 0, 1, "no"),
        KeyError(),
    ],
)
async def test_only_the_item_that_is_at_fault_fails(error: Exception) -> None:
    work = Work(lambda items: error if 3 in items else None)
    assert await outcomes(work, 6) == [0, 2, 4, error, 8, 10]


async def test_several_items_may_be_at_fault() -> None:
    work = Work(lambda items: UnfitValueError("no") if {2, 4}.intersection(items) else None)
    failed = [isinstance(each, UnfitValueError) for each in await outcomes(work, 6)]
    assert failed == [False, False, True, False, True, False]


async def test_a_failure_of_the_database_is_everybodys_and_nothing_is_repeated() -> None:
    work = Work(lambda items: StoreError("away") if 3 in items else None)
    assert all(isinstance(each, StoreError) for each in await outcomes(work, 6))
    assert work.calls == [[0, 1, 2, 3, 4, 5]]


async def test_the_rest_do_not_wait_for_a_database_that_fails_meanwhile() -> None:
    def fail(items: Sequence[int]) -> Exception | None:
        if len(items) > 1:
            return UnfitValueError("no")
        return StoreError("away") if items[0] >= 2 else None

    work = Work(fail)
    results = await outcomes(work, 40)
    assert results[:2] == [0, 2]
    assert all(type(each) is StoreError for each in results[2:])
    assert len(work.calls) <= 5
