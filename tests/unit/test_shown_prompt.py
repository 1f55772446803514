"""A prompt as it stands in a line of a card, a list or a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.discord.cards.facts import shown_prompt

LINK = "https://cdn.discordapp.com/attachments/1/2/cat.png?ex=1&is=2&hm=3"


@pytest.mark.parametrize(
    ("prompt", "shown"),
    [
        ("a  red\nfox", "a red fox"),
        (f"{LINK} a cat --sref {LINK}", "🔗 a cat --sref 🔗"),
        (f"{LINK} {LINK} {LINK} a cat", "🔗×3 a cat"),
        (f"{LINK} {LINK}2 a cat", "🔗×2 a cat"),
        (f"<{LINK}> a cat", "🔗 a cat"),
        (f"[image]({LINK}) a cat", "🔗 a cat"),
        ("HTTPS://A.EXAMPLE/x.png a cat", "🔗 a cat"),
        ("https://a/x.png,https://b/y.png a cat", "🔗 a cat"),
    ],
)
def test_links_stand_as_signs(prompt: str, shown: str) -> None:
    assert shown_prompt(prompt) == shown


@given(st.lists(st.sampled_from([LINK, f"<{LINK}>", "a", "[b]", "--no", "http", "://", "(", "\n"])))
def test_no_address_is_ever_shown(words: list[str]) -> None:
    shown = shown_prompt(" ".join(words))
    assert "example" not in shown
    assert "discordapp" not in shown
    assert "\n" not in shown
