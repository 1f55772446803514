"""Reading a request takes linear time, whatever it says."""

from collections.abc import Mapping
from contextlib import suppress

import pytest

from bot.domain.errors import PromptError
from bot.prompts import OptionValue
from tests.timing import cpu_seconds
from tests.unit.requests.fixtures import LINK, read

TEN = "{a,b,c,d,e,f,g,h,i,j} x "
WORST = [
    "--no a ", "--", "-- ", "- ", "--a ", "—", "—ar ", "-raw a ", "half -fast ", "a ", "::1 ",
    "a::2 ", f"{LINK} ", f"<{LINK}>,", "[a](https://b) ", "--aspcz ", "--sref 1 1 1 1 ", "{b} ",
    "\\,", "“", "(", "\u200b", ",", "https://", '"https://,',
    "a.b/.png?", "::", "\u0627\u200f 1::2 ", "a\u200f ", "wait—stop ", "- - tile ",
]  # fmt: skip

LONG_WORDS = ["x --p {}a b", "x --p {}é", "x --sref {}a b", "x --{}aspct", "https://a.b/{} --raw"]


@pytest.mark.parametrize("text", LONG_WORDS)
@pytest.mark.parametrize("piece", ["a", "é", "a1", "1", "a-", "a!", "(", "::"])
def test_a_long_word_takes_linear_time(text: str, piece: str) -> None:
    def seconds(length: int) -> float:
        prompt = text.format(piece * (length // len(piece)))

        def call() -> None:
            with suppress(PromptError):
                read(prompt)

        return cpu_seconds(call, rounds=5)

    assert seconds(3_600) < 9 * max(seconds(900), 0.001)


@pytest.mark.parametrize("options", [{}, {"no": "b", "aspect": "2:3"}], ids=["alone", "options"])
@pytest.mark.parametrize("piece", WORST)
def test_reading_takes_linear_time(piece: str, options: Mapping[str, OptionValue]) -> None:
    def seconds(length: int) -> float:
        text = TEN + piece * (length // len(piece))

        def call() -> None:
            with suppress(PromptError):
                read(text, options)

        return cpu_seconds(call, rounds=5)

    # Four times the length: linear is 4, quadratic 16. The floor keeps the clock's noise out.
    assert seconds(3_600) < 9 * max(seconds(900), 0.001)
