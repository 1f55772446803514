"""Small facts that outlive the process."""

import asyncio

from tests.integration.store.bench import Bench


async def test_a_setting_is_created_once(bench: Bench) -> None:
    values = await asyncio.gather(
        *(bench.settings.get_or_create("secret", str(number)) for number in range(5))
    )
    assert len(set(values)) == 1


async def test_a_setting_can_be_replaced(bench: Bench) -> None:
    await bench.settings.put("hash", "a")
    await bench.settings.put("hash", "b")
    assert await bench.settings.get("hash") == "b"
