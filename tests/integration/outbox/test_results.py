"""Results: bounded in memory, and through trouble that is not the platform's."""

import pytest
import structlog

from bot.domain.deliveries import DeliveryStatus
from bot.domain.errors import DeniedError, MessageInDoubtError, NotSentError
from bot.domain.timings import TIMINGS, Timings
from bot.store import open_database
from bot.workers.results import MAX_IMAGES_AT_ONCE
from tests.haste import UNHURRIED_DATABASE
from tests.integration.outbox.fixtures import HOUR, PICTURES, Bench, until
from tests.shown import buttons_of
from tests.standins.line import Line
from tests.standins.postgresql import PostgresServer

FULL = MAX_IMAGES_AT_ONCE // len(PICTURES)  # results that take all the room


async def test_a_result_comes_with_all_its_pictures(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.finish()
    await bench.work_off()
    assert bench.pictures() == [[1, 2, 3, 4]]
    assert await bench.status(job) is DeliveryStatus.POSTED


async def test_a_failure_is_told_without_any(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.finish(pictures=())
    await bench.work_off()
    (failure,) = bench.standing()
    assert (failure.job_id, bench.pictures()) == (job, [[]])
    assert bench.images.fetched == []


async def test_an_image_that_cannot_be_had_is_left_as_a_link(bench: Bench) -> None:
    await bench.add()
    await bench.finish()
    bench.images.missing.add("y")
    await bench.work_off()
    (result,) = bench.standing()
    assert bench.pictures() == [[1, 3, 4]]
    assert [button.url for button in buttons_of(result.view) if button.url] == ["y"]


# ── Memory ──────────────────────────────────────────────────────────────────────────────────────


async def test_images_that_are_held_at_once_are_bounded(bench: Bench) -> None:
    ids = await _finished_apart(bench, FULL + 1)
    bench.images.open.clear()
    async with bench.running():
        await until(lambda: len(bench.images.fetched) == MAX_IMAGES_AT_ONCE)
        (failed,) = await bench.add(conversation="of the failed")
        await bench.finish(pictures=())
        bench.look()
        await until(bench.standing)  # it needs no room, and waits for none
        assert [shown.job_id for shown in bench.standing()] == [failed]
        assert len(bench.images.fetched) == MAX_IMAGES_AT_ONCE
        bench.images.open.set()
        await bench.until_worked_off()
    assert sorted(shown.job_id for shown in bench.standing()) == sorted([*ids, failed])


async def test_waiting_for_room_is_no_part_of_an_attempt(bench: Bench) -> None:
    await _finished_apart(bench, FULL + 1)
    bench.images.open.clear()
    with structlog.testing.capture_logs() as logs:
        async with bench.running(Timings(attempt_timeout_s=2.0)):
            await until(lambda: _count(logs, "showing_stuck") == FULL)
            bench.images.open.set()
            await bench.until_worked_off()
    await bench.work_off(minutes=1)
    assert _count(logs, "showing_stuck") == FULL
    assert len(bench.standing()) == FULL + 1


# ── Attempts ────────────────────────────────────────────────────────────────────────────────────


async def test_a_chat_that_never_answers_is_asked_again(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.finish()
    bench.messenger.slow.add("7")
    with structlog.testing.capture_logs() as logs:
        async with bench.running(Timings(attempt_timeout_s=0.3)):
            await bench.until_worked_off()
    assert [log["event"] for log in logs if log["log_level"] == "error"] == ["showing_stuck"]
    assert bench.standing() == []
    bench.messenger.slow.clear()
    await bench.work_off(minutes=1)
    assert len(bench.standing()) == 1
    assert await bench.status(job) is DeliveryStatus.POSTED


async def test_what_stands_is_recorded_even_when_the_time_of_its_attempt_is_over(
    bench: Bench,
) -> None:
    (job,) = await bench.add()
    await bench.finish()
    bench.away.add("finish_part")
    async with bench.running(Timings(attempt_timeout_s=0.3)):
        await until(lambda: bench.failures >= 5)  # which takes longer than that
        bench.away.clear()
        await bench.until_worked_off()
    (part,) = (await bench.delivery(job)).parts
    assert part.message_id == bench.messenger.results[0].message.id
    await bench.work_off(hours=1)
    assert bench.count("send") == 1
    assert await bench.status(job) is DeliveryStatus.POSTED


@pytest.mark.parametrize("method", ["finish_part", "record_posted"])
async def test_a_record_whose_answer_is_lost_is_made_again_and_doubles_nothing(
    bench: Bench, method: str
) -> None:
    (job,) = await bench.add()
    await bench.finish()
    bench.losing.add(method)
    await bench.work_off()
    await bench.work_off(hours=1)
    assert bench.count("send") == 1
    assert await bench.status(job) is DeliveryStatus.POSTED


async def test_a_part_whose_start_was_heard_by_nobody_is_in_doubt_and_sent_again_in_time(
    bench: Bench,
) -> None:
    (job,) = await bench.add()
    await bench.finish()
    bench.losing.add("start_part")
    async with bench.running():
        await bench.until_worked_off()
    (part,) = (await bench.delivery(job)).parts
    assert (part.attempt, part.in_doubt) == (2, 1)
    assert bench.count("send") == 1


async def test_what_is_in_doubt_is_repeated_soon_while_repeats_are_suppressed(
    bench: Bench,
) -> None:
    await bench.add()
    await bench.finish()
    bench.messenger.fail("send", *[MessageInDoubtError("timeout") for _ in range(9)])
    with structlog.testing.capture_logs() as logs:
        for _ in range(8):
            await bench.work_off(seconds=TIMINGS.retry_in_doubt.total_seconds())
    waits = {log["retry_s"] for log in logs if log["event"] == "showing_delayed"}
    assert waits == {TIMINGS.retry_in_doubt.total_seconds()}


async def test_a_result_that_is_put_off_is_fetched_again(bench: Bench) -> None:
    await bench.add()
    await bench.finish()
    bench.messenger.fail("send", NotSentError("closed", retry_after=HOUR))
    await bench.work_off()
    await bench.work_off(hours=1)
    assert bench.images.fetched == [*PICTURES, *PICTURES]


# ── For good ────────────────────────────────────────────────────────────────────────────────────


async def test_an_undeliverable_result_is_not_tried_again(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.finish()
    _lock_out(bench)
    await bench.work_off()
    await bench.work_off(hours=1)
    delivery = await bench.delivery(job)
    assert delivery.status is DeliveryStatus.UNDELIVERABLE
    assert delivery.reason == (
        "may not post in the conversation: closed; nor as a direct message: closed"
    )
    assert bench.count("send") == 1
    stored = await bench.jobs.get(job)
    assert stored is not None
    assert stored.image_urls == PICTURES  # it can still be asked for


@pytest.mark.parametrize("after", [False, True], ids=["before-commit", "after-commit"])
async def test_giving_up_outlives_a_database_that_fails_just_then(
    postgres_server: PostgresServer, *, after: bool
) -> None:
    line = Line(postgres_server.new_database())
    async with line.open(), open_database(line.url, limits=UNHURRIED_DATABASE) as database:
        bench = Bench(database)
        (job,) = await bench.add()
        await bench.finish()
        _lock_out(bench)
        cut = line.cut_commit("DO UPDATE SET status", after=after)
        await bench.work_off()
        assert cut.struck == 1
        assert await bench.status(job) is DeliveryStatus.UNDELIVERABLE
        assert bench.count("send") == 1


def _lock_out(bench: Bench) -> None:
    """Let neither the conversation nor the placeholder nor the person take a result."""
    bench.messenger.denied.add("7")
    bench.messenger.fail("direct", *[DeniedError("closed")] * 2)  # nor the word that it is lost


async def _finished_apart(bench: Bench, count: int) -> list[str]:
    """Let so many jobs be done, each in a conversation of its own."""
    ids = [await bench.add(conversation=f"of {number}") for number in range(count)]
    await bench.finish()
    return [job for (job,) in ids]


def _count(logs: list[structlog.typing.EventDict], event: str) -> int:
    return [log["event"] for log in logs].count(event)
