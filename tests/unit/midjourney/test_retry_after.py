"""How long a 429 asks us to wait."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import (
    NotStartedError,
)
from bot.midjourney.protocol import (
    MAX_RETRY_AFTER,
    read_submit,
)


def retry_after(header: str | None) -> timedelta | None:
    with pytest.raises(NotStartedError) as caught:
        read_submit(429, b"slow down", header)
    return caught.value.retry_after


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("1.5", 1.5),
        ("0", 0),
        ("999999999", 300),
    ],
)
def test_429_tells_how_long_to_wait_within_bounds(header: str, seconds: float) -> None:
    assert retry_after(header) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "header",
    [None, "", "soon", "-5", "nan", "inf", "1e9", "٣", "Sun, 01 Mar 2026 12:00:30 GMT"],
)
def test_429_with_an_unusable_wait_gives_none(header: str | None) -> None:
    assert retry_after(header) is None


@given(st.text() | st.from_regex(r"[0-9]+(\.[0-9]+)?"))
def test_any_retry_after_header_is_bounded_or_ignored(header: str) -> None:
    wait = retry_after(header)
    assert wait is None or timedelta(0) <= wait <= MAX_RETRY_AFTER
