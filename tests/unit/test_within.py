"""Waiting for a while, and leaving the work to itself."""

import asyncio
import gc
from typing import Any

import pytest

from bot.domain.errors import StoreError, UnavailableError
from bot.services.timeouts import Meanwhile, promptly, within


async def test_a_failure_after_everyone_gave_up_is_not_logged() -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    may_fail = asyncio.Event()

    async def work() -> None:
        await may_fail.wait()
        raise StoreError("away")

    waiting = asyncio.create_task(within(60, work()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    del waiting
    may_fail.set()
    for _ in range(5):
        await asyncio.sleep(0)
    gc.collect()
    assert complaints == []


async def test_who_is_not_answered_promptly_is_told_to_try_again() -> None:
    answer = asyncio.get_running_loop().create_future()
    with pytest.raises(UnavailableError, match="try again"):
        await promptly(0, answer)
    answer.set_result("late")
    assert await promptly(60, answer) == "late"


async def test_what_takes_long_has_something_begun_beside_it_that_ends_with_it() -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def beside() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with Meanwhile(0.0, beside):
        await began.wait()
        assert not ended.is_set()
    await ended.wait()


async def test_what_goes_wrong_beside_the_work_is_not_logged() -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    began = asyncio.Event()

    async def beside() -> None:
        began.set()
        raise StoreError("away")

    with Meanwhile(0.0, beside):
        await began.wait()
    for _ in range(5):
        await asyncio.sleep(0)
    gc.collect()
    assert complaints == []


async def test_what_is_quick_has_nothing_begun_beside_it() -> None:
    begun: list[bool] = []

    async def beside() -> None:
        begun.append(True)

    with Meanwhile(0.0, beside):
        pass
    for _ in range(5):
        await asyncio.sleep(0)
    assert begun == []
