"""Small facts that outlive the process, the account's pause among them."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.jobs import FailureCode
from bot.domain.queue import AccountPause
from bot.store import Database, SqlSettingStore
from tests.integration.store.bench import LATER, NOW, SECOND, Bench

PAUSE = AccountPause(code=FailureCode.QUOTA, until=NOW + SECOND, failures=1)


async def test_a_setting_is_created_once(bench: Bench) -> None:
    values = await asyncio.gather(
        *(bench.settings.get_or_create("secret", str(number)) for number in range(5))
    )
    assert len(set(values)) == 1


async def test_a_setting_can_be_replaced(bench: Bench) -> None:
    await bench.settings.put("hash", "a")
    await bench.settings.put("hash", "b")
    assert await bench.settings.get("hash") == "b"


async def test_the_account_pause_outlives_the_process_until_lifted(bench: Bench) -> None:
    pause = AccountPause(code=FailureCode.QUOTA, until=LATER, failures=2)
    await bench.settings.set_account_pause(pause)
    assert await SqlSettingStore(bench.database).account_pause() == pause
    await bench.settings.set_account_pause(None)
    assert await SqlSettingStore(bench.database).account_pause() is None


@pytest.mark.parametrize(("glance_s", "seen"), [(3600.0, None), (0.0, PAUSE)])
async def test_a_pause_that_another_process_sets_is_seen_at_the_next_glance(
    bench: Bench, glance_s: float, seen: AccountPause | None
) -> None:
    settings = SqlSettingStore(bench.database, pause_good_for_s=glance_s)
    assert await settings.account_pause() is None
    await SqlSettingStore(bench.database).set_account_pause(PAUSE)
    assert await settings.account_pause() == seen


async def test_a_pause_is_not_forgotten_for_what_was_read_before_it(bench: Bench) -> None:
    database = SlowToRead(bench.database)
    settings = SqlSettingStore(database)
    reading = asyncio.create_task(settings.account_pause())
    await database.has_read.wait()
    await settings.set_account_pause(PAUSE)
    database.may_answer.set()
    await reading
    assert await settings.account_pause() == PAUSE


class SlowToRead(Database):
    """The same database, whose answers to questions wait."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.transactor, is_exclusive=True)
        self.has_read, self.may_answer = asyncio.Event(), asyncio.Event()

    async def run(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        result = await super().run(work, *args, **kwargs)
        if work.__name__ == "_get_all":
            self.has_read.set()
            await self.may_answer.wait()
        return result
