"""Views as Slack's messages: Slack takes them, and they say what they should."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from bot.domain.conversations import Person
from bot.domain.jobs import Mode
from bot.domain.people import Preferences, Preset
from bot.domain.texts import Joined, Mention, Text, msg, untranslated
from bot.domain.views import (
    Action,
    Button,
    Buttons,
    Divider,
    Emphasis,
    Line,
    Menu,
    Option,
    Picture,
    Pictures,
    Row,
    Sentences,
    Style,
    View,
    Words,
)
from bot.platforms.slack.rendering import render_view, summary_of
from bot.screens import job_list, placeholder, presets, result, settings
from bot.screens.details import details_view
from bot.screens.help import help_view
from bot.screens.questions import question_view
from bot.screens.queue import queue_view
from bot.services.imagine import Question
from bot.services.requests import Order
from tests import mrkdwn
from tests.golden.samples import (
    DRAFT_ID,
    LINK,
    QUEUED,
    accepted,
    fetched,
    group,
    job,
    outlook,
    page,
)
from tests.unit.slack.limits import check_blocks, exact_texts_of, texts_of
from tests.unit.slack.test_mrkdwn import LOOKALIKE, TAME, WILD

LONG = ["x" * 4000, "*" * 4000, "&" * 4000, "<!here> " * 400, f"{LINK} " * 40]
SENTENCES = tuple(msg("{words}", words="&" * 4000) for _ in range(20))
ANN = Person(platform="slack", id="T1/U1")


def view(*elements: Any, **more: Any) -> View:
    return View(elements=elements, locale="en", **more)


def rendered(*elements: Any) -> list[dict[str, Any]]:
    blocks = render_view(view(*elements))
    check_blocks(blocks)
    return blocks


def asked(words: str) -> Any:
    return replace(job("en", QUEUED), prompt=words)


def done(words: str) -> Any:
    return replace(job("en"), prompt=words)


PLACES: dict[str, Callable[[str], View]] = {
    "placeholder": lambda w: placeholder.placeholder_view(accepted(asked(w), remarks=SENTENCES)),
    "group": lambda w: placeholder.placeholder_view(accepted(group(asked(w)), jobs=10)),
    "result": lambda w: result.result_view(done(w), 0, fetched(done(w))),
    "failure": lambda w: result.failure_view(done(w)),
    "details": lambda w: details_view(done(w), "en"),
    "list": lambda w: job_list.list_view(page([done(w)] * 5), job_list.Wanted(), "en"),
    "queue": lambda w: queue_view(outlook(), page([asked(w)]), "en"),
    "presets": lambda w: presets.list_view([Preset(name="a", parameters=w, suffix=w)], "en"),
    "question": lambda w: question_view(
        Question(draft_id=DRAFT_ID, order=Order(prompts=(w, f"{w} a"), mode=Mode.FAST)), "en"
    ),
    "settings": lambda w: settings.settings_view(
        Preferences(parameters=w), "en", available={}, platform="Slack"
    ),
    "help": lambda _: help_view("en"),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("prompt", LONG, ids=range(len(LONG)))
def test_slack_takes_every_view_with_the_longest_prompt(place: str, prompt: str) -> None:
    shown = PLACES[place](prompt)
    files = {each.file_name: "F1" for each in shown.pictures}
    check_blocks(render_view(shown, files))
    assert 1 <= len(summary_of(shown)) <= 3000


@pytest.mark.parametrize("place", PLACES)
@given(WILD)
def test_nothing_that_is_quoted_lives(place: str, words: str) -> None:
    wild, tame = (render_view(PLACES[place](each)) for each in (words, TAME))
    assert living(wild) <= living(tame) | {"link"}
    said = mrkdwn.live(summary_of(PLACES[place](words)))
    assert set(said) <= {"mention", "strong", "code", "time"}
    assert said.count("mention") <= 1


def living(blocks: list[dict[str, Any]]) -> set[str]:
    return {kind for text in texts_of(blocks) for kind in mrkdwn.live(text)}


@given(WILD)
def test_a_quotation_shows_exactly_its_characters(words: str) -> None:
    blocks = rendered(Words(Line(words, Style.QUOTE), Line("small", Style.SMALL)))
    assert exact_texts_of(blocks) == [words]
    assert [block["type"] for block in blocks] == ["rich_text", "context"]


# ── Elements ────────────────────────────────────────────────────────────────────────────────────


def test_lines_that_look_alike_share_a_block() -> None:
    blocks = rendered(
        Words(
            Line(msg("Your jobs"), Style.BIG_TITLE),
            Line(msg("Done"), Style.TITLE),
            "a*b",
            Line("one", Style.ITEM),
            Line("small", Style.SMALL),
            Line("a\n^", Style.CODE),
        )
    )
    assert [block["type"] for block in blocks] == ["header", "section", "context", "rich_text"]
    assert texts_of(blocks)[0] == "*Done*\na*b\n• one"
    assert exact_texts_of(blocks) == ["a\n^"]


def test_a_text_that_is_too_long_for_one_block_gets_several() -> None:
    blocks = rendered(Words(*("x" * 900 for _ in range(7))))
    assert [len(text) for text in texts_of(blocks)] == [2702, 2702, 900]


def test_sentences_that_do_not_fit_are_shown_to_be_missing() -> None:
    texts = tuple(msg("{words}", words=str(number) * 90) for number in range(9))
    [small] = texts_of(rendered(Words(Sentences(texts, 200))))
    assert small.endswith("1 …")
    [listed] = texts_of(rendered(Words(Sentences(texts, 200, is_list=True))))
    assert [line[:3] for line in listed.split("\n")] == ["• 0", "• 1", "• …"]


def test_buttons_say_what_they_ask_for() -> None:
    [block] = rendered(
        Buttons(
            Button(label=msg("Again"), emoji="🔁", action=Action("again", ("a",))),
            Button(label="x" * 90, action=Action("b"), emphasis=Emphasis.DANGER),
            Button(label="Newer", action=Action("c"), is_enabled=False),
            Button(label="Open", url="https://a.example"),
        )
    )
    again, long, link = block["elements"]
    assert again["action_id"] == "imagine:again:a"
    assert again["text"]["text"] == "🔁 Again"
    assert len(long["text"]["text"]) == 75
    assert long["style"] == "danger"
    assert link["url"] == "https://a.example"


def test_buttons_that_cannot_be_pressed_leave_no_empty_block() -> None:
    off = Button(label="Newer", action=Action("c"), is_enabled=False)
    assert [block["type"] for block in rendered(Buttons(off), Divider())] == ["divider"]


def test_more_buttons_than_a_block_holds_get_another() -> None:
    buttons = [Button(label="b", action=Action("b", (str(n),))) for n in range(30)]
    assert [len(block["elements"]) for block in rendered(Buttons(*buttons))] == [25, 5]


def test_a_menu_shows_what_is_chosen() -> None:
    options = (
        Option(label=":fox: *a*", value="1"),
        Option(label="b", value="2", is_chosen=True),
    )
    [block] = rendered(Menu(action=Action("pick"), options=options, hint=msg("Show one …")))
    [menu] = block["elements"]
    assert menu["initial_option"]["value"] == "2"
    assert menu["options"][0]["text"]["text"] == ":fox: *a*"
    assert menu["options"][0]["text"]["emoji"] is False


def test_pictures_are_shown_by_the_id_of_their_file() -> None:
    picture = Picture(file_name="a-1.png", data=b"x", words="a fox", label=msg("Done"))
    blocks = render_view(view(Pictures((picture,))), {"a-1.png": "F1"})
    check_blocks(blocks)
    [block] = blocks
    assert (block["slack_file"], block["alt_text"]) == ({"id": "F1"}, "a fox, Done")


def test_a_picture_that_was_not_uploaded_is_left_out() -> None:
    picture = Picture(file_name="a-1.png", data=b"x")
    assert [b["type"] for b in rendered(Pictures((picture,)), Row(Words("a"), picture))] == [
        "section"
    ]


def test_a_row_has_its_button_or_picture_beside_it() -> None:
    picture = Picture(file_name="a.png", data=b"x", words="fox")
    row = Row(Words(Line("a", Style.QUOTE), Line("b", Style.SMALL)), picture)
    button = Button(label="Details", action=Action("d"))
    blocks = render_view(view(row, Row(Words("c"), button)), {"a.png": "F1"})
    check_blocks(blocks)
    assert [block["accessory"]["type"] for block in blocks] == ["image", "button"]
    assert blocks[0]["text"]["text"] == ">a\nb"


def test_a_view_with_too_many_blocks_shows_its_smaller_one() -> None:
    many = tuple(Divider() for _ in range(51))
    small = view(Divider())
    assert len(render_view(view(*many, smaller=small))) == 1
    assert len(render_view(view(*many))) == 50
    assert len(render_view(view(*many, smaller=small), max_blocks=100)) == 51


# ── What notifications say ──────────────────────────────────────────────────────────────────────


def test_a_notification_names_the_one_for_whom_it_rings_and_nobody_else() -> None:
    said = Joined((Mention("T1/U1"), Mention("T1/U2"), "<@U3> a fox"), between=" ")
    assert summary_of(view(Words(said), notifies=ANN)) == "<@U1> &lt;@U3&gt; a fox"
    assert summary_of(view(Words(said))) == "&lt;@U3&gt; a fox"
    assert summary_of(view(Divider())) == "…"


def test_a_notification_is_short() -> None:
    long: Text = untranslated("{words}", words=f"{LOOKALIKE}&" * 900)
    assert len(summary_of(view(Words(long), notifies=ANN))) < 320
