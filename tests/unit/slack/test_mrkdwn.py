"""Words that are not ours show exactly their characters at Slack, and call nobody."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.texts import FullTime, Joined, Link, Mention, Text, msg, untranslated
from bot.platforms.slack.rendering.mrkdwn import (
    bold,
    code_block,
    escape,
    escape_within,
    inline,
    plain,
    quote,
    render,
)
from tests import mrkdwn
from tests.quoted import filled, sentences

LOOKALIKE = "\N{MODIFIER LETTER GRAVE ACCENT}"
EXAMPLES = [
    "<@U1> <@U1|ann> <#C1> <!here> <!channel> <!everyone> <!subteam^S1|@team>",
    "<!date^0^{date}|evil>",
    "<https://evil.example|click> <mailto:a@b.example>",
    "*strong* _weak_ ~gone~ `code` ```block```",
    "a *strong* b, (*strong*) *a*.",
    ":smile: :+1: :thumbsup::skin-tone-2: a:fox:b",
    "> quoted\n>>> all\n &gt; escaped",
    "&lt;@U1&gt; &amp;lt;!here&amp;gt;",
    "*",
    "**",
    "`",
    "a\n> b",
    "snake_case_name 2*3*4 ~~x~~ __y__",
    "16:9 16:9: :100: 1:1:1 4:5:smile: 3:4",
    "_ *a* _",
]
TRICKY = st.text(st.sampled_from("\\`*_~|<>[]()#-+.:@/!&;\n t0Rae1🦊")) | st.lists(
    st.sampled_from(
        ["<@U1>", "<!here>", "<#C1>", "<https://x.example|", ">", "`", "```", "*", "_", "~", "\n",
         "&", "&lt;", "&gt;", ":a:", ":", " ", "a", "|"]
    ), max_size=12,
).map("".join)  # fmt: skip
WILD = (st.sampled_from(EXAMPLES) | TRICKY).filter(lambda text: text.strip() != "")
LINE_BREAK = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
TAME = "tame"
MOMENT = datetime(2026, 3, 1, 12, 0, 0, 1, tzinfo=UTC)


def looking_like(text: str) -> str:
    """Return what a text may be shown as: the same but for backticks and what nobody sees."""
    return text.replace("`", LOOKALIKE).replace("\u200b", "")


def one_line(text: str) -> str:
    return " ".join(looking_like(text).split())


@pytest.mark.parametrize("text", EXAMPLES[:7], ids=range(7))
def test_the_model_takes_each_example_for_alive(text: str) -> None:
    assert mrkdwn.live(text)


@pytest.mark.parametrize(
    ("source", "shown"),
    [("*a*", "a"), ("`*`", "*"), ("<https://b.example|a>", "a"), ("```\na\n```", "a"),
     ("&lt;a&gt;", "<a>"), ("&amp;lt;", "&lt;"), ("a_b_c", "a_b_c"), ("* a *", "* a *")],
)  # fmt: skip
def test_the_model_shows_what_slack_shows(source: str, shown: str) -> None:
    assert mrkdwn.shown(source) == shown


@pytest.mark.parametrize("text", EXAMPLES, ids=range(len(EXAMPLES)))
def test_escaped_examples_are_text_alone(text: str) -> None:
    assert mrkdwn.live(escape(text)) == []
    assert mrkdwn.shown(escape(text)) == looking_like(text)


@given(st.text() | WILD)
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    assert mrkdwn.live(escape(text)) == []
    assert mrkdwn.shown(escape(text)) == looking_like(LINE_BREAK.sub("\n", text))


@given(WILD, WILD)
def test_escaped_texts_side_by_side_form_no_formatting(before: str, after: str) -> None:
    both = f"{escape(before)} {escape(after)}"
    assert mrkdwn.live(both) == []
    assert mrkdwn.shown(both) == looking_like(f"{before} {after}")


@given(WILD)
def test_a_block_of_code_shows_all_but_its_own_fence(text: str) -> None:
    pieces = mrkdwn.read(code_block(text))
    assert [piece.kind for piece in pieces] == ["code"]
    assert pieces[0].shown.strip("\n") == looking_like(text).strip("\n")


def test_ratios_and_words_with_underlines_stay_as_they_are() -> None:
    assert escape("16:9 snake_case_name") == "16:9 snake_case_name"


@given(WILD, st.integers(20, 200))
def test_what_is_shortened_stays_escaped(text: str, limit: int) -> None:
    said = escape_within(text * 9, limit)
    assert len(said) <= limit
    assert mrkdwn.live(said) == []


# ── Sentences ───────────────────────────────────────────────────────────────────────────────────


SENTENCES = sentences()


@pytest.mark.parametrize("locale", ["en", "de"])
@given(st.sampled_from(SENTENCES), WILD)
def test_no_sentence_activates_the_formatting_of_what_it_quotes(
    locale: str, sentence: Text, words: str
) -> None:
    wild, tame = (render(filled(sentence, each), locale) for each in (words, TAME))
    assert [kind for kind in mrkdwn.live(wild) if kind != "strong"] == [
        kind for kind in mrkdwn.live(tame) if kind != "strong"
    ]
    assert one_line(words) in one_line(mrkdwn.shown(wild)) or sentence.plural


@given(st.sampled_from(SENTENCES), WILD, st.integers(400, 2000))
def test_a_sentence_that_is_shortened_stays_whole(sentence: Text, words: str, limit: int) -> None:
    wild = render(filled(sentence, words * 50), limit=limit)
    assert set(mrkdwn.live(wild)) <= {"code", "strong"}
    assert len(wild) <= limit


def test_our_own_markup_becomes_slacks() -> None:
    text = untranslated("**{a}** `{b}` & **c**", a="x", b="**&`")
    assert render(text) == f"*x* `**&amp;{LOOKALIKE}` &amp; *c*"


def test_a_person_is_named_without_their_team() -> None:
    assert render(untranslated("{person}", person=Mention("T1/U1"))) == "<@U1>"


def test_a_time_is_shown_in_the_readers_time_zone() -> None:
    said = "<!date^1772366401^{date_short_pretty} {time}|2026-03-01 12:00 UTC>"
    assert render(msg("Expected {when}.", when=MOMENT)) == f"Expected {said}."
    assert inline(FullTime(MOMENT), "en") == said


def test_a_link_cannot_end_early() -> None:
    link = Link("https://a.example/?b=1&c=|d>", "x>y|*z*")
    assert mrkdwn.live(inline(link, "en")) == ["link"]
    assert mrkdwn.shown(inline(link, "en")) == "x>y|*z*"


def test_what_is_joined_leaves_out_what_is_empty() -> None:
    assert inline(Joined(("a", "", msg("b"))), "en") == "a · b"


def test_quotations_and_bold_lines() -> None:
    assert mrkdwn.live(quote(escape("a\n> b"))) == ["quote", "quote"]
    assert bold(escape("a")) == "*a*"


def test_a_label_has_no_markup() -> None:
    assert plain(msg("“{name}” is deleted.", name="a_*b*")) == "“a_*b*” is deleted."
