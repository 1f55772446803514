from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.submit_gate import SubmitGate

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def gate() -> SubmitGate:
    return SubmitGate(widest=10)


def submit(gate: SubmitGate, count: int = 1) -> None:
    for _ in range(count):
        gate.started()


def test_the_first_submit_goes_alone(gate: SubmitGate) -> None:
    assert gate.room(NOW) == 1
    submit(gate)
    assert gate.room(NOW) == 0


def test_each_success_opens_wider_up_to_the_slots(gate: SubmitGate) -> None:
    widths = []
    for _ in range(6):
        gate.accepted(NOW)
        widths.append(gate.room(NOW))
    assert widths == [2, 4, 8, 10, 10, 10]


def test_an_outage_lets_one_through_after_each_growing_pause(gate: SubmitGate) -> None:
    gate.accepted(NOW)
    now, pauses = NOW, []
    for _ in range(9):
        gate.failed(now)
        reopens_at = gate.reopens_at(now)
        assert reopens_at is not None
        assert gate.room(reopens_at - SECOND / 10) == 0
        assert gate.room(reopens_at) == 1
        pauses.append((reopens_at - now) / SECOND)
        now = reopens_at
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_the_provider_may_ask_for_a_longer_pause(gate: SubmitGate) -> None:
    gate.failed(NOW, 30 * SECOND)
    assert gate.reopens_at(NOW) == NOW + 30 * SECOND


def test_a_success_ends_an_outage(gate: SubmitGate) -> None:
    gate.failed(NOW)
    gate.accepted(NOW)
    assert gate.room(NOW) == 2
    gate.failed(NOW)
    assert gate.reopens_at(NOW) == NOW + SECOND


def test_a_full_provider_is_asked_again_after_at_most_fifteen_seconds(gate: SubmitGate) -> None:
    now, pauses = NOW, []
    for _ in range(6):
        gate.full(now)
        reopens_at = gate.reopens_at(now)
        assert reopens_at is not None
        pauses.append((reopens_at - now) / SECOND)
        now = reopens_at
    assert pauses == [1, 2, 4, 8, 15, 15]


def test_a_freed_slot_cuts_the_wait_for_a_full_provider_short(gate: SubmitGate) -> None:
    gate.full(NOW)
    gate.slot_freed()
    assert gate.room(NOW) == 1


def test_a_freed_slot_does_not_end_an_outage(gate: SubmitGate) -> None:
    gate.failed(NOW)
    gate.slot_freed()
    assert gate.room(NOW) == 0


def test_a_clear_no_ends_an_outage_but_opens_no_wider(gate: SubmitGate) -> None:
    gate.failed(NOW)
    gate.answered()
    assert gate.room(NOW) == 1


def test_a_clear_no_for_every_job_lets_the_next_one_go_alone(gate: SubmitGate) -> None:
    for _ in range(3):
        gate.accepted(NOW)
    gate.shut_out()
    assert gate.room(NOW) == 1


def test_trust_fades_when_nothing_was_accepted_for_a_while(gate: SubmitGate) -> None:
    gate.accepted(NOW)
    assert gate.room(NOW + timedelta(minutes=1)) == 2
    assert gate.room(NOW + timedelta(minutes=3)) == 1


def test_submits_under_way_count_until_they_end(gate: SubmitGate) -> None:
    gate.accepted(NOW)
    submit(gate, 2)
    assert gate.room(NOW) == 0
    gate.ended()
    assert gate.room(NOW) == 1


def test_submits_that_fail_together_pause_once(gate: SubmitGate) -> None:
    for moment in range(10):
        gate.failed(NOW + moment * SECOND / 100)
    assert gate.reopens_at(NOW + SECOND / 2) == NOW + SECOND
    gate.failed(NOW + SECOND)
    assert gate.reopens_at(NOW + SECOND) == NOW + 3 * SECOND


def test_a_pause_that_is_over_reopens_nothing(gate: SubmitGate) -> None:
    gate.failed(NOW)
    gate.full(NOW)
    assert gate.reopens_at(NOW + SECOND) is None
