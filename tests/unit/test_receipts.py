"""Until when a request may be stored, and who decides whether a person hears of slowness."""

import pytest

from bot.domain.errors import RequestExpiredError
from bot.services.receipts import EXPIRES_AFTER, Receipt
from tests.clocks import SteppedClock

LATE_S = EXPIRES_AFTER.total_seconds()


def test_jobs_are_stored_until_the_request_expires() -> None:
    clock = SteppedClock()
    receipt = Receipt(clock)
    clock.step(seconds=LATE_S - 1)
    receipt.check()
    clock.step(seconds=1)
    with pytest.raises(RequestExpiredError):
        receipt.check()


def test_a_clock_that_is_set_back_makes_nobody_younger() -> None:
    clock = SteppedClock()
    receipt = Receipt(clock)
    clock.step(seconds=LATE_S)
    clock.step(hours=-1)
    with pytest.raises(RequestExpiredError):
        receipt.check()


def test_jobs_that_are_stored_after_the_person_was_told_are_to_be_shown() -> None:
    receipt = Receipt(SteppedClock())
    assert receipt.may_say_slow()
    assert receipt.check()


def test_nobody_is_told_once_the_jobs_may_be_stored() -> None:
    receipt = Receipt(SteppedClock())
    assert not receipt.check()
    assert not receipt.may_say_slow()
    assert not receipt.check()


def test_jobs_whose_placeholder_is_no_answer_are_always_to_be_shown() -> None:
    assert Receipt(SteppedClock(), is_shown_later=True).check()
