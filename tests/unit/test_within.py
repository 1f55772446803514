"""Waiting for a while, and leaving the work to itself."""

import asyncio
import gc
from typing import Any

from bot.domain.errors import StoreError
from bot.services.timeouts import within


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
