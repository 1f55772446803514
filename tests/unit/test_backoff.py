from datetime import timedelta

from bot.domain.backoff import Backoff

SECOND = timedelta(seconds=1)


def test_waits_double_up_to_the_longest() -> None:
    backoff = Backoff(first=SECOND, longest=10 * SECOND)
    assert [backoff.after(failures) / SECOND for failures in range(1, 7)] == [1, 2, 4, 8, 10, 10]


def test_no_number_of_failures_is_too_many() -> None:
    assert Backoff(first=SECOND, longest=10 * SECOND).after(10**6) == 10 * SECOND


def test_a_first_wait_is_never_longer_than_the_longest() -> None:
    assert Backoff(first=60 * SECOND, longest=10 * SECOND).after(1) == 10 * SECOND


def test_jitter_spreads_the_waits() -> None:
    backoff = Backoff(first=SECOND, longest=SECOND, jitter=0.2)
    waits = {backoff.after(1) for _ in range(100)}
    assert len(waits) > 1
    assert all(0.8 * SECOND <= wait <= 1.2 * SECOND for wait in waits)
