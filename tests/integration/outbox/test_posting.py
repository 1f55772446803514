"""Exactly once, whatever a platform can do: with and without repeats that it suppresses itself."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.deliveries import DeliveryStatus
from bot.domain.errors import (
    MessageGoneError,
    MessageInDoubtError,
    NotSentError,
    UnreadableError,
)
from bot.domain.messages import Message
from bot.ports.messenger import MessengerLimits, always
from bot.workers.posting import MAY_STAND
from tests.integration.outbox.fixtures import HOUR, Bench, without_suppression
from tests.integration.outbox.platforms import (
    DENIED,
    IN_DOUBT,
    PLAIN,
    REPLACING,
    SUPPRESSING,
    every_platform,
    finished,
    stands_once,
)

# ── Who may post ────────────────────────────────────────────────────────────────────────────────


async def test_who_is_replaced_during_an_upload_posts_nothing(bench: Bench) -> None:
    job = await finished(bench, PLAIN)
    outbox, tenure = await bench.process()
    bench.messenger.upload = tenure.end
    await outbox.run(tenure)
    assert bench.standing() == []
    bench.messenger.upload = always
    await bench.work_off()
    assert await stands_once(bench, job)


# ── What is in doubt ────────────────────────────────────────────────────────────────────────────


@every_platform
@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("later", [timedelta(minutes=1), HOUR], ids=["soon", "late"])
async def test_a_message_in_doubt_stands_once_in_the_end(
    bench: Bench, limits: MessengerLimits, later: timedelta, *, arrived: bool
) -> None:
    job = await finished(bench, limits)
    bench.messenger.fail("send", IN_DOUBT, after=arrived)
    await bench.work_off()
    await bench.work_off(seconds=later.total_seconds())
    await bench.work_off(minutes=1)  # for one that took the placeholder's place
    assert await stands_once(bench, job)


@every_platform
@pytest.mark.parametrize("later", [timedelta(minutes=1), HOUR], ids=["soon", "late"])
async def test_a_message_that_stood_when_its_process_was_killed_is_not_doubled(
    bench: Bench, limits: MessengerLimits, later: timedelta
) -> None:
    job = await finished(bench, limits)
    bench.away.add("finish_part")
    await bench.kill_when(lambda: bench.messenger.results)
    bench.away.clear()
    await bench.work_off(seconds=later.total_seconds())
    assert await stands_once(bench, job)


@every_platform
async def test_a_part_whose_start_was_heard_by_nobody_is_posted_once(
    bench: Bench, limits: MessengerLimits
) -> None:
    job = await finished(bench, limits)
    bench.losing.add("start_part")
    await bench.work_off()
    await bench.work_off(minutes=1)
    assert await stands_once(bench, job)


async def test_while_repeats_are_suppressed_it_is_sent_again(bench: Bench) -> None:
    await finished(bench)
    bench.messenger.fail("send", IN_DOUBT)
    await bench.work_off()
    await bench.work_off(seconds=6)
    assert (bench.count("send"), bench.count("find")) == (2, 0)


async def test_later_it_is_looked_for_and_takes_the_placeholders_place(bench: Bench) -> None:
    job = await finished(bench)
    bench.messenger.fail("send", IN_DOUBT)
    await bench.work_off()
    await bench.work_off(hours=1)
    await bench.work_off(minutes=1)
    assert (bench.count("send"), bench.count("find")) == (1, 1)
    (part,) = (await bench.delivery(job)).parts
    assert part.is_in_placeholder


async def test_where_nothing_can_take_that_place_it_is_sent_when_it_was_not_found(
    bench: Bench,
) -> None:
    await finished(bench, PLAIN)
    bench.messenger.fail("send", IN_DOUBT)
    await bench.work_off()
    await bench.work_off(minutes=1)
    assert [method for method, _ in bench.messenger.calls if method in {"send", "find"}] == [
        "send",
        "find",
        "send",
    ]


async def test_what_certainly_was_not_sent_is_no_doubt(bench: Bench) -> None:
    job = await finished(bench, PLAIN)
    bench.messenger.fail("send", NotSentError("closed"))
    await bench.work_off()
    await bench.work_off(minutes=1)
    assert bench.count("find") == 0
    assert await stands_once(bench, job)


@pytest.mark.parametrize("is_private", [False, True])
async def test_a_post_in_doubt_is_repeated_only_when_it_can_no_longer_arrive(
    bench: Bench, is_private: bool
) -> None:
    without_suppression(
        bench, can_replace_with_result=False, send_settles_within=timedelta(seconds=15)
    )
    await bench.add(is_private=is_private)
    await bench.finish()
    bench.messenger.fail("send", IN_DOUBT)
    async with bench.running():
        await bench.until_worked_off()
        bench.look(seconds=5)
        await bench.until_worked_off()
        assert bench.count("send") == 1
        bench.look(seconds=16)
        await bench.until_worked_off()
    assert bench.pictures() == [[1, 2, 3, 4]]


async def test_a_post_of_a_process_that_died_may_have_been_sent_at_the_last_moment(
    bench: Bench,
) -> None:
    """It was begun long ago, but bringing its files to the platform took that long."""
    job = await finished(bench, replace(PLAIN, send_settles_within=timedelta(seconds=15)))
    bench.messenger.fail("send", IN_DOUBT)
    await bench.work_off()
    bench.clock.step(minutes=5)
    async with bench.running():
        await bench.until_worked_off()
        assert (bench.count("send"), bench.count("find")) == (1, 1)
        bench.look(seconds=16)
        await bench.until_worked_off()
    assert await stands_once(bench, job)


# ── What somebody deletes before we know that it stands ──


async def delete_by_its_button(bench: Bench, job: str) -> None:
    """Let somebody press “Delete” at the first message of the result."""
    (sent,) = bench.messenger.results
    await bench.deliveries.note_seen(
        job,
        number=sent.number,
        message_id=sent.message.id,
        conversation_id=sent.message.conversation.id,
        now=bench.clock.now(),
    )
    bench.messenger.sent.remove(sent)


@every_platform
@pytest.mark.parametrize("later", [timedelta(minutes=1), HOUR], ids=["soon", "late"])
async def test_a_message_in_doubt_that_somebody_deleted_does_not_come_back(
    bench: Bench, limits: MessengerLimits, later: timedelta
) -> None:
    job = await finished(bench, limits)
    bench.messenger.fail("send", IN_DOUBT, after=True)
    await bench.work_off()
    await delete_by_its_button(bench, job)
    await bench.work_off(seconds=later.total_seconds())
    assert bench.standing() == []
    assert await bench.status(job) is DeliveryStatus.POSTED


@pytest.mark.parametrize("limits", [REPLACING, PLAIN], ids=["replacing", "plain"])
@pytest.mark.parametrize("is_direct", [False, True])
async def test_a_message_that_is_deleted_just_before_it_is_looked_for_does_not_come_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, limits: MessengerLimits, *, is_direct: bool
) -> None:
    job = await finished(bench, limits)
    if is_direct:
        bench.messenger.denied.add("7")
    bench.messenger.fail("send", IN_DOUBT, after=True)
    await bench.work_off()
    find = bench.messenger.find

    async def delete_and_find(*args: Any, **options: Any) -> Message | None:
        await delete_by_its_button(bench, job)
        return await find(*args, **options)

    monkeypatch.setattr(bench.messenger, "find", delete_and_find)
    await bench.work_off(minutes=5)
    assert bench.standing() == []
    assert await bench.status(job) is DeliveryStatus.POSTED


# ── Where nobody can look ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("limits", "count"), [(PLAIN, 1), (SUPPRESSING, 2)], ids=["plain", "of-a-group"]
)
@pytest.mark.parametrize("arrived", [True, False])
async def test_without_a_history_that_can_be_read_there_is_no_blind_second_post(
    bench: Bench, limits: MessengerLimits, count: int, *, arrived: bool
) -> None:
    await finished(bench, limits, count)
    bench.messenger.fail("send", *[IN_DOUBT] * count, after=arrived)
    bench.messenger.fail("find", *[UnreadableError()] * count)
    await bench.work_off()
    jobs = {entry.job_id for entry in await bench.entries() if entry.kind == "result"}
    await bench.work_off(hours=1)
    assert len(jobs) == bench.count("send") == count
    for job in jobs:
        delivery = await bench.delivery(job)
        assert (delivery.status, delivery.reason) == (DeliveryStatus.UNDELIVERABLE, MAY_STAND)


async def test_within_the_time_of_suppressed_repeats_no_history_is_needed(bench: Bench) -> None:
    job = await finished(bench)
    bench.messenger.fail("send", IN_DOUBT, after=True)
    bench.messenger.fail("find", UnreadableError())
    await bench.work_off()
    await bench.work_off(minutes=1)
    assert await stands_once(bench, job)


async def test_without_a_history_the_placeholder_still_takes_what_may_have_been_lost(
    bench: Bench,
) -> None:
    await finished(bench, REPLACING)
    bench.messenger.fail("send", IN_DOUBT)
    bench.messenger.fail("find", UnreadableError())
    await bench.work_off()
    await bench.work_off(minutes=1)
    assert bench.count("send") == 1
    assert len(bench.standing()) == 1


# ── Where the bot may not write ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("limits", [SUPPRESSING, REPLACING], ids=["suppressing", "replacing"])
async def test_the_placeholder_becomes_the_result_where_nothing_may_be_sent(
    bench: Bench, limits: MessengerLimits
) -> None:
    job = await finished(bench, limits)
    bench.messenger.fail("send", DENIED)
    await bench.work_off()
    await bench.work_off(minutes=1)
    assert await stands_once(bench, job)
    assert bench.messenger.results == []


@every_platform
async def test_else_it_goes_to_the_person_directly(bench: Bench, limits: MessengerLimits) -> None:
    job = await finished(bench, limits)
    bench.messenger.denied.add("7")
    await bench.work_off()
    (sent,) = bench.messenger.results
    assert sent.message.conversation.is_direct
    assert await stands_once(bench, job)


@every_platform
@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("later", [timedelta(minutes=1), HOUR], ids=["soon", "late"])
async def test_a_direct_message_in_doubt_stands_once_in_the_end(
    bench: Bench, limits: MessengerLimits, later: timedelta, *, arrived: bool
) -> None:
    job = await finished(bench, limits)
    bench.messenger.denied.add("7")
    bench.messenger.fail("send", IN_DOUBT, after=arrived)
    await bench.work_off()
    await bench.work_off(seconds=later.total_seconds())
    assert await stands_once(bench, job)


async def test_a_direct_message_that_cannot_be_looked_for_is_not_sent_blindly(
    bench: Bench,
) -> None:
    job = await finished(bench, PLAIN)
    bench.messenger.fail("send", DENIED, IN_DOUBT)
    bench.messenger.fail("find", UnreadableError())
    await bench.work_off()
    await bench.work_off(minutes=1)
    assert await bench.status(job) is DeliveryStatus.UNDELIVERABLE
    assert bench.count("send") == 2


async def test_a_message_that_arrived_while_the_bot_might_still_write_is_found(
    bench: Bench,
) -> None:
    job = await finished(bench)
    bench.messenger.fail("send", IN_DOUBT, after=True)
    await bench.work_off()
    bench.messenger.fail("send", DENIED)
    await bench.work_off(seconds=6)
    assert await stands_once(bench, job)


# ── In the placeholder's place ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("limits", [SUPPRESSING, REPLACING], ids=["suppressing", "replacing"])
@pytest.mark.parametrize("arrived", [True, False])
async def test_a_result_whose_edit_is_in_doubt_stands_once_in_the_end(
    bench: Bench, limits: MessengerLimits, *, arrived: bool
) -> None:
    job = await finished(bench, limits)
    bench.messenger.fail("send", DENIED)
    bench.messenger.fail("replace", IN_DOUBT, after=arrived)
    await bench.work_off()
    await bench.work_off(minutes=1)  # now the bot may write again
    await bench.work_off(minutes=1)
    assert await stands_once(bench, job)
    assert not (arrived and bench.messenger.results)  # not even for a moment were there two


@pytest.mark.parametrize("limits", [SUPPRESSING, REPLACING], ids=["suppressing", "replacing"])
async def test_a_result_in_doubt_at_which_somebody_was_seen_there_stays(
    bench: Bench, limits: MessengerLimits
) -> None:
    job = await finished(bench, limits)
    bench.messenger.fail("send", DENIED)
    bench.messenger.fail("replace", IN_DOUBT, after=True)
    await bench.work_off()
    await bench.deliveries.note_seen(
        job, number=0, message_id=f"of {job}", conversation_id="7", now=bench.clock.now()
    )
    await bench.work_off(minutes=1)
    await bench.work_off(minutes=1)
    assert bench.count("delete") == 0
    assert await stands_once(bench, job)


async def test_a_result_that_an_old_edit_covered_up_is_posted_again(bench: Bench) -> None:
    job = await finished(bench)
    bench.messenger.fail("send", DENIED)
    await bench.work_off()
    bench.messenger.placeholders.clear()
    await bench.work_off(minutes=1)
    assert await stands_once(bench, job)


async def test_a_result_that_somebody_deleted_there_is_not_posted_again(bench: Bench) -> None:
    job = await finished(bench)
    bench.messenger.fail("send", DENIED)
    await bench.work_off()
    bench.messenger.placeholders[f"of {job}"] = None
    await bench.work_off(minutes=1)
    assert bench.standing() == []
    assert await bench.status(job) is DeliveryStatus.POSTED


@pytest.mark.parametrize("is_answered", [True, False])
async def test_a_private_result_that_nobody_can_have_deleted_comes_directly(
    bench: Bench, is_answered: bool
) -> None:
    await bench.add(is_private=True, is_answered=is_answered)
    await bench.finish()
    bench.messenger.fail("replace", MessageInDoubtError("timeout"), MessageGoneError("none"))
    await bench.work_off()
    await bench.work_off(minutes=1)
    assert len(bench.messenger.sent) == (0 if is_answered else 1)
