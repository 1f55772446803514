"""The question before several jobs, or before a prompt that looks wrong."""

from dataclasses import replace
from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.jobs import Mode
from bot.domain.texts import Text, msg, msg_n
from bot.platforms.discord.cards.custom_ids import CUSTOM_ID, Action
from bot.platforms.discord.cards.questions import question_card
from bot.services.drafts import Draft
from bot.services.imagine import Question
from bot.services.requests import Order, Request
from tests.views import parts_of, text_of

DRAFT = "abcdefghij2345672345"
LINK = "https://cdn.discordapp.com/attachments/1/2/cat.png?ex=1&is=2&hm=3"
DOUBT = msg("I don't know `{parameter}`.", parameter="--aspct")
LONG = ["x" * 4000, "*" * 4000, "<" * 4000, "@everyone " * 400, f"{LINK} " * 40]


def order(*prompts: str, **more: Any) -> Order:
    return Order(**{"prompts": prompts, "mode": Mode.FAST, **more})


def card(asked: Order) -> discord.ui.LayoutView:
    return question_card(Question(draft_id=DRAFT, order=asked), "en")


def buttons_of(view: discord.ui.LayoutView) -> list[tuple[str, str]]:
    """Return the label and the action of each button."""
    found = []
    for part in parts_of(view):
        if part["type"] == 2:
            match = CUSTOM_ID.fullmatch(part["custom_id"])
            assert match is not None
            assert match["job_id"] == DRAFT
            found.append((part["label"], match["action"]))
    return found


# ── Several jobs ────────────────────────────────────────────────────────────────────────────────


def test_several_jobs_are_counted_and_priced() -> None:
    view = card(order(*(f"a fox {n}" for n in range(8))))
    assert "This starts **8 jobs** in fast mode: about $0.12 (16 quota units)." in text_of(view)
    assert "8. a fox 7" in text_of(view)
    assert buttons_of(view) == [("Start 8 jobs", Action.START), ("No, thanks", Action.DECLINE)]


def test_each_different_prompt_is_listed_once_up_to_ten() -> None:
    text = text_of(card(order("a cat", "a dog", "a cat", "a cat")))
    assert "1. a cat ×3\n2. a dog" in text
    text = text_of(card(order(*(f"a fox {n}" for n in range(12)))))
    assert "10. a fox 9\n… and 2 more." in text
    assert "a fox 10" not in text


def test_one_prompt_many_times_is_one_line() -> None:
    lines = text_of(card(order(*["a cat"] * 5))).splitlines()
    assert lines[1:] == [">>> a cat ×5"]


def test_remarks_stand_below_in_small_letters() -> None:
    remarks = tuple(msg("Remark {number}.", number=number) for number in range(3))
    text = text_of(card(order("a", "b", remarks=remarks)))
    assert text.splitlines()[-1] == "-# Remark 0. Remark 1. Remark 2."


# ── A doubtful prompt ───────────────────────────────────────────────────────────────────────────


def test_several_doubts_are_a_list() -> None:
    text = text_of(card(order("a cat", questions=(DOUBT, msg("Another one.")))))
    assert text.splitlines()[1:3] == ["- I don't know `--aspct`.", "- Another one."]


def test_a_doubt_shows_the_prompt_as_it_is_and_as_it_would_be_fixed() -> None:
    view = card(order("a cat", questions=(DOUBT,), fixed=order("a dog")))
    assert text_of(view).splitlines() == [
        "**Is this what you mean?** Nothing has been charged yet.",
        "I don't know `--aspct`.",
        "-# As it is:",
        ">>> a cat",
        "-# Fixed:",
        ">>> a dog",
    ]
    assert buttons_of(view) == [
        ("Fix & draw", Action.FIX),
        ("Draw anyway", Action.START),
        ("Edit", Action.REDO),
    ]


def test_a_doubt_without_a_fix_shows_the_prompt_alone() -> None:
    view = card(order("a cat", questions=(DOUBT,)))
    assert "As it is" not in text_of(view)
    assert buttons_of(view) == [("Draw anyway", Action.START), ("Edit", Action.REDO)]


def test_a_fix_that_changes_the_price_says_so() -> None:
    view = card(order("a", "b", questions=(DOUBT,), fixed=order("a, b", mode=Mode.RELAXED)))
    assert "**2 jobs** in fast mode" in text_of(view)
    assert "**1 job** in relaxed mode" in text_of(view)


# ── Always ──────────────────────────────────────────────────────────────────────────────────────


def test_links_stand_as_signs() -> None:
    text = text_of(card(order(f"{LINK} a", f"{LINK} b", questions=(DOUBT,), fixed=order(LINK))))
    assert "http" not in text
    assert "1. 🔗 a" in text


@pytest.mark.parametrize("prompt", LONG)
@pytest.mark.parametrize("count", [1, 10, 40])
def test_the_longest_question_keeps_discords_limits(prompt: str, count: int) -> None:
    said = tuple(msg("{words}", words="*" * 4000) for _ in range(20))
    long = order(*(f"{number}{prompt}" for number in range(count)), remarks=said, questions=said)
    view = card(replace(long, fixed=replace(long, mode=Mode.RELAXED, prompts=long.prompts[::-1])))
    assert len(text_of(view)) <= 4000
    assert len(parts_of(view)) <= 40


@pytest.mark.parametrize(
    ("asked", "mark"),
    [
        (order("a", "b"), ":0"),
        (order("a", "b", is_private=True), ":1"),
        (order("a", questions=(DOUBT,), fixed=order("a", is_private=True)), ":1"),
    ],
)
def test_the_buttons_carry_whether_the_answer_is_private(asked: Order, mark: str) -> None:
    ids = [part["custom_id"] for part in parts_of(card(asked)) if part["type"] == 2]
    assert ids[0].endswith(mark)


# ── What is kept meanwhile ──────────────────────────────────────────────────────────────────────

texts = st.builds(msg, st.sampled_from(["A {x}.", "B {x}."]), x=st.text() | st.integers())
counted: st.SearchStrategy[Text] = st.builds(
    lambda count: msg_n("{count} a", "{count} b", count=count), st.integers(0, 9)
)
orders = st.builds(
    Order,
    prompts=st.lists(st.text(), min_size=1, max_size=4).map(tuple),
    mode=st.sampled_from(Mode),
    is_private=st.booleans(),
    remarks=st.lists(texts | counted, max_size=3).map(tuple),
    questions=st.lists(texts, max_size=3).map(tuple),
)


@given(asked=orders, fixed=st.none() | orders, prompt=st.text(), is_private=st.booleans())
def test_what_was_shown_is_what_comes_back(
    asked: Order, fixed: Order | None, prompt: str, is_private: bool
) -> None:
    request = Request(prompt=prompt, options={"seed": 1, "raw": True}, is_private=is_private)
    draft = Draft(request=request, order=replace(asked, fixed=fixed))
    assert Draft.from_json(draft.to_json()) == draft
