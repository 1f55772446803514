"""The placeholder of a job that was just accepted."""

from datetime import timedelta

import pytest

from bot.platforms.discord.cards import placeholder_cards
from tests.unit.cards.samples import NOW, accepted
from tests.views import text_of


def test_the_placeholder_says_what_was_asked_and_when_it_will_be_ready() -> None:
    text = text_of(placeholder_cards.placeholder(accepted(ahead=0, in_flight=0)))
    assert "a red fox" in text
    assert f"<t:{int((NOW + timedelta(minutes=1)).timestamp())}:R>" in text


@pytest.mark.parametrize(
    ("ahead", "in_flight", "words"),
    [(0, 9, "I'm on it"), (0, 10, "next in the queue"), (4, 10, "number 5 in the queue")],
)
def test_the_placeholder_says_the_place_in_the_queue(
    ahead: int, in_flight: int, words: str
) -> None:
    assert words in text_of(
        placeholder_cards.placeholder(accepted(ahead=ahead, in_flight=in_flight))
    )
