"""How long a 429 asks us to wait."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.errors import (
    NotStartedError,
)
from bot.midjourney.protocol import (
    MAX_RETRY_AFTER,
    read_submit,
)

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


def retry_after(header: str | None) -> timedelta | None:
    with pytest.raises(NotStartedError) as caught:
        read_submit(429, b"slow down", header, now=NOW)
    return caught.value.retry_after


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("1.5", 1.5),
        ("0", 0),
        ("999999999", 300),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30),
        ("Sun, 01 Mar 2026 12:00:30 -0000", 30),
        ("Sun, 01 Mar 2026 14:00:30 +0200", 30),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("Mon, 01 Mar 2027 12:00:00 GMT", 300),
    ],
)
def test_429_tells_how_long_to_wait_within_bounds(header: str, seconds: float) -> None:
    assert retry_after(header) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "header",
    [None, "", "soon", "-5", "nan", "inf", "1e9", "٣", "Sun, 99 Mar 2026 12:00:30 GMT"],
)
def test_429_with_an_unusable_wait_gives_none(header: str | None) -> None:
    assert retry_after(header) is None


def test_429_takes_the_present_moment_by_itself() -> None:
    with pytest.raises(NotStartedError) as caught:
        read_submit(429, b"", "Fri, 01 Jan 2100 00:00:00 GMT")
    assert caught.value.retry_after == MAX_RETRY_AFTER


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d+ \d+:\d+:\d+ [+-]\d+"))
@example("Mon, 01 Jan 9999 00:00:00 -2359")
@example("Mon, 01 Jan 0001 00:00:00 +2359")
@example("Mon, 01 Jan 2026 00:00:00 +9999")
def test_any_retry_after_header_is_bounded_or_ignored(header: str) -> None:
    wait = retry_after(header)
    assert wait is None or timedelta(0) <= wait <= MAX_RETRY_AFTER
