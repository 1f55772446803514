"""The question before several jobs, or before a prompt that looks wrong."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.jobs import Mode
from bot.domain.texts import Text, msg, msg_n
from bot.domain.views import Sentences, View, Words
from bot.screens import actions
from bot.screens.questions import QUESTIONS_LIMIT, REMARKS_LIMIT, question_view
from bot.services.drafts import Draft
from bot.services.imagine import Question
from bot.services.requests import Order, Request
from tests.shown import buttons_of, text_of

DRAFT = "abcdefghij2345672345"
LINK = "https://cdn.discordapp.com/attachments/1/2/cat.png?ex=1&is=2&hm=3"
DOUBT = msg("I don't know `{parameter}`.", parameter="--aspct")


def order(*prompts: str, **more: Any) -> Order:
    return Order(**{"prompts": prompts, "mode": Mode.FAST, **more})


def card(asked: Order) -> View:
    return question_view(Question(draft_id=DRAFT, order=asked), "en")


def offers(view: View) -> list[tuple[str, str]]:
    """Return the label and the action of each button."""
    found = []
    for button in buttons_of(view):
        assert button.action is not None
        assert button.action.values[0] == DRAFT
        found.append((str(button.label), button.action.name))
    return found


# ── Several jobs ────────────────────────────────────────────────────────────────────────────────


def test_several_jobs_are_counted_and_priced() -> None:
    view = card(order(*(f"a fox {n}" for n in range(8))))
    assert "This starts **8 jobs** in fast mode: about $0.12 (16 quota units)." in text_of(view)
    assert "8. a fox 7" in text_of(view)
    assert offers(view) == [("Start 8 jobs", actions.START), ("No, thanks", actions.DECLINE)]


def test_each_different_prompt_is_listed_once_up_to_ten() -> None:
    text = text_of(card(order("a cat", "a dog", "a cat", "a cat")))
    assert "1. a cat ×3\n2. a dog" in text
    text = text_of(card(order(*(f"a fox {n}" for n in range(12)))))
    assert "10. a fox 9\n… and 2 more." in text
    assert "a fox 10" not in text


def test_one_prompt_many_times_is_one_line() -> None:
    assert text_of(card(order(*["a cat"] * 5))).splitlines()[1:] == ["a cat ×5"]


def test_remarks_stand_below_in_small_letters() -> None:
    remarks = tuple(msg("Remark {number}.", number=number) for number in range(3))
    *_, last, _ = card(order("a", "b", remarks=remarks)).elements
    assert last == Words(Sentences(remarks, REMARKS_LIMIT))


# ── A doubtful prompt ───────────────────────────────────────────────────────────────────────────


def test_several_doubts_are_a_list() -> None:
    doubts = (DOUBT, msg("Another one."))
    asked = card(order("a cat", questions=doubts)).elements[0]
    assert isinstance(asked, Words)
    assert asked.lines[1:] == (Sentences(doubts, QUESTIONS_LIMIT, is_list=True),)


def test_a_doubt_shows_the_prompt_as_it_is_and_as_it_would_be_fixed() -> None:
    view = card(order("a cat", questions=(DOUBT,), fixed=order("a dog")))
    assert text_of(view).splitlines() == [
        "**Is this what you mean?** Nothing has been charged yet.",
        "I don't know `--aspct`.",
        "As it is:",
        "a cat",
        "Fixed:",
        "a dog",
    ]
    assert offers(view) == [
        ("Fix & draw", actions.FIX),
        ("Draw anyway", actions.START),
        ("Edit", actions.REDO),
    ]


def test_a_doubt_without_a_fix_shows_the_prompt_alone() -> None:
    view = card(order("a cat", questions=(DOUBT,)))
    assert "As it is" not in text_of(view)
    assert offers(view) == [("Draw anyway", actions.START), ("Edit", actions.REDO)]


def test_a_fix_that_changes_the_price_says_so() -> None:
    view = card(order("a", "b", questions=(DOUBT,), fixed=order("a, b", mode=Mode.RELAXED)))
    assert "**2 jobs** in fast mode" in text_of(view)
    assert "**1 job** in relaxed mode" in text_of(view)


# ── Always ──────────────────────────────────────────────────────────────────────────────────────


def test_links_stand_as_signs() -> None:
    text = text_of(card(order(f"{LINK} a", f"{LINK} b", questions=(DOUBT,), fixed=order(LINK))))
    assert "http" not in text
    assert "1. 🔗 a" in text


@pytest.mark.parametrize(
    ("asked", "mark"),
    [
        (order("a", "b"), "0"),
        (order("a", "b", is_private=True), "1"),
        (order("a", questions=(DOUBT,), fixed=order("a", is_private=True)), "1"),
    ],
)
def test_the_buttons_carry_whether_the_answer_is_private(asked: Order, mark: str) -> None:
    action = buttons_of(card(asked))[0].action
    assert action is not None
    assert action.values == (DRAFT, mark)


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
