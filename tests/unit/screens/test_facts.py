"""A job in short: its prompt as it is shown, and what shaped its pictures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.jobs import Variation
from bot.domain.texts import Joined, Link, msg
from bot.domain.views import Line, Sentences, Style
from bot.screens.facts import PROMPT_LIMIT, asked_words, shown_prompt, spoken_words
from tests.shown import plain
from tests.unit.screens.samples import job

LINK = "https://cdn.discordapp.com/attachments/1/2/cat.png?ex=1&is=2&hm=3"
VARIED_AT = "https://chat.example/5"


@pytest.mark.parametrize(
    ("prompt", "shown"),
    [
        ("a  red\nfox", "a red fox"),
        (f"{LINK} a cat --sref {LINK} 123", "🔗 a cat --sref 🔗 123"),
        (f"{LINK} {LINK} {LINK} a cat", "🔗×3 a cat"),
        (f"{LINK} {LINK}2 a cat", "🔗×2 a cat"),
        (f"<{LINK}> a cat", "🔗 a cat"),
        (f"[image]({LINK}) a cat", "🔗 a cat"),
        (f"a cat, see ({LINK}) now", "a cat, see (🔗 now"),
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


@given(st.lists(st.sampled_from([LINK, "fox", "--ar", "1:1", "🦊", "\n", " "])))
def test_a_shown_prompt_keeps_all_words(pieces: list[str]) -> None:
    shown = shown_prompt(" ".join(pieces))
    words = " ".join(each for each in pieces if "://" not in each).split()
    assert [each for each in shown.split() if not each.startswith("🔗")] == words


@pytest.mark.parametrize(
    ("prompt", "asked"),
    [
        ("a red fox", ["a red fox"]),
        ("a **red** fox --ar 3:2", ["a **red** fox", "--ar 3:2"]),
        (
            f"{LINK} a red fox --ar 16:9 --stylize 250 --v 8.2",
            ["a red fox", "1 image prompt · --ar 16:9 · --stylize 250 · v8.2"],
        ),
        (f"a red fox --sref {LINK} --niji 7", ["a red fox", "--sref …/cat.png · niji 7"]),
        (f"{LINK} {LINK}", ["🔗×2", "2 image prompts"]),
    ],
)
def test_words_are_quoted_with_what_shaped_the_pictures_below(
    prompt: str, asked: list[str]
) -> None:
    assert _asked(job(prompt)) == asked


def test_only_the_words_are_a_quotation() -> None:
    lines = asked_words(job("a red fox --ar 3:2")).lines
    assert [line.style for line in lines if isinstance(line, Line)] == [Style.QUOTE, Style.SMALL]


def test_a_long_prompt_is_shortened() -> None:
    words, parameters = _asked(job(f"{'x' * 2000} --no {'y, ' * 100} --sref {LINK * 3}"))
    assert len(words) == PROMPT_LIMIT
    assert parameters.startswith("--no y, y, ")
    assert len(parameters) <= 200


def test_a_variation_says_of_which_picture_and_links_to_it() -> None:
    varied = job(
        "https://cdn.example/2.png https://x.example/a.png a red fox",
        variation=Variation(number=2, message_url=VARIED_AT),
    )
    words, shaping = asked_words(varied).lines
    assert words == Line("a red fox", Style.QUOTE)
    assert isinstance(shaping, Line)
    assert isinstance(shaping.what, Joined)
    link, count = shaping.what.parts
    assert link == Link(VARIED_AT, msg("Variation of image {number}", number=2))
    assert plain(count) == "1 image prompt"  # the varied one does not count


def test_a_variation_of_a_message_for_one_person_is_not_linked() -> None:
    varied = job("https://cdn.example/2.png a red fox", variation=Variation(number=2))
    assert _asked(varied) == ["a red fox", "Variation of image 2"]


def test_words_for_who_hears_them_have_neither_parameters_nor_links() -> None:
    assert spoken_words(job(f"{LINK} a  red fox --ar 16:9 --sref {LINK}")) == "a red fox"
    assert spoken_words(job(LINK)) == ""


def _asked(of: object) -> list[str]:
    lines = asked_words(of).lines
    return [plain(line.what) for line in lines if not isinstance(line, Sentences)]
