"""Placeholders of a chat where they are messages of their own, which the outbox sends."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from bot.domain.deliveries import DeliveryStatus
from bot.domain.errors import (
    DeniedError,
    MessageInDoubtError,
    NotSentError,
    UnreadableError,
)
from tests.integration.outbox.fixtures import Bench, without_suppression
from tests.shown import text_of
from tests.standins.messenger import LIMITS, Sent

SENT_WITHIN_S = 15.0
SETTLES_S = LIMITS.edit_settles_within.total_seconds()


@pytest.fixture(autouse=True)
def _sends_placeholders(bench: Bench) -> None:
    without_suppression(
        bench,
        sends_placeholders=True,
        can_replace_with_result=False,
        send_settles_within=timedelta(seconds=SENT_WITHIN_S),
    )


def _placeholders(bench: Bench) -> Sequence[Sent]:
    return [each for each in bench.messenger.sent if each.key.endswith(".p")]


async def _ask(bench: Bench, count: int = 1, **changes: object) -> list[str]:
    """Let somebody ask for jobs, whose placeholder is then due."""
    jobs = await bench.add(count, is_answered=False, **changes)
    await bench.change(jobs[0])
    return jobs


async def test_it_is_sent_once_and_changed_from_then_on(bench: Bench) -> None:
    (job,) = await _ask(bench)
    await bench.work_off()
    await bench.change(job)
    await bench.work_off(seconds=5)
    assert len(_placeholders(bench)) == 1
    assert bench.messenger.shown == [job]
    assert bench.count("find") == 0  # that costs a call, which nobody needs then


async def test_it_goes_when_the_result_stands(bench: Bench) -> None:
    await _ask(bench)
    await bench.work_off()
    await bench.finish()
    await bench.work_off(seconds=5)
    assert _placeholders(bench) == []
    assert bench.pictures() == [[1, 2, 3, 4]]


async def test_a_group_has_one_which_goes_after_the_last_result(bench: Bench) -> None:
    await _ask(bench, 3)
    await bench.work_off()
    assert len(_placeholders(bench)) == 1
    await bench.finish()
    await bench.work_off(seconds=5)
    assert _placeholders(bench) == []
    assert len(bench.standing()) == 3


async def test_one_whose_answer_was_lost_is_looked_for_and_not_sent_again(bench: Bench) -> None:
    (job,) = await _ask(bench)
    bench.messenger.fail("send", MessageInDoubtError("timeout"), after=True)
    await bench.work_off()
    await bench.work_off(seconds=SETTLES_S + 1)
    assert len(_placeholders(bench)) == 1
    assert bench.messenger.shown == [job]


async def test_one_that_never_arrived_is_sent_again(bench: Bench) -> None:
    await _ask(bench)
    bench.messenger.fail("send", MessageInDoubtError("timeout"))
    await bench.work_off()
    assert _placeholders(bench) == []
    await bench.work_off(seconds=SETTLES_S + 1)
    assert len(_placeholders(bench)) == 1


async def test_one_sent_by_a_process_that_died_is_found_by_the_next(bench: Bench) -> None:
    await _ask(bench)
    bench.losing.add("finish")
    bench.away.add("finish")
    await bench.kill_when(lambda: bench.failures)
    bench.away.clear()
    bench.losing.clear()
    await bench.work_off()
    assert len(_placeholders(bench)) == 1
    await bench.finish()
    await bench.work_off(seconds=5)
    assert _placeholders(bench) == []


async def _arrives_late(bench: Bench, job: str) -> Callable[[], None]:
    """Let a placeholder be sent that arrives only when the returned function is called."""
    bench.messenger.fail("send", MessageInDoubtError("timeout"), after=True)
    await bench.work_off()
    (sent,) = _placeholders(bench)
    bench.messenger.sent.remove(sent)
    return lambda: bench.messenger.sent.append(sent)


async def test_one_that_may_still_arrive_is_not_sent_again_when_its_job_goes_on(
    bench: Bench,
) -> None:
    (job,) = await _ask(bench)
    arrive = await _arrives_late(bench, job)
    await bench.change(job)
    await bench.work_off(seconds=SENT_WITHIN_S - 5)
    assert bench.count("send") == 1
    arrive()
    await bench.work_off(seconds=6)
    assert len(_placeholders(bench)) == 1
    assert bench.messenger.shown == [job]


async def test_one_that_arrives_after_the_result_goes_too(bench: Bench) -> None:
    (job,) = await _ask(bench)
    arrive = await _arrives_late(bench, job)
    await bench.finish()
    await bench.work_off(seconds=SENT_WITHIN_S - 5)
    assert len(bench.standing()) == 1
    arrive()
    await bench.work_off(seconds=6)
    assert _placeholders(bench) == []
    assert await bench.status(job) is DeliveryStatus.POSTED


async def test_one_in_doubt_goes_with_the_result_too(bench: Bench) -> None:
    await _ask(bench)
    bench.messenger.fail("send", MessageInDoubtError("timeout"), after=True)
    await bench.work_off()
    await bench.finish()
    await bench.work_off(seconds=5)
    assert _placeholders(bench) == []
    assert len(bench.standing()) == 1


async def test_where_nobody_can_look_it_is_left_out(bench: Bench) -> None:
    await _ask(bench)
    bench.messenger.fail("send", MessageInDoubtError("timeout"))
    bench.messenger.fail("find", UnreadableError("no history"))
    await bench.work_off()
    await bench.work_off(seconds=SETTLES_S + 1)
    assert _placeholders(bench) == []
    assert await bench.entries() == []


async def test_one_that_was_certainly_not_sent_is_not_looked_for(bench: Bench) -> None:
    await _ask(bench)
    bench.messenger.fail("send", NotSentError("asked to wait"))
    await bench.work_off()
    await bench.work_off(seconds=5)
    assert len(_placeholders(bench)) == 1
    assert bench.count("find") == 0


async def test_where_the_bot_may_not_write_there_is_none(bench: Bench) -> None:
    await _ask(bench)
    bench.messenger.fail("send", DeniedError("closed"))
    await bench.work_off()
    assert _placeholders(bench) == []
    assert await bench.entries() == []


async def test_a_private_one_stands_in_the_direct_conversation(bench: Bench) -> None:
    await _ask(bench, is_private=True)
    await bench.work_off()
    (sent,) = _placeholders(bench)
    assert sent.message.conversation.is_direct


async def test_a_former_leader_sends_none(bench: Bench) -> None:
    await _ask(bench)
    outbox, tenure = await bench.process()
    await bench.process()  # leads from now on
    await outbox.run(tenure)
    assert tenure.is_over
    assert _placeholders(bench) == []


async def test_one_that_a_person_deleted_does_not_come_back(bench: Bench) -> None:
    (job,) = await _ask(bench)
    await bench.work_off()
    (sent,) = _placeholders(bench)
    bench.messenger.sent.clear()
    bench.messenger.placeholders[sent.message.id] = None
    await bench.change(job)
    await bench.work_off(seconds=5)
    assert _placeholders(bench) == []


async def test_it_says_first_when_its_turn_comes(bench: Bench) -> None:
    await bench.add_apart(250)  # more than there are slots
    (job,) = await _ask(bench)
    await bench.work_off()
    (sent,) = _placeholders(bench)
    assert sent.job_id == job
    assert "You're number 251 in the queue" in text_of(sent.what)


async def test_it_is_sent_too_while_the_job_is_being_submitted(bench: Bench) -> None:
    await _ask(bench)
    await bench.jobs.claim_up_to(1, slots=10, now=bench.clock.now())
    await bench.work_off()
    (sent,) = _placeholders(bench)
    assert "I'm on it" in text_of(sent.what)
