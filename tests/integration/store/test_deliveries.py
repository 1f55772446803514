"""Deliveries: taken by one process at a time, each part durable, until all is sent."""

from collections.abc import Collection
from datetime import datetime

import pytest

from bot.domain.deliveries import DeliveryStatus
from bot.domain.errors import LostLeaseError
from tests.integration.store.bench import LATER, NOW, SECOND, Bench


async def take(
    bench: Bench,
    *,
    busy: tuple[str, ...] = (),
    now: datetime = NOW,
    limit: int = 10,
    holding: Collection[str] | None = None,
) -> list[tuple[str, int]]:
    claimed = await bench.deliveries.claim(
        owner="me",
        lease_until=now + 15 * SECOND,
        busy_channels=busy,
        limit=limit,
        now=now,
        holding=holding,
    )
    return [(delivery.job_id, delivery.fence) for delivery, _ in claimed]


async def test_a_delivery_is_taken_once(bench: Bench) -> None:
    job = await bench.finished("T1")
    assert await take(bench) == [(job.id, 1)]
    assert await take(bench) == []


async def test_a_delivery_whose_claim_was_not_heard_of_is_taken_again(bench: Bench) -> None:
    job = await bench.finished("T1")
    await take(bench)
    assert await take(bench, holding=[job.id]) == []
    assert await take(bench, holding=[]) == [(job.id, 2)]


async def test_a_process_that_slept_does_not_take_over_from_itself(bench: Bench) -> None:
    job = await bench.finished("T1")
    await take(bench)
    assert await take(bench, now=LATER, holding=[job.id]) == []
    assert await take(bench, now=LATER) == [(job.id, 2)]


async def test_a_delivery_left_behind_is_taken_over_with_a_new_fence(bench: Bench) -> None:
    job = await bench.finished("T1")
    await take(bench)
    assert await take(bench, now=NOW + 16 * SECOND) == [(job.id, 2)]
    with pytest.raises(LostLeaseError):
        await bench.deliveries.start_part(job.id, fence=1, number=0, images=[0], now=NOW)
    with pytest.raises(LostLeaseError):
        await bench.deliveries.record_sent(job.id, fence=1, now=NOW)


async def test_a_delivery_of_a_dead_process_is_known_as_such(bench: Bench) -> None:
    await bench.finished("T1")
    ((first, _),) = await bench.deliveries.claim(
        owner="dead", lease_until=NOW + SECOND, busy_channels=[], limit=1, now=NOW
    )
    ((second, _),) = await bench.deliveries.claim(
        owner="me", lease_until=LATER, busy_channels=[], limit=1, now=LATER
    )
    assert (first.was_left_behind, second.was_left_behind) == (False, True)


async def test_a_delivery_that_its_owner_never_heard_of_taking_is_due(bench: Bench) -> None:
    job = await bench.finished("T1")
    await take(bench)
    assert await take(bench, holding=[]) == [(job.id, 2)]


async def test_what_is_being_delivered_is_not_taken_again_by_its_own_process(bench: Bench) -> None:
    job = await bench.finished("T1")
    await take(bench)
    assert await take(bench, now=LATER, holding=[job.id]) == []


async def test_the_end_of_a_claim_may_be_recorded_twice(bench: Bench) -> None:
    job = await bench.finished("T1")
    await take(bench)
    for _ in range(2):
        await bench.deliveries.record_delayed(job.id, fence=1, next_attempt_at=NOW)
    await take(bench)
    for _ in range(2):
        await bench.deliveries.record_sent(job.id, fence=2, now=NOW)
    with pytest.raises(LostLeaseError):
        await bench.deliveries.record_undeliverable(job.id, fence=2, reason="late", now=NOW)
    assert await bench.delivery_of(job) is DeliveryStatus.SENT


async def test_one_delivery_a_channel_and_none_for_busy_ones(bench: Bench) -> None:
    await bench.finished("T1", channel="7")
    await bench.finished("T2", channel="7")
    other = await bench.finished("T3", channel="8")
    assert await take(bench, busy=("discord:7",)) == [(other.id, 1)]
    assert len(await take(bench)) == 1
    assert len(await take(bench)) == 1


async def test_parts_are_durable_and_keep_their_first_start(bench: Bench) -> None:
    job = await bench.finished("T1")
    await take(bench)
    await bench.deliveries.start_part(job.id, fence=1, number=0, images=[0, 1], now=NOW)
    again = await bench.deliveries.start_part(job.id, fence=1, number=0, images=[0], now=LATER)
    (part,) = again.parts
    assert (part.images, part.started_at, part.message_id) == ((0,), NOW, None)
    done = await bench.deliveries.finish_part(
        job.id, fence=1, number=0, message_id="99", channel_id="7", now=LATER
    )
    assert (done.parts[0].message_id, done.posted_at) == ("99", LATER)
    late = await bench.deliveries.start_part(job.id, fence=1, number=0, images=[1], now=LATER)
    assert late == done


async def test_a_part_that_was_covered_up_is_to_be_posted_again(bench: Bench) -> None:
    job = await bench.finished("T1")
    await take(bench)
    for number in (0, 1):
        part = {"fence": 1, "number": number}
        await bench.deliveries.start_part(job.id, **part, images=[number], now=NOW)
        await bench.deliveries.finish_part(
            job.id, **part, message_id=f"9{number}", channel_id="7", now=NOW
        )
    again = await bench.deliveries.reopen_part(job.id, fence=1, number=0)
    assert [part.message_id for part in again.parts] == [None, "91"]
    assert (again.parts[0].posted_at, again.parts[0].started_at) == (None, NOW)
    with pytest.raises(LostLeaseError):
        await bench.deliveries.reopen_part(job.id, fence=2, number=0)


async def test_a_message_that_goes_directly_starts_anew_and_stays_direct(bench: Bench) -> None:
    job = await bench.finished("T1")
    await take(bench)
    part = {"fence": 1, "number": 0, "images": [0]}
    await bench.deliveries.start_part(job.id, **part, now=NOW)  # type: ignore[arg-type]
    later = NOW + SECOND
    await bench.deliveries.start_part(job.id, **part, now=later, is_direct=True)  # type: ignore[arg-type]
    again = await bench.deliveries.start_part(job.id, **part, now=LATER)  # type: ignore[arg-type]
    (kept,) = again.parts
    assert (kept.is_direct, kept.started_at) == (True, later)


async def test_a_delayed_delivery_comes_back_when_it_is_due(bench: Bench) -> None:
    job = await bench.finished("T1")
    await take(bench)
    await bench.deliveries.record_delayed(job.id, fence=1, next_attempt_at=NOW + 4 * SECOND)
    assert await take(bench, now=NOW + 3 * SECOND) == []
    assert await take(bench, now=NOW + 4 * SECOND) == [(job.id, 2)]


async def test_a_sent_delivery_is_over(bench: Bench) -> None:
    job = await bench.finished("T1")
    await take(bench)
    await bench.deliveries.record_sent(job.id, fence=1, now=NOW)
    assert await bench.delivery_of(job) is DeliveryStatus.SENT
    assert await take(bench, now=LATER) == []


async def test_an_undeliverable_result_keeps_its_reason(bench: Bench) -> None:
    job = await bench.finished("T1")
    await take(bench)
    await bench.deliveries.record_undeliverable(job.id, fence=1, reason="gone", now=NOW)
    delivery = await bench.deliveries.get(job.id)
    assert delivery is not None
    assert (delivery.status, delivery.reason) == (DeliveryStatus.UNDELIVERABLE, "gone")


async def test_the_lease_of_a_delivery_is_renewed(bench: Bench) -> None:
    job = await bench.finished("T1")
    await take(bench)
    until = NOW + 40 * SECOND
    assert await bench.deliveries.renew_leases([job.id], owner="other", until=until) == []
    assert await bench.deliveries.renew_leases([job.id], owner="me", until=until) == [job.id]
    assert await take(bench, now=NOW + 20 * SECOND) == []
