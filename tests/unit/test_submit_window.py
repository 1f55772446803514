from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.domain.jobs import FailureCode
from bot.domain.submit_window import ACCOUNT, MAX_RETRY_AFTER, SubmitWindow

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def accepted(window: SubmitWindow, times: int = 1, at: datetime = NOW) -> SubmitWindow:
    for _ in range(times):
        window = window.accepted(at, submitted_at=at)
    return window


def refused(window: SubmitWindow, at: datetime = NOW) -> SubmitWindow:
    return window.account_refused(FailureCode.QUOTA, at)


@pytest.fixture
def window() -> SubmitWindow:
    return SubmitWindow()


def pause_of(window: SubmitWindow, now: datetime) -> float:
    reopens_at = window.reopens_at(now)
    assert reopens_at is not None
    assert window.room(reopens_at - SECOND / 10, 0) == 0
    assert window.room(reopens_at, 0) == 1
    return (reopens_at - now) / SECOND


# ── How wide ────────────────────────────────────────────────────────────────────────────────────


def test_the_first_submit_goes_alone(window: SubmitWindow) -> None:
    assert window.room(NOW, 0) == 1
    assert window.room(NOW, 1) == 0


def test_each_success_opens_wider(window: SubmitWindow) -> None:
    widths = [accepted(window, times).room(NOW, 0) for times in range(1, 9)]
    assert widths == [2, 4, 8, 16, 32, 64, 100, 100]


def test_submits_under_way_take_their_room(window: SubmitWindow) -> None:
    assert accepted(window, 2).room(NOW, 3) == 1
    assert accepted(window).room(NOW, 5) == 0


def test_two_minutes_without_a_success_close_it(window: SubmitWindow) -> None:
    window = accepted(window, 3)
    assert window.room(NOW + timedelta(minutes=1), 0) == 8
    later = NOW + timedelta(minutes=3)
    assert window.room(later, 0) == 1
    assert accepted(window, at=later).room(later, 0) == 2


def test_a_clock_that_was_set_back_far_closes_it(window: SubmitWindow) -> None:
    assert accepted(window, 3).room(NOW - timedelta(days=1), 0) == 1


# ── Outages ─────────────────────────────────────────────────────────────────────────────────────


def test_an_outage_lets_one_through_after_each_growing_pause(window: SubmitWindow) -> None:
    window = accepted(window, 3)
    now, pauses = NOW, []
    for _ in range(9):
        window = window.failed(now)
        pauses.append(pause_of(window, now))
        now += pauses[-1] * SECOND
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_the_provider_may_ask_for_a_longer_pause_up_to_five_minutes(window: SubmitWindow) -> None:
    assert pause_of(window.failed(NOW, 30 * SECOND), NOW) == 30
    assert pause_of(window.failed(NOW, timedelta(days=1)), NOW) == MAX_RETRY_AFTER / SECOND


def test_it_may_ask_for_that_while_a_pause_is_on(window: SubmitWindow) -> None:
    assert pause_of(window.failed(NOW).failed(NOW, 30 * SECOND).failed(NOW), NOW) == 30


def test_a_success_ends_an_outage(window: SubmitWindow) -> None:
    window = accepted(window.failed(NOW))
    assert window.room(NOW, 0) == 2
    assert pause_of(window.failed(NOW), NOW) == 1


def test_submits_that_fail_together_pause_once(window: SubmitWindow) -> None:
    for moment in range(10):
        window = window.failed(NOW + moment * SECOND / 100)
    assert window.reopens_at(NOW + SECOND / 2) == NOW + SECOND
    assert pause_of(window.failed(NOW + SECOND), NOW + SECOND) == 2


def test_a_pause_that_is_over_reopens_nothing(window: SubmitWindow) -> None:
    assert window.failed(NOW).was_full(NOW).reopens_at(NOW + SECOND) is None


def test_a_clock_that_was_set_back_makes_no_pause_longer(window: SubmitWindow) -> None:
    assert window.failed(NOW).room(NOW - timedelta(hours=1), 0) == 1


# ── A full provider ─────────────────────────────────────────────────────────────────────────────


def test_a_full_provider_is_asked_again_after_at_most_fifteen_seconds(
    window: SubmitWindow,
) -> None:
    now, pauses = NOW, []
    for _ in range(6):
        window = window.was_full(now)
        pauses.append(pause_of(window, now))
        now += pauses[-1] * SECOND
    assert pauses == [1, 2, 4, 8, 15, 15]


def test_a_freed_slot_cuts_the_wait_for_a_full_provider_short(window: SubmitWindow) -> None:
    window = window.was_full(NOW).slot_freed()
    assert window.room(NOW, 0) == 1
    assert pause_of(window.was_full(NOW), NOW) == 2


def test_a_freed_slot_does_not_end_an_outage(window: SubmitWindow) -> None:
    assert window.failed(NOW).slot_freed().room(NOW, 0) == 0


# ── The account ─────────────────────────────────────────────────────────────────────────────────


def test_an_account_that_cannot_be_used_pauses_for_ever_longer(window: SubmitWindow) -> None:
    now, pauses = NOW, []
    for _ in range(8):
        window = refused(window, now)
        assert window.account_pause(now) is FailureCode.QUOTA
        pauses.append(pause_of(window, now))
        now += pauses[-1] * SECOND
        assert window.account_pause(now) is None
    assert pauses == [15, 30, 60, 120, 240, 480, 600, 600]


def test_submits_that_find_it_out_together_pause_once(window: SubmitWindow) -> None:
    window = refused(refused(window), NOW + SECOND)
    assert window.reopens_at(NOW + SECOND) == NOW + 15 * SECOND


def test_only_what_is_submitted_after_the_pause_is_a_probe(window: SubmitWindow) -> None:
    assert not window.is_probe(NOW)
    window = refused(window)
    assert not window.is_probe(NOW - 60 * SECOND)
    assert window.is_probe(NOW + 15 * SECOND)


def test_what_was_submitted_before_the_account_failed_does_not_lift_its_pause(
    window: SubmitWindow,
) -> None:
    window = refused(window)
    late = window.accepted(NOW + 16 * SECOND, submitted_at=NOW - SECOND)
    assert late == window
    probe = window.accepted(NOW + 16 * SECOND, submitted_at=NOW + 15 * SECOND)
    assert probe.room(NOW + 16 * SECOND, 0) == 2
    assert pause_of(refused(probe, NOW + 16 * SECOND), NOW + 16 * SECOND) == 15


def test_a_success_lifts_the_pause_though_the_clock_was_set_back(window: SubmitWindow) -> None:
    earlier = NOW - timedelta(days=1)
    assert accepted(refused(window), at=earlier).room(earlier, 0) == 2


# ── Whatever happens ────────────────────────────────────────────────────────────────────────────


class Submitting(RuleBasedStateMachine):
    """Submits under way and their outcomes, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.window = SubmitWindow()
        self.now = NOW
        self.under_way: list[datetime] = []
        self.is_in_doubt = True  # nothing was accepted since the last setback

    @rule()
    def submits_start(self) -> None:
        room = self.window.room(self.now, len(self.under_way))
        if self.is_in_doubt and room:
            assert room == 1
            assert not self.under_way
        self.under_way += [self.now] * room

    @rule(
        outcome=st.sampled_from(["accepted", "failed", "full", "account"]),
        which=st.integers(0, 9),
    )
    def a_submit_ends(self, outcome: str, which: int) -> None:
        if not self.under_way:
            return
        submitted_at = self.under_way.pop(which % len(self.under_way))
        match outcome:
            case "accepted":
                before = self.window
                self.window = before.accepted(self.now, submitted_at=submitted_at)
                self.is_in_doubt &= self.window is before
            case "failed":
                self.window = self.window.failed(self.now)
            case "full":
                self.window = self.window.was_full(self.now)
            case "account":
                self.window = self.window.account_refused(FailureCode.KEY, self.now)
        self.is_in_doubt |= outcome != "accepted"

    @rule()
    def a_job_ends(self) -> None:
        self.window = self.window.slot_freed()

    @rule(seconds=st.sampled_from([0.1, 1, 5, 20, 121, 600]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds * SECOND

    @invariant()
    def it_opens_again(self) -> None:
        reopens_at = self.window.reopens_at(self.now)
        assert reopens_at is None or self.now < reopens_at <= self.now + ACCOUNT.longest
        assert self.window.room(reopens_at or self.now, 0) >= 1


TestSubmitting = Submitting.TestCase
