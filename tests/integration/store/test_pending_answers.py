"""Promises: which are taken back, and that nothing comes of a command whose promise was."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.deliveries import PendingAnswer
from bot.domain.errors import TakenBackError
from bot.store import Database, SqlOutboxStore, SqlPendingAnswerStore
from tests.integration.store.bench import NOW, Bench
from tests.integration.store.plans import plans_of

MINUTE = timedelta(minutes=1)
TOKEN_ENDS_AT = NOW + 14 * MINUTE
SOURCE_KEY = "discord:1:0"

on_both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def store(database: Database) -> SqlPendingAnswerStore:
    return SqlPendingAnswerStore(database)


def promise(reply_token: str = "secret") -> PendingAnswer:
    return PendingAnswer(
        platform="discord",
        locale="de",
        reply_token=reply_token,
        source_key=SOURCE_KEY,
    )


async def take_back(
    store: SqlPendingAnswerStore, *, after: timedelta = MINUTE
) -> list[PendingAnswer]:
    now = NOW + after
    return await store.take_back(made_before=now - MINUTE / 2, now=now, limit=10)


@on_both
async def test_a_promise_is_given_until_the_person_was_told(store: SqlPendingAnswerStore) -> None:
    await store.make(promise(), now=NOW)
    assert await take_back(store, after=MINUTE / 4) == []
    assert await take_back(store) == [promise()]
    assert await take_back(store) == [promise()]
    await store.note_told(promise())
    assert await take_back(store) == []


@on_both
async def test_a_kept_promise_is_dropped_and_notes_its_job_once(
    store: SqlPendingAnswerStore, bench: Bench
) -> None:
    notes = SqlOutboxStore(bench.database)
    await store.make(promise(), now=NOW)
    job = await bench.add(source_key=SOURCE_KEY, reply_token_ends_at=TOKEN_ENDS_AT)
    await take_back(store)
    (note,) = await notes.entries(busy_channels=(), but_of=(), limit=10)
    assert note.job_id == job.id
    await notes.drop_entries([note])
    await take_back(store, after=2 * MINUTE)
    assert await notes.entries(busy_channels=(), but_of=(), limit=10) == []


@on_both
async def test_a_promise_that_became_a_job_is_kept(
    store: SqlPendingAnswerStore, bench: Bench
) -> None:
    await store.make(promise(), now=NOW)
    job = await bench.add(source_key=SOURCE_KEY, reply_token_ends_at=TOKEN_ENDS_AT)
    assert await take_back(store) == []
    again = await bench.add(source_key=SOURCE_KEY, reply_token_ends_at=TOKEN_ENDS_AT)
    assert again.id == job.id


@on_both
async def test_of_two_presses_that_say_yes_the_one_that_became_the_jobs_is_kept(
    store: SqlPendingAnswerStore, bench: Bench
) -> None:
    await asyncio.gather(store.make(promise(), now=NOW), store.make(promise("other"), now=NOW))
    await bench.add(source_key=SOURCE_KEY, reply_token_ends_at=TOKEN_ENDS_AT)
    assert await take_back(store) == [replace(promise("other"), is_repeat=True)]


@on_both
async def test_a_command_of_which_nothing_came_makes_no_job(
    store: SqlPendingAnswerStore, bench: Bench
) -> None:
    await store.make(promise(), now=NOW)
    await take_back(store)
    late, other = await asyncio.gather(
        bench.add(reply_token_ends_at=TOKEN_ENDS_AT), bench.add(), return_exceptions=True
    )
    assert isinstance(late, TakenBackError)
    assert [job.id for job in await bench.claim()] == [other.id]  # type: ignore[union-attr]


@on_both
async def test_what_two_processes_promised_is_one_promise(store: SqlPendingAnswerStore) -> None:
    await asyncio.gather(store.make(promise(), now=NOW), store.make(promise("other"), now=NOW))
    await store.make(promise(), now=NOW)
    assert sorted(each.reply_token for each in await take_back(store)) == ["other", "secret"]


@on_both
async def test_only_so_many_are_taken_back_at_once(store: SqlPendingAnswerStore) -> None:
    for number in range(12):
        await store.make(promise(str(number)), now=NOW + timedelta(seconds=number))
    given = await take_back(store)
    assert [each.reply_token for each in given] == [str(number) for number in range(10)]


@on_both
async def test_a_command_that_was_taken_back_stays_barred_when_its_token_has_ended(
    store: SqlPendingAnswerStore, bench: Bench
) -> None:
    await store.make(promise(), now=NOW)
    await store.note_told((await take_back(store))[0])
    assert await take_back(store, after=16 * MINUTE) == []
    with pytest.raises(TakenBackError):
        await bench.add(reply_token_ends_at=TOKEN_ENDS_AT)


@on_both
async def test_a_promise_is_dropped_after_a_day(store: SqlPendingAnswerStore) -> None:
    later = timedelta(days=1) + MINUTE
    await store.make(promise(), now=NOW)
    assert await take_back(store, after=later) == []
    await store.make(promise(), now=NOW + later)  # the row was dropped, or this did nothing
    assert await take_back(store, after=later + MINUTE) == [promise()]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_promises_are_found_by_indexes(store: SqlPendingAnswerStore, bench: Bench) -> None:
    await store.make(promise(), now=NOW)
    await bench.add(source_key=SOURCE_KEY, reply_token_ends_at=TOKEN_ENDS_AT)
    plans = [
        *await plans_of(bench.database, take_back(store)),
        *await plans_of(bench.database, bench.add(reply_token_ends_at=TOKEN_ENDS_AT)),
        *await plans_of(bench.database, store.note_told(promise())),
    ]
    assert [plan for plan in plans if "pending_answers" in plan]
    assert [plan for plan in plans if "sqlite_autoindex_jobs_2 (source_key=?)" in plan]
    assert not [plan for plan in plans if "SCAN promises" in plan], plans
