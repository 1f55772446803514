"""The loop of the outbox: merged, bounded, harmless whatever happens, and lost by no death."""

import asyncio

import pytest
import structlog

from bot.domain.deliveries import DeliveryStatus
from bot.domain.errors import NotSentError, UnexplainedError
from bot.domain.outbox import OutboxKind
from bot.domain.timings import Timings
from bot.workers.outbox import BATCH, GIVE_UP_AFTER, MAX_PER_CONVERSATION, UNEXPLAINED_FOR
from tests.integration.outbox.fixtures import DAY, HOUR, Bench, until
from tests.jobs import lead

LONG_REST = Timings(rest=HOUR)


# ── What becomes one ────────────────────────────────────────────────────────────────────────────


async def test_changes_of_one_job_become_one(bench: Bench) -> None:
    (job,) = await bench.add()
    for _ in range(5):
        await bench.change(job)
    await bench.work_off()
    assert bench.messenger.shown == [job]


async def test_changes_of_a_group_become_one_and_show_its_first_job(bench: Bench) -> None:
    ids = await bench.add(8)
    for job in ids:
        await bench.change(job)
    await bench.work_off()
    assert bench.messenger.shown == [ids[0]]


async def test_a_change_during_a_change_brings_another(bench: Bench) -> None:
    (job,) = await bench.add()
    bench.messenger.slow.add("7")
    await bench.change(job)
    async with bench.running():
        await bench.until_shown(1)
        await bench.change(job)
        bench.messenger.open.set()
        await bench.until_worked_off()
    assert bench.messenger.shown == [job, job]


# ── When ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_placeholder_rests_between_two_changes(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.change(job)
    async with bench.running(LONG_REST):
        await bench.until_worked_off()
        await bench.change(job)
        bench.look()
        await _another_is_shown(bench)
        assert bench.messenger.shown.count(job) == 1
        bench.look(hours=1)
        await bench.until_worked_off()
    assert bench.messenger.shown.count(job) == 2


async def test_a_result_does_not_wait_for_that_rest(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.change(job)
    async with bench.running(LONG_REST):
        await bench.until_worked_off()
        await bench.finish()
        bench.look()
        await bench.until_worked_off()
    assert await bench.status(job) is DeliveryStatus.POSTED


async def test_what_another_process_wrote_is_shown_soon(bench: Bench) -> None:
    (job,) = await bench.add()
    async with bench.running():
        await bench.until_worked_off()
        await bench.change(job)  # and nobody says so
        await bench.until_worked_off()
    assert job in bench.messenger.shown


async def test_what_is_put_off_waits_as_long_as_the_chat_says(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.finish()
    bench.messenger.fail("send", NotSentError("closed", retry_after=HOUR))
    await bench.work_off()
    await bench.work_off(minutes=59)
    assert bench.count("send") == 1
    await bench.work_off(minutes=1)
    assert await bench.status(job) is DeliveryStatus.POSTED


async def test_waits_double_where_the_chat_does_not_say(bench: Bench) -> None:
    await bench.add()
    await bench.finish()
    bench.messenger.fail("send", *[NotSentError("closed") for _ in range(4)])
    with structlog.testing.capture_logs() as logs:
        for _ in range(4):
            await bench.work_off(minutes=2)
    assert [log["retry_s"] for log in logs if log["event"] == "showing_delayed"] == [1, 2, 4, 8]


async def test_a_change_does_not_wait_for_what_was_put_off(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.change(job)
    bench.messenger.fail("replace", NotSentError("closed", retry_after=HOUR))
    await bench.work_off()
    await bench.change(job)
    await bench.work_off()
    assert bench.messenger.shown == [job, job]
    assert await bench.entries() == []  # once for both


# ── Who ─────────────────────────────────────────────────────────────────────────────────────────


async def test_more_entries_than_are_read_together_are_all_shown(bench: Bench) -> None:
    ids = await bench.add_apart(BATCH + 20)
    await bench.change(*ids)
    await bench.work_off()
    assert sorted(bench.messenger.shown) == sorted(ids)


async def test_a_slow_conversation_leaves_room_for_others(bench: Bench) -> None:
    slow = await bench.add_apart(BATCH + 50, conversation="slow")
    bench.messenger.slow.add("slow")
    await bench.change(*slow)
    async with bench.running() as tenure:
        await bench.until_shown(MAX_PER_CONVERSATION)
        (quick,) = await bench.add()
        await bench.change(quick)
        bench.look()
        await until(lambda: bench.says(quick))
        assert len(bench.messenger.shown) == MAX_PER_CONVERSATION + 1
        tenure.end()


async def test_what_was_put_off_leaves_room_for_others(bench: Bench) -> None:
    many = await bench.add_apart(BATCH + 20)
    late = NotSentError("closed", retry_after=HOUR)
    bench.messenger.fail("replace", *[late] * len(many))
    await bench.change(*many)
    await bench.work_off()
    (other,) = await bench.add()
    await bench.change(other)
    await bench.work_off()
    assert sorted(bench.messenger.shown) == sorted([*many, other])


async def test_placeholders_that_rest_leave_room_for_others(bench: Bench) -> None:
    many = await bench.add_apart(BATCH + 20)
    await bench.change(*many)
    async with bench.running(LONG_REST):
        await bench.until_shown(len(many))
        await bench.until_worked_off()
        await bench.change(*many)
        await _another_is_shown(bench)
    assert len(bench.messenger.shown) == len(many) + 1


# ── What goes wrong ─────────────────────────────────────────────────────────────────────────────


async def test_it_is_given_up_a_day_after_the_first_attempt(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.finish()
    closed = NotSentError("closed", retry_after=HOUR)
    bench.messenger.fail("send", closed, closed, closed)
    await bench.work_off(days=3)  # nobody led meanwhile, and that counts for nothing
    await bench.work_off(seconds=GIVE_UP_AFTER.total_seconds() - 1)
    assert (await bench.delivery(job)).status is not DeliveryStatus.UNDELIVERABLE
    await bench.work_off(hours=2)
    delivery = await bench.delivery(job)
    assert delivery.status is DeliveryStatus.UNDELIVERABLE
    assert delivery.reason == "gave up after a day: closed"
    await bench.work_off(days=1)
    assert bench.count("send") == 3


async def test_an_unexplained_refusal_is_not_tried_for_a_day(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.finish()
    odd = UnexplainedError("a new word")
    bench.messenger.fail("send", odd, odd, odd)
    async with bench.running():
        await bench.until_worked_off()
        bench.look(seconds=UNEXPLAINED_FOR.total_seconds() - 1)
        await bench.until_worked_off()
        assert (await bench.delivery(job)).status is not DeliveryStatus.UNDELIVERABLE
        bench.look(minutes=2)
        await bench.until_worked_off()
    delivery = await bench.delivery(job)
    assert delivery.status is DeliveryStatus.UNDELIVERABLE
    assert delivery.reason == "gave up after minutes: a new word"


async def test_an_unexplained_refusal_after_an_hour_of_trouble_is_tried_again(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.finish()
    closed = NotSentError("closed", retry_after=HOUR)
    bench.messenger.fail("send", closed, UnexplainedError("a new word"))
    async with bench.running():
        await bench.until_worked_off()
        bench.look(hours=2)
        await bench.until_worked_off()
        bench.look(minutes=2)
        await bench.until_worked_off()
    assert (await bench.delivery(job)).status is DeliveryStatus.POSTED


async def test_a_placeholder_that_was_given_up_takes_no_time_from_its_result(bench: Bench) -> None:
    (job,) = await bench.add()
    odd = UnexplainedError("a new word")
    bench.messenger.fail("replace", odd, odd)
    bench.messenger.fail("send", odd)
    await bench.change(job)
    async with bench.running():
        await bench.until_worked_off()
        bench.look(seconds=UNEXPLAINED_FOR.total_seconds() + 60)
        await bench.until_worked_off()
        assert bench.count("replace") == 2
        await bench.finish()
        bench.look()
        await bench.until_worked_off()
        bench.look(minutes=2)
        await bench.until_worked_off()
    assert (await bench.delivery(job)).status is DeliveryStatus.POSTED


async def test_a_defect_costs_one_change_and_not_the_next(bench: Bench) -> None:
    first, second = await bench.add_apart(2)
    bench.messenger.fail("replace", RuntimeError("a defect"))
    await bench.change(first)
    with structlog.testing.capture_logs() as logs:
        async with bench.running():
            await bench.until_shown(1)
            await bench.change(second)
            bench.look()
            await until(lambda: bench.says(second))
    assert [log["event"] for log in logs if log["log_level"] == "error"] == ["showing_crashed"]
    await bench.work_off(minutes=1)
    assert bench.says(first)


async def test_an_unreadable_list_of_entries_ends_nothing(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.change(job)
    bench.away.add("due")
    with structlog.testing.capture_logs() as logs:
        async with bench.running():
            await until(lambda: any(log["event"] == "outbox_not_read" for log in logs))
            bench.away.clear()
            bench.look()
            await bench.until_worked_off()
    assert bench.messenger.shown == [job]


@pytest.mark.parametrize("method", ["get", "group_progress", "drop"])
async def test_what_the_database_did_not_tell_or_take_is_shown_when_it_does(
    bench: Bench, method: str
) -> None:
    (job,) = await bench.add()
    await bench.change(job)
    bench.away.add(method)
    with structlog.testing.capture_logs() as logs:
        async with bench.running():
            await until(lambda: any(log["event"] == "outbox_not_written" for log in logs))
            bench.away.clear()
            await bench.until_worked_off()
    assert bench.says(job)
    assert await bench.entries() == []


# ── Ends ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_stop_waits_for_what_is_under_way_and_begins_no_more(bench: Bench) -> None:
    first, second = await bench.add_apart(2)
    bench.messenger.slow.add("7")
    await bench.change(first)
    outbox, tenure = await bench.process()
    run = asyncio.create_task(outbox.run(tenure))
    await bench.until_shown(1)
    outbox.stop()
    await bench.change(second)
    assert not run.done()
    bench.messenger.open.set()
    await run
    assert bench.messenger.shown == [first]
    assert [entry.job_id for entry in await bench.entries()] == [second]


@pytest.mark.parametrize("kind", [OutboxKind.PLACEHOLDER, OutboxKind.RESULT])
async def test_what_a_killed_process_did_not_finish_is_shown_by_the_next(
    bench: Bench, kind: OutboxKind
) -> None:
    (job,) = await bench.add()
    await (bench.change(job) if kind is OutboxKind.PLACEHOLDER else bench.finish())
    bench.messenger.slow.add("7")
    await bench.kill_when(lambda: bench.messenger.calls)
    bench.messenger.slow.clear()
    await bench.work_off()
    assert bench.says(job) or len(bench.messenger.results) == 1
    assert await bench.entries() == []


async def test_what_was_put_off_outlives_a_death(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.change(job)
    bench.messenger.fail("replace", NotSentError("closed", retry_after=DAY / 2))
    await bench.kill_when(lambda: bench.messenger.shown)
    await bench.work_off(days=1)
    assert bench.says(job)


async def test_a_process_that_was_taken_over_ends_and_sends_nothing(bench: Bench) -> None:
    await bench.add()
    await bench.finish()
    outbox, tenure = await bench.process()
    await lead(bench.database, "posts:discord", owner="another")
    await outbox.run(tenure)
    assert bench.messenger.sent == []
    assert len(await bench.entries()) == 1


async def test_who_was_taken_over_during_a_call_reports_what_stands(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.finish()
    bench.messenger.slow.add("7")
    async with bench.running():
        await until(lambda: bench.count("send"))
        await lead(bench.database, "posts:discord", owner="another")
    assert await bench.status(job) is DeliveryStatus.POSTED


async def _another_is_shown(bench: Bench) -> None:
    """Let the loop have a look, of which an entry that rests is no part."""
    (other,) = await bench.add()
    await bench.change(other)
    bench.look()
    await until(lambda: bench.says(other))
