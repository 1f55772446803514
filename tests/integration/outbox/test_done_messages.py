"""Telling by direct message: once, in time, only who wants it, and when all of it stands."""

from datetime import timedelta

import pytest

from bot.domain.errors import DeniedError, NotSentError
from bot.domain.people import Preferences
from bot.store import SqlPersonalStore
from bot.workers.done_messages import TELL_WITHIN
from tests.integration.outbox.fixtures import Bench, until, without_suppression
from tests.jobs import ORIGIN
from tests.shown import text_of


async def test_whoever_wants_it_is_told_once(bench: Bench) -> None:
    await bench.want_dm()
    (job,) = await bench.add()
    await bench.finish()
    await bench.work_off()
    await bench.change(job)
    await bench.work_off()
    assert bench.messenger.told == [job]
    assert await bench.entries() == []


async def test_it_goes_to_the_person_with_a_link_to_the_first_message(bench: Bench) -> None:
    await bench.want_dm()
    await bench.add()
    await bench.finish()
    await bench.work_off()
    result, done = bench.messenger.sent
    assert done.message.conversation.id == f"direct {ORIGIN.person.id}"
    assert text_of(done.what).endswith(bench.messenger.address(result.message))


async def test_whoever_does_not_want_it_is_told_nothing(bench: Bench) -> None:
    await bench.add()
    await bench.finish()
    await bench.work_off()
    assert bench.messenger.told == []
    assert bench.count("direct") == 0


async def test_whoever_no_longer_wants_it_is_told_nothing(bench: Bench) -> None:
    await bench.want_dm()
    await bench.add()
    await bench.finish()
    await _kill_while_telling(bench)
    await SqlPersonalStore(bench.database).change_preferences(
        ORIGIN.person, lambda _: Preferences()
    )
    await bench.work_off()
    assert bench.messenger.told == []


@pytest.mark.parametrize("repeats_are_suppressed", [True, False])
async def test_a_group_is_told_of_once_when_all_of_it_stands(
    bench: Bench, *, repeats_are_suppressed: bool
) -> None:
    if not repeats_are_suppressed:
        without_suppression(bench)
    await bench.want_dm()
    await bench.add(3)
    bench.messenger.fail("send", *2 * [NotSentError("closed", retry_after=timedelta(hours=1))])
    await bench.finish()
    await bench.work_off()
    assert len(bench.messenger.results) == 1
    assert bench.messenger.told == []
    await bench.work_off(hours=1)
    assert len(bench.messenger.results) == 3
    assert len(bench.messenger.told) == 1


@pytest.mark.parametrize("changes", [{"is_private": True}, {"conversation": "direct"}])
async def test_whoever_got_the_result_alone_is_not_told(
    bench: Bench, changes: dict[str, object]
) -> None:
    await bench.want_dm()
    await bench.add(**changes)  # type: ignore[arg-type]
    await bench.finish()
    await bench.work_off()
    assert bench.messenger.told == []


async def test_who_may_not_have_been_told_before_a_death_is_told_by_the_next_process(
    bench: Bench,
) -> None:
    await bench.want_dm()
    (job,) = await bench.add()
    await bench.finish()
    await _kill_while_telling(bench)
    await bench.work_off()
    assert bench.messenger.told == [job]


async def test_who_was_told_just_before_a_death_is_not_told_twice(bench: Bench) -> None:
    await bench.want_dm()
    (job,) = await bench.add()
    await bench.finish()
    bench.away.add("drop")
    await bench.kill_when(lambda: bench.messenger.told)
    bench.away.clear()
    await bench.work_off()
    assert bench.messenger.told == [job]


async def test_where_repeats_are_not_suppressed_a_death_tells_rather_nobody_than_twice(
    bench: Bench,
) -> None:
    without_suppression(bench)
    await bench.want_dm()
    await bench.add()
    await bench.finish()
    await _kill_while_telling(bench)
    await bench.work_off()
    assert bench.messenger.told == []


async def test_after_a_long_death_nobody_is_told_what_they_may_know(bench: Bench) -> None:
    await bench.want_dm()
    await bench.add()
    await bench.finish()
    await _kill_while_telling(bench)
    await bench.work_off(seconds=TELL_WITHIN.total_seconds())
    assert bench.messenger.told == []
    assert await bench.entries() == []


async def test_who_takes_no_direct_messages_is_left_in_peace(bench: Bench) -> None:
    await bench.want_dm()
    (job,) = await bench.add()
    await bench.finish()
    bench.messenger.fail("direct", DeniedError("closed"))
    await bench.work_off()
    await bench.work_off(minutes=1)
    assert bench.messenger.told == []
    assert bench.count("direct") == 1
    assert await bench.status(job) == "posted"


async def test_a_database_that_does_not_tell_whether_they_wish_is_asked_again(bench: Bench) -> None:
    await bench.want_dm()
    (job,) = await bench.add()
    await bench.finish()
    bench.away.add("preferences")
    async with bench.running():
        await until(lambda: bench.count("delete"))
        bench.away.clear()
        await bench.until_worked_off()
    assert bench.messenger.told == [job]


async def _kill_while_telling(bench: Bench) -> None:
    """Kill a process when the result stands and the person is about to be told."""
    bench.messenger.slow.add(f"direct {ORIGIN.person.id}")
    await bench.kill_when(lambda: bench.count("direct"))
    bench.messenger.slow.clear()
