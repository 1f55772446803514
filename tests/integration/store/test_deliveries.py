"""Deliveries: each message recorded before it is sent, by the leader alone, until all stand."""

from typing import Any

import pytest

from bot.domain.deliveries import Delivery, DeliveryStatus
from bot.domain.errors import LostLeaseError
from bot.domain.jobs import Job
from bot.domain.leases import Fence
from bot.domain.outbox import OutboxKind
from tests.integration.store.bench import LATER, NOW, Bench


async def begin(bench: Bench, job: Job, **changes: Any) -> Delivery:
    part: dict[str, Any] = {"number": 0, "images": [0], "now": NOW, **changes}
    if "fence" not in part:
        part["fence"] = await bench.fence()
    return await bench.deliveries.start_part(job.id, **part)


async def finish(bench: Bench, job: Job, **changes: Any) -> Delivery:
    sent: dict[str, Any] = {
        "number": 0,
        "attempt": 1,
        "message_id": "99",
        "conversation_id": "7",
        "now": LATER,
        **changes,
    }
    return await bench.deliveries.finish_part(job.id, **sent)


async def lost_fence(bench: Bench) -> Fence:
    """Return the fence of a leader that another process has followed."""
    old = await bench.fence("other")
    assert (await bench.fence()).number > old.number
    return old


async def test_nothing_was_begun_of_a_result_that_waits(bench: Bench) -> None:
    job = await bench.finished("T1")
    assert await bench.deliveries.get(job.id) is None


async def test_what_was_begun_reads_back_as_it_was(bench: Bench) -> None:
    job = await bench.finished("T1")
    begun = await begin(bench, job, images=[0, 1])
    assert begun.status is DeliveryStatus.POSTING
    assert await bench.deliveries.get(job.id) == begun
    again = await begin(bench, job, number=1, is_direct=True, now=LATER)
    assert await bench.deliveries.get(job.id) == again
    done = await finish(bench, job, is_in_placeholder=True)
    assert await bench.deliveries.get(job.id) == done
    assert (done.conversation_id, done.posted_at) == ("7", LATER)
    assert [part.is_in_placeholder for part in done.parts] == [True, False]


async def test_attempts_are_counted_over_what_was_forgotten(bench: Bench) -> None:
    job = await bench.finished("T1")
    await begin(bench, job)
    cleared = await bench.deliveries.clear_attempt(job.id, number=0, attempt=1)
    assert cleared.parts == ()
    (part,) = (await begin(bench, job)).parts
    assert (part.attempt, part.in_doubt) == (2, 0)


async def test_a_former_leader_begins_and_reopens_nothing(bench: Bench) -> None:
    job = await bench.finished("T1")
    old = await lost_fence(bench)
    with pytest.raises(LostLeaseError):
        await begin(bench, job, fence=old)
    assert await bench.deliveries.get(job.id) is None
    await begin(bench, job)
    done = await finish(bench, job)
    with pytest.raises(LostLeaseError):
        await bench.deliveries.reopen_part(job.id, fence=old, number=0)
    assert await bench.deliveries.get(job.id) == done


async def test_nobody_begins_anything_without_ever_having_led(bench: Bench) -> None:
    job = await bench.finished("T1")
    with pytest.raises(LostLeaseError):
        await begin(bench, job, fence=Fence(lease="posts:discord", number=1))


async def test_what_became_of_an_attempt_is_accepted_from_a_former_leader(bench: Bench) -> None:
    job = await bench.finished("T1")
    await begin(bench, job, fence=await bench.fence("other"))
    await bench.fence()
    done = await finish(bench, job)
    assert done.parts[0].message_id == "99"


async def test_a_report_on_an_attempt_that_was_followed_changes_nothing(bench: Bench) -> None:
    job = await bench.finished("T1")
    await begin(bench, job)
    twice = await begin(bench, job)
    with pytest.raises(LostLeaseError):
        await finish(bench, job, attempt=1)
    with pytest.raises(LostLeaseError):
        await bench.deliveries.clear_attempt(job.id, number=0, attempt=1)
    assert await bench.deliveries.get(job.id) == twice


async def test_a_message_that_was_covered_up_is_to_be_posted_again(bench: Bench) -> None:
    job = await bench.finished("T1")
    for number in (0, 1):
        await begin(bench, job, number=number)
        await finish(bench, job, number=number, attempt=number + 1, message_id=f"9{number}")
    again = await bench.deliveries.reopen_part(job.id, fence=await bench.fence(), number=0)
    assert [part.message_id for part in again.parts] == [None, "91"]
    assert await bench.deliveries.get(job.id) == again


async def test_a_message_at_which_somebody_was_seen_stands(bench: Bench) -> None:
    job = await bench.finished("T1")
    await begin(bench, job)

    async def see(message_id: str) -> None:
        await bench.deliveries.note_seen(
            job.id, number=0, message_id=message_id, conversation_id="7", now=LATER
        )

    await see("60")
    await see("61")
    delivery = await bench.deliveries.get(job.id)
    assert delivery is not None
    assert [part.message_id for part in delivery.parts] == ["60"]
    assert (await begin(bench, job)) == delivery


async def test_who_is_seen_at_a_message_of_a_job_that_is_gone_changes_nothing(
    bench: Bench,
) -> None:
    nothing = await bench.deliveries.note_seen(
        "gone", number=0, message_id="60", conversation_id="7", now=LATER
    )
    assert nothing.parts == ()
    assert await bench.deliveries.get("gone") is None


async def test_a_posted_result_is_over(bench: Bench) -> None:
    job = await bench.finished("T1")
    await begin(bench, job)
    done = await finish(bench, job)
    entry = await bench.entry_of(job.id)
    assert await bench.deliveries.record_posted(entry, now=LATER)
    posted = await bench.deliveries.get(job.id)
    assert posted is not None
    assert (posted.status, posted.parts) == (DeliveryStatus.POSTED, done.parts)
    assert await bench.shown() == {}
    assert not await bench.deliveries.record_posted(entry, now=LATER)


async def test_a_result_that_changed_while_it_was_posted_is_not_over(bench: Bench) -> None:
    """It was told as doubtful, and ended meanwhile."""
    job = await bench.claimed(hooked=False)
    await bench.jobs.record_lost(job.id, attempt=job.attempt, now=NOW)
    doubtful = await bench.entry_of(job.id)
    await begin(bench, job)
    await bench.accept(job)
    await bench.succeed(now=LATER)
    assert not await bench.deliveries.record_posted(doubtful, now=LATER)
    assert not await bench.deliveries.record_undeliverable(doubtful, reason="x", now=LATER)
    delivery = await bench.deliveries.get(job.id)
    assert delivery is not None
    assert delivery.status is DeliveryStatus.POSTING
    assert await bench.shown() == {job.id: OutboxKind.RESULT}


async def test_a_result_that_cannot_be_posted_keeps_its_reason_and_is_said(bench: Bench) -> None:
    job = await bench.finished("T1")
    entry = await bench.entry_of(job.id)
    assert await bench.deliveries.record_undeliverable(entry, reason="gone", now=LATER)
    delivery = await bench.deliveries.get(job.id)
    assert delivery is not None
    assert (delivery.status, delivery.reason) == (DeliveryStatus.UNDELIVERABLE, "gone")
    assert await bench.shown() == {job.id: OutboxKind.PLACEHOLDER}
    assert not await bench.deliveries.record_undeliverable(entry, reason="gone", now=LATER)
    assert await bench.shown() == {job.id: OutboxKind.PLACEHOLDER}
