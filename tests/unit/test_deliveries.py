"""What becomes of each attempt at a message of a result."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.deliveries import Delivery, DeliveryStatus, Part
from bot.domain.errors import LostLeaseError

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
NEW = Delivery(job_id="j", status=DeliveryStatus.POSTING)


def started(
    delivery: Delivery,
    number: int = 0,
    *,
    images: tuple[int, ...] = (0,),
    now: datetime = NOW,
    is_direct: bool = False,
) -> Delivery:
    return delivery.started(number, images=images, now=now, is_direct=is_direct)


def finished(delivery: Delivery, number: int = 0, *, attempt: int = 1) -> Delivery:
    return delivery.finished(
        number,
        attempt=attempt,
        message_id=f"9{number}",
        conversation_id="7",
        is_in_placeholder=True,
        now=LATER,
    )


def part_of(delivery: Delivery) -> Part:
    (part,) = delivery.parts
    return part


def test_the_first_attempt_has_no_doubts() -> None:
    part = part_of(started(NEW, images=(0, 1)))
    assert part == Part(number=0, images=(0, 1), started_at=NOW, attempt=1)


def test_an_attempt_without_an_answer_is_in_doubt_at_the_next() -> None:
    twice = started(started(NEW), images=(1,), now=LATER)
    part = part_of(twice)
    assert (part.attempt, part.in_doubt, part.started_at, part.images) == (2, 1, NOW, (1,))
    assert part_of(started(twice, now=LATER)).in_doubt == 2


def test_an_attempt_that_sent_nothing_is_forgotten_and_its_number_is_not_used_again() -> None:
    cleared = started(NEW).cleared(0, attempt=1)
    assert cleared.parts == ()
    part = part_of(started(cleared, now=LATER))
    assert (part.attempt, part.in_doubt, part.started_at) == (2, 0, LATER)


def test_an_attempt_that_sent_nothing_leaves_the_doubts_before_it() -> None:
    cleared = started(started(NEW), now=LATER).cleared(0, attempt=2)
    part = part_of(started(cleared, now=LATER))
    assert (part.attempt, part.in_doubt, part.started_at) == (3, 1, NOW)


def test_clearing_an_attempt_twice_clears_no_other() -> None:
    cleared = started(started(NEW)).cleared(0, attempt=2)
    assert cleared.cleared(0, attempt=2) == cleared
    forgotten = started(NEW).cleared(0, attempt=1)
    assert forgotten.cleared(0, attempt=1) == forgotten
    with pytest.raises(LostLeaseError):
        started(forgotten).cleared(0, attempt=1)


def test_a_message_that_goes_directly_leaves_its_doubts_behind_and_stays_direct() -> None:
    direct = started(started(NEW), now=LATER, is_direct=True)
    part = part_of(direct)
    assert (part.is_direct, part.in_doubt, part.started_at) == (True, 0, LATER)
    again = part_of(started(direct, now=LATER))
    assert (again.is_direct, again.in_doubt) == (True, 1)


def test_a_direct_message_that_was_not_sent_starts_anew_as_one() -> None:
    cleared = started(NEW, is_direct=True).cleared(0, attempt=1)
    part = part_of(started(cleared, now=LATER))
    assert (part.is_direct, part.in_doubt, part.started_at) == (True, 0, LATER)


def test_a_message_stands_from_when_it_was_first_known_to() -> None:
    done = finished(started(NEW))
    part = part_of(done)
    assert (part.message_id, part.posted_at, part.is_in_placeholder) == ("90", LATER, True)
    assert (done.conversation_id, done.posted_at) == ("7", LATER)
    assert finished(done) == done


def test_nothing_changes_about_a_message_that_stands() -> None:
    done = finished(started(NEW))
    assert started(done, images=(1,), now=LATER) == done
    assert done.cleared(0, attempt=1) == done


def seen(delivery: Delivery, number: int = 0) -> Delivery:
    return delivery.seen(
        number, message_id="60", conversation_id="7", is_in_placeholder=False, now=LATER
    )


def test_a_message_at_which_somebody_was_seen_stands_whatever_its_attempt() -> None:
    twice = started(started(NEW))
    stands = seen(twice)
    part = part_of(stands)
    assert (part.message_id, part.posted_at, stands.conversation_id) == ("60", LATER, "7")
    assert stands.cleared(0, attempt=2) == stands
    assert started(stands) == stands


def test_who_is_seen_at_a_message_that_is_known_or_was_never_begun_tells_nothing() -> None:
    done = finished(started(NEW))
    assert seen(done) == done
    assert seen(done, 1) == done


@pytest.mark.parametrize("attempt", [1, 3])
def test_only_the_latest_attempt_is_reported_on(attempt: int) -> None:
    twice = started(started(NEW))
    with pytest.raises(LostLeaseError):
        finished(twice, attempt=attempt)
    with pytest.raises(LostLeaseError):
        twice.cleared(0, attempt=attempt)


def test_what_was_forgotten_cannot_stand() -> None:
    with pytest.raises(LostLeaseError):
        finished(started(NEW).cleared(0, attempt=1))


def test_a_message_that_was_covered_up_is_to_be_posted_again_without_doubts() -> None:
    done = finished(started(started(NEW)), attempt=2)
    reopened = done.reopened(0)
    part = part_of(reopened)
    assert (part.message_id, part.posted_at, part.is_in_placeholder) == (None, None, False)
    with pytest.raises(LostLeaseError):
        finished(reopened, attempt=2)  # a repeat that came late
    again = part_of(started(reopened, now=LATER))
    assert (again.attempt, again.in_doubt, again.started_at) == (4, 0, LATER)


def test_parts_are_kept_by_number_and_count_their_attempts_together() -> None:
    delivery = started(started(NEW, 1), 0)
    assert [(part.number, part.attempt) for part in delivery.parts] == [(0, 2), (1, 1)]
    assert started(delivery, 2).attempts == 3
