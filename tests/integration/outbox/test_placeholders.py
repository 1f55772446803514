"""Placeholders: up to date while people wait, corrected at the end, out of the way of results."""

from dataclasses import replace

import pytest

from bot.domain.deliveries import DeliveryStatus
from bot.domain.errors import (
    DeniedError,
    MessageGoneError,
    MessageInDoubtError,
    NotSentError,
    UnreadableError,
)
from bot.domain.timings import Timings
from tests.integration.outbox.fixtures import HOUR, Bench
from tests.shown import text_of
from tests.standins.messenger import LIMITS

SETTLES_S = LIMITS.edit_settles_within.total_seconds()
CLOSED = NotSentError("closed", retry_after=HOUR)


async def test_it_says_how_the_job_goes_now_and_not_when_it_changed(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.change(job)
    await _cancel(bench, job)
    await bench.work_off()
    assert "Cancelled" in (bench.says(job) or "")


async def test_a_change_that_is_refused_is_not_repeated(bench: Bench) -> None:
    first, second = await bench.add_apart(2)
    await bench.change(first, second)
    bench.messenger.fail("replace", DeniedError("closed"), MessageGoneError())
    await bench.work_off()
    assert len(bench.messenger.shown) == 2
    assert await bench.entries() == []


async def test_an_edit_in_doubt_is_repeated_when_it_can_no_longer_land(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.change(job)
    bench.messenger.fail("replace", MessageInDoubtError("timeout"))
    await bench.work_off()
    await bench.work_off(seconds=SETTLES_S - 5)
    assert bench.messenger.shown == [job]
    await bench.work_off(seconds=6)
    assert bench.messenger.shown == [job, job]
    assert bench.says(job)


async def test_an_edit_that_takes_too_long_is_given_up_and_repeated(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.change(job)
    bench.messenger.slow.add("7")
    async with bench.running(Timings(change_timeout_s=1.0)):
        await bench.until_shown(1)
        await bench.until_worked_off()
    assert bench.says(job) is None
    bench.messenger.slow.clear()
    await bench.work_off(seconds=SETTLES_S + 1)
    assert bench.says(job)


async def test_an_edit_that_stays_in_doubt_is_given_up_after_a_day(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.change(job)
    bench.messenger.fail("replace", *[MessageInDoubtError("timeout")] * 2)
    await bench.work_off()
    await bench.work_off(hours=25)
    assert bench.messenger.shown == [job, job]
    assert await bench.entries() == []


# ── Last words ──────────────────────────────────────────────────────────────────────────────────


async def test_last_words_are_shown_again_when_edits_have_settled(bench: Bench) -> None:
    (job,) = await bench.add()
    await _cancel(bench, job)
    await bench.work_off()
    assert bench.messenger.shown == [job]
    bench.messenger.placeholders.clear()  # an edit of before has landed
    await bench.work_off(seconds=SETTLES_S - 5)
    assert bench.messenger.shown == [job]
    await bench.work_off(seconds=6)
    assert "Cancelled" in (bench.says(job) or "")
    assert await bench.entries() == []


async def test_words_that_are_not_the_last_are_shown_once(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.change(job)
    await bench.work_off()
    await bench.work_off(seconds=SETTLES_S + 1)
    assert bench.messenger.shown == [job]


async def test_last_words_that_are_shown_late_need_no_repeat(bench: Bench) -> None:
    (job,) = await bench.add()
    await _cancel(bench, job)
    await bench.work_off(seconds=SETTLES_S + 1)
    assert bench.messenger.shown == [job]
    assert await bench.entries() == []


# ── Placeholders that are something else ────────────────────────────────────────────────────────


async def test_it_is_left_alone_while_the_result_is_on_its_way(bench: Bench) -> None:
    await bench.add()
    await bench.finish()
    bench.messenger.fail("send", CLOSED)
    await bench.work_off()
    assert bench.messenger.shown == []


async def test_a_late_change_takes_nothing_from_a_result_on_its_way(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.change(job)
    bench.messenger.fail("replace", CLOSED)
    await bench.work_off()
    await bench.finish()
    await bench.work_off(hours=1)
    assert bench.messenger.shown == [job]  # that which failed
    assert await bench.status(job) is DeliveryStatus.POSTED


async def test_it_goes_when_the_result_stands(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.finish()
    await bench.work_off()
    assert bench.messenger.placeholders == {f"of {job}": None}


async def test_it_is_left_alone_when_the_result_has_taken_its_place(bench: Bench) -> None:
    (job,) = await bench.add()
    await _become_result(bench)
    await bench.work_off(seconds=SETTLES_S + 1)
    assert await bench.status(job) is DeliveryStatus.POSTED
    await bench.change(job)
    await bench.work_off()
    assert [shown.job_id for shown in bench.standing()] == [job]


async def test_it_says_that_a_result_is_undeliverable(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.finish()
    await _lock_out(bench)
    await bench.work_off()
    assert await bench.status(job) is DeliveryStatus.UNDELIVERABLE
    assert "I can't post the result here" in (bench.says(job) or "")


async def test_it_says_so_too_where_a_part_of_the_result_stands_elsewhere(bench: Bench) -> None:
    (job,) = await bench.add()
    bench.messenger.limits = replace(LIMITS, max_pictures=2)
    await bench.finish()
    denied = DeniedError("closed")
    bench.messenger.fail("send", None, denied)
    bench.messenger.fail("replace", denied)
    bench.messenger.fail("direct", denied)
    await bench.work_off()
    assert len(bench.messenger.results) == 1
    assert await bench.status(job) is DeliveryStatus.UNDELIVERABLE
    assert bench.says(job)


@pytest.mark.parametrize("count", [1, 2])
async def test_the_person_hears_directly_what_the_placeholder_can_no_longer_say(
    bench: Bench, count: int
) -> None:
    await bench.add(count)
    await bench.finish()
    bench.messenger.fail("send", *[MessageInDoubtError("timeout")] * count)
    bench.messenger.fail("find", *[UnreadableError("thrown out")] * count)
    await bench.work_off()
    bench.messenger.denied.add("7")
    await bench.work_off(hours=1)
    await bench.work_off(hours=1)
    (told,) = bench.messenger.sent
    assert told.message.conversation.is_direct
    assert "I couldn't post this where you asked for it" in text_of(told.what)
    assert await bench.entries() == []


async def test_who_deleted_what_the_placeholder_said_is_not_told_again(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.finish()
    await _lock_out(bench)
    await bench.work_off()
    assert bench.says(job)
    bench.messenger.placeholders[f"of {job}"] = None
    await bench.work_off(minutes=1)
    assert bench.messenger.sent == []


async def test_it_does_not_say_so_where_a_part_of_the_result_has_taken_its_place(
    bench: Bench,
) -> None:
    (job,) = await bench.add()
    bench.messenger.limits = replace(LIMITS, max_pictures=2)
    await bench.finish()
    denied = DeniedError("closed")
    bench.messenger.fail("send", denied, denied)
    bench.messenger.fail("direct", denied)
    await bench.work_off()
    assert await bench.status(job) is DeliveryStatus.UNDELIVERABLE
    assert bench.messenger.shown == []
    assert [shown.job_id for shown in bench.standing()] == [job]


# ── Of groups ───────────────────────────────────────────────────────────────────────────────────


async def test_a_groups_placeholder_counts_each_result(bench: Bench) -> None:
    first, *_ = await bench.add(3)
    bench.messenger.fail("send", CLOSED)
    await bench.finish()
    await bench.work_off()
    assert "2 of 3 done" in (bench.says(first) or "")
    await bench.work_off(hours=1)
    assert bench.messenger.placeholders == {f"of {first}": None}


async def test_a_groups_placeholder_ends_before_its_last_result_is_recorded(bench: Bench) -> None:
    first, *_ = await bench.add(2)
    bench.messenger.fail("send", CLOSED)
    await bench.finish()
    await bench.work_off()
    bench.away.add("record_posted")
    bench.clock.step(hours=1)
    await bench.kill_when(lambda: bench.count("delete"))
    assert bench.messenger.placeholders == {f"of {first}": None}
    statuses = [await bench.deliveries.get(entry.job_id) for entry in await bench.entries()]
    assert [each and each.status for each in statuses] == [DeliveryStatus.POSTING]
    bench.away.clear()
    await bench.work_off()
    assert len(bench.messenger.results) == 2


async def test_a_groups_placeholder_that_cannot_be_ended_keeps_back_no_result(
    bench: Bench,
) -> None:
    ids = await bench.add(2)
    await bench.finish()
    bench.messenger.fail("delete", *[MessageInDoubtError("timeout")] * 2)
    await bench.work_off()
    assert [await bench.status(job) for job in ids] == [DeliveryStatus.POSTED] * 2


async def _cancel(bench: Bench, job_id: str) -> None:
    assert await bench.jobs.cancel(job_id, now=bench.clock.now()) == 1


async def _become_result(bench: Bench) -> None:
    """Let the placeholder become the result, since nothing else may be posted."""
    await bench.finish()
    bench.messenger.fail("send", DeniedError("closed"))
    await bench.work_off()


async def _lock_out(bench: Bench) -> None:
    """Let neither the conversation nor the placeholder nor the person take a result."""
    denied = DeniedError("closed")
    for method in ("send", "replace", "direct"):
        bench.messenger.fail(method, denied)
