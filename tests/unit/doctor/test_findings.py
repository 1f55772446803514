"""Findings on a terminal: what others named, and no secrets."""

import pytest

from bot.doctor.findings import presentable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://bot:hunter2@db/bot", "postgresql://…@db/bot"),
        ("postgresql://bot:hun/ter2@db/bot", "postgresql://…@db/bot"),
        ("https://bot:hunter2@proxy.example/x", "https://…@proxy.example/x"),
        ("https://bot:2/2@proxy.example", "https://…@proxy.example"),
        ("see https://medium.com/@me for more", "see https://medium.com/@me for more"),
        ("https://a.example/https://u:p@h", "https://a.example/https://…@h"),
        ("a\x1b[1m", "a?[1m"),
    ],
)
def test_addresses_are_shown_without_who_logs_in(text: str, shown: str) -> None:
    assert presentable(text) == shown
