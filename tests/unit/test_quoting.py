"""Words that are not ours show exactly their characters, wherever we quote them."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.errors import UserError
from bot.domain.jobs import Failure, FailureCode, GroupProgress, Job, JobPage, JobStatus, Mode
from bot.domain.people import Preferences, Preset
from bot.domain.pictures import FetchedImage
from bot.domain.queue import QueuePlace, QueueState
from bot.domain.texts import Mention, Text, msg
from bot.domain.views import View
from bot.platforms.discord.rendering import render_notice, render_view
from bot.platforms.discord.rendering.markdown import (
    Markdown,
    code_block,
    escape,
    plain,
    quote,
    render,
    small,
)
from bot.platforms.discord.rendering.words import markdown_of
from bot.screens import job_list, placeholder, presets, result, settings
from bot.screens.details import details_view
from bot.screens.edge import notice
from bot.screens.facts import asked_words, words_of
from bot.screens.questions import question_view
from bot.screens.queue import queue_view
from bot.services.imagine import Accepted, Question
from bot.services.jobs import Outlook
from bot.services.personal import SavedPreset, checked_parameters
from bot.services.requests import Order, Request, read_request
from tests import markdown
from tests.quoted import filled, sentences

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LOCALES = ["en", "de"]
LOOKALIKE = "\N{MODIFIER LETTER GRAVE ACCENT}"

EXAMPLES = [
    "[a](b) [CLICK](https://evil.example)",
    r"[a\<t:0:R>](b)",
    "<t:0:R> <t:1700000000>",
    "<:fox:123456789012345678> <a:fox:123456789012345678> :smile:",
    "<@1> <@!1> <@&1> <#1> @everyone @here",
    "</imagine:1> <id:guide> <id:customize>",
    "# big",
    "-# small",
    "- a\n- b\n* c\n1. d\n+ e\n  - f\n 10. g",
    "> quoted\n>>> all",
    "||hidden|| **strong** *weak* __under__ _score_ ~~gone~~",
    "https://evil.example <https://evil.example> HTTP://EVIL.example",
    "www.evil.example evil.example discord.gg/evil steam://run/1",
    "mail@evil.example <mailto:mail@evil.example> <tel:+4930123456> <+4930123456>",
    "`code` ``more`` ```\nblock\n```",
    r"\ \\ \* \\* \` \<t:0:R> \\<t:0:R> \[a](https://evil.example)",
    "a\n# b\n-# c\n- d\n> e",
    r"¯\_(ツ)_/¯",
    "snake_case_name 2*3*4",
    "\\",
    "`",
    "ends with a backslash \\",
    "16:9 16:9: :100: 1:1:1 4:5:smile: 3:4",
    "-",
    "1.",
    "a\n1.",
]
TRICKY = st.text(st.sampled_from("\\`*_~|<>[]()#-+.:@/!&\n t0Rae1🦊")) | st.lists(
    st.sampled_from(
        ["<t:0:R>", "<@1>", "@everyone", "[a](", "https://x.example", ")", "`", "```", "\\", "**",
         "||", "__", "~~", "\n", "# ", "-# ", "> ", ">>> ", "- ", "1. ", ":a:", "</a:1>", " ", "a"]
    ), max_size=12,
).map("".join)  # fmt: skip
WILD = (st.sampled_from(EXAMPLES) | TRICKY).filter(lambda text: text.strip() != "")
TAME = "tame"
LINE_BREAK = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def job(prompt: str, *, detail: str | None = None) -> Job:
    failure = None if detail is None else Failure(code=FailureCode.REJECTED, detail=detail)
    return Job(
        id="abcdefghij2345672345",
        source_key="discord:1:0",
        origin=Origin(
            person=Person(platform="discord", id="5"),
            conversation=Conversation(platform="discord", tenant_id="3", id="4"),
        ),
        prompt=prompt,
        mode=Mode.FAST,
        status=JobStatus.SUCCEEDED if failure is None else JobStatus.FAILED,
        created_at=NOW,
        claimable_at=NOW,
        submitted_at=NOW,
        finished_at=NOW + timedelta(seconds=65),
        image_urls=("https://cdn.example/1.png",),
        failure=failure,
        remarks=(msg("I don't know `{parameter}`; I pass it on as it is.", parameter=prompt),),
    )


def accepted(one: Job) -> Accepted:
    place = QueuePlace(ahead=0, in_flight=0, slots=10)
    return Accepted(jobs=(one,), place=place, expected_at=NOW)


def page(one: Job) -> JobPage:
    return JobPage(jobs=(one,), number=0, total=1, size=5)


def outlook() -> Outlook:
    nothing = QueueState(waiting=0, in_flight=0)
    times = dict.fromkeys(Mode, NOW)
    return Outlook(everybody=nothing, person=nothing, slots=10, expected_at=times, pause=None)


def preset(words: str) -> Preset:
    return Preset(name=" ".join(words.split()), parameters=words, suffix=words)


def remark(words: str) -> Text:
    return msg("I read `{typed}` as `{read}`.", typed=words, read=words)


def saved(words: str) -> View:
    return presets.saved_view(SavedPreset(preset=preset(words), has_replaced=True), "en")


def question(*prompts: str, **more: Any) -> View:
    order = Order(prompts=prompts, mode=Mode.FAST, remarks=(remark(prompts[0]),), **more)
    return question_view(Question(draft_id="abcdefghij2345672345", order=order), "en")


def doubt(words: str) -> View:
    fixed = Order(prompts=(words, f"{words} a"), mode=Mode.RELAXED)
    return question(f"{words} b", questions=(remark(words),), fixed=fixed)


def drawing(one: Job, *, jobs: int = 1) -> View:
    progress = GroupProgress(total=jobs, finished=0, in_flight=jobs, waiting=0)
    view = placeholder.progress_view(replace(one, status=JobStatus.RUNNING), progress, NOW)
    assert view is not None
    return view


BEN = Person(platform="discord", id="6")
IMAGE = FetchedImage(index=0, url="https://cdn.example/1.png", data=b"\x89PNG\r\n\x1a\n")

# Each place where words of others stand in a message: how it is built from them.
PLACES: dict[str, Callable[[str], View]] = {
    "result": lambda w: result.result_view(job(w), 0, [IMAGE]),
    "single image": lambda w: result.single_image_view(job(w), IMAGE, BEN, "en"),
    "failure": lambda w: result.failure_view(job(TAME, detail=w)),
    "failed prompt": lambda w: result.failure_view(job(w, detail=TAME)),
    "placeholder": lambda w: placeholder.placeholder_view(accepted(job(w))),
    "progress": lambda w: drawing(job(w)),
    "progress of several": lambda w: drawing(job(w), jobs=2),
    "question": lambda w: question(w, w),
    "question about several": lambda w: question(w, f"{w} a", w),
    "doubt": doubt,
    "details": lambda w: details_view(job(w), "en"),
    "list": lambda w: job_list.list_view(page(job(w)), job_list.Wanted(), "en"),
    "search": lambda w: job_list.list_view(page(job(TAME)), job_list.Wanted(search=w), "en"),
    "queue": lambda w: queue_view(outlook(), page(job(w)), "en"),
    "presets": lambda w: presets.list_view([preset(w)], "en"),
    "preset": lambda w: presets.preset_view(preset(w), "en"),
    "preset, saved": saved,
    "settings": lambda w: settings.settings_view(
        Preferences(parameters=w), "en", available={}, platform="Discord"
    ),
}
# Where the prompt is read before it is shown, the words alone stand there, and not as typed.
AS_READ = {"result", "single image", "failed prompt"}
each_place = pytest.mark.parametrize("place", PLACES)


def texts_of(view: View) -> list[str]:
    def walk(components: list[dict[str, Any]]) -> Any:
        for component in components:
            if "content" in component:
                yield component["content"]
            yield from walk(component.get("components", []))

    return list(walk(render_view(view).to_components()))


def one_line(text: str) -> str:
    return " ".join(text.replace("`", LOOKALIKE).split())


def in_a_code_span(text: str) -> str:
    return text.replace("`", LOOKALIKE)


# ── The model itself ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", EXAMPLES[:15], ids=range(15))
def test_the_model_takes_each_example_for_alive(text: str) -> None:
    assert markdown.live(text)


@pytest.mark.parametrize(
    ("source", "shown"),
    [("**a**", "a"), (r"\*a\*", "*a*"), (r"`\*`", r"\*"), ("[a](https://b.example)", "a"),
     ("```\na\n```", "a"), ("## a\n-# b", "a\nb"), (r"\\*a*", r"\a")],
)  # fmt: skip
def test_the_model_shows_what_discord_shows(source: str, shown: str) -> None:
    assert markdown.shown(source) == shown


# ── Building blocks ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", EXAMPLES, ids=range(len(EXAMPLES)))
def test_escaped_examples_are_text_alone(text: str) -> None:
    assert markdown.live(escape(text)) == []
    assert markdown.shown(escape(text)) == text


@given(st.text() | WILD)
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    assert markdown.live(escape(text)) == []
    assert markdown.shown(escape(text)) == LINE_BREAK.sub("\n", text)
    assert len(escape(text)) <= 2 * len(text)


@pytest.mark.parametrize("end", ["\r", "\r\n", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_whatever_may_end_a_line_begins_a_new_one(end: str) -> None:
    assert escape(f"a{end}# b") == "a\n\\# b"


@given(WILD, WILD)
def test_escaped_texts_side_by_side_form_no_formatting(before: str, after: str) -> None:
    both = f"{escape(before)} {escape(after)}"
    assert markdown.live(both) == []
    assert markdown.shown(both) == f"{before} {after}"


@given(WILD)
def test_a_block_of_code_shows_all_but_its_own_fence(text: str) -> None:
    pieces = markdown.read(code_block(text))
    assert [piece.kind for piece in pieces] == ["code"]
    assert pieces[0].shown.strip("\n").replace("`", LOOKALIKE) == in_a_code_span(text.strip("\n"))


@given(WILD.filter(lambda text: text.isprintable()))
def test_escaped_text_is_not_escaped_again(text: str) -> None:
    sentences = [msg("“{name}” is deleted.", name=name) for name in (text, escape(text))]
    assert len({render(sentence) for sentence in sentences}) == 1


def test_our_own_markdown_lives() -> None:
    assert markdown.live(
        render(msg("{person}, this one didn't work out.", person=Mention("1")))
    ) == ["mention"]
    assert markdown.live(quote(small("a"))) == ["quote", "small"]
    assert isinstance(render(msg("a")), Markdown)


def test_a_label_has_no_backslashes() -> None:
    assert plain(msg("“{name}” is deleted.", name="a_b")) == "“a_b” is deleted."


# ── Sentences ───────────────────────────────────────────────────────────────────────────────────


SENTENCES = sentences()


@pytest.mark.parametrize("locale", LOCALES)
@given(st.sampled_from(SENTENCES), WILD)
def test_no_sentence_activates_the_formatting_of_what_it_quotes(
    locale: str, sentence: Text, words: str
) -> None:
    wild, tame = (render(filled(sentence, each), locale) for each in (words, TAME))
    assert markdown.live(wild) == markdown.live(tame)
    assert one_line(words) in one_line(markdown.shown(wild)) or sentence.plural


@pytest.mark.parametrize("locale", LOCALES)
@given(st.sampled_from(SENTENCES), WILD, st.integers(300, 2000))
def test_a_sentence_that_is_shortened_stays_whole(
    locale: str, sentence: Text, words: str, limit: int
) -> None:
    wild = render(filled(sentence, words * 50), locale, limit=limit)
    tame = render(filled(sentence, TAME), locale)
    assert markdown.live(wild) == markdown.live(tame)
    assert len(wild) <= limit


@given(
    WILD, st.sampled_from(["{}", "a {}", "a --no {}", "a --{}", "a --ar {}", "{} --v 6", "--{}"])
)
def test_what_is_said_about_a_prompt_quotes_it_harmlessly(words: str, around: str) -> None:
    prompt = around.format(words.replace("{", "").replace("}", ""))
    try:
        remarks = read_request(Request(prompt=prompt), limit=10).remarks
    except UserError as error:
        said = [render_notice(notice(error, "en"))["content"]]
    else:
        said = list(map(render, remarks))
    for text in said:
        assert set(markdown.live(text)) <= {"code"}


@given(WILD)
def test_what_is_said_about_parameters_quotes_them_harmlessly(words: str) -> None:
    try:
        checked_parameters(words)
    except UserError as refusal:
        said = render(refusal.text)
    else:
        said = render(msg("Parameters"))
    assert set(markdown.live(said)) <= {"code"}


# ── Messages ────────────────────────────────────────────────────────────────────────────────────


@each_place
@given(WILD)
def test_nothing_that_is_quoted_lives(place: str, words: str) -> None:
    wild, tame = (texts_of(PLACES[place](each)) for each in (words, TAME))
    if place in AS_READ:  # with parameters there is a line of its own for them
        assert not _living(wild) - _living(tame) - {"small"}
    else:
        assert list(map(markdown.live, wild)) == list(map(markdown.live, tame))


def _living(texts: list[str]) -> set[str]:
    return {kind for text in texts for kind in markdown.live(text)}


@each_place
@given(WILD.filter(lambda text: "://" not in text))  # a link may stand there as a sign
def test_quoted_text_is_shown_unchanged(place: str, words: str) -> None:
    expected = words_of(job(words)) if place in AS_READ else words
    shown = [one_line(markdown.shown(text)) for text in texts_of(PLACES[place](words))]
    assert any(one_line(expected) in text for text in shown)


@given(WILD)
def test_the_line_of_parameters_is_text_alone(words: str) -> None:
    said = markdown_of(asked_words(job(f"a --no {words} --ar {words}")), "en")
    assert markdown.live(said) == ["quote", "small"]
