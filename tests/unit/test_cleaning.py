"""Texts from outside, made fit to be kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cleaning import MAX_TEXT, clean, cleaned

any_text = st.text(st.characters(), max_size=60)  # also halves of characters
payloads = st.recursive(
    any_text | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize("bad", ["\0", "\ud83d", "\x1b", "\x7f", "\x9b", "\uffff"])
def test_what_nothing_could_keep_becomes_a_blank(bad: str) -> None:
    assert clean(f"a red{bad}fox") == "a red fox"


@pytest.mark.parametrize(
    "good", ["a red fox\n\tin snow", "🦊👩‍🚀", "ثعلب", "ﷺ\u200d\u00ad", "a\r\nb"]
)
def test_ordinary_text_is_kept(good: str) -> None:
    assert clean(good) == good


def test_a_text_is_bounded() -> None:
    assert len(clean("x" * 1_000_000)) == MAX_TEXT


@given(payloads)
def test_all_texts_of_a_payload_can_be_kept(payload: object) -> None:
    def texts(value: object) -> list[str]:
        if isinstance(value, str):
            return [value]
        if isinstance(value, dict):
            return [text for pair in value.items() for each in pair for text in texts(each)]
        return [text for each in value for text in texts(each)] if isinstance(value, list) else []

    result = cleaned(payload)
    for text in texts(result):
        assert "\0" not in text
        text.encode()
    assert cleaned(result) == result
