"""The text behind `/imagine`: what people typed, whatever Slack made of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.slack.commands.text import Command, Word, as_typed, parse_command
from bot.services.requests import Request, read_request

ADDRESSES = "https://a.example/b.png https://b.example"


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("&amp;lt;", "&lt;"),
        ("&quot; &#39;", "&quot; &#39;"),
        ("<https://a.example/b.png>", "https://a.example/b.png"),
        ("<https://a.example/b.png|https://a.example/b.png> fox", "https://a.example/b.png fox"),
        ("<https://a.example/?a=1&amp;b=2>", "https://a.example/?a=1&b=2"),
        ("<http://midjourney.com|midjourney.com>", "midjourney.com"),
        ("<https://a.example/|click>", "https://a.example/"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("<@U1|ann> <@U1> <#C1|general> <#C1>", "@ann @U1 #general #C1"),
        ("<!here> <!subteam^S1|@team> <!subteam^S1>", "@here @team @subteam"),
        ("&lt;@U1&gt;", "<@U1>"),
        ("<https://a.example/b.png|b.png> <https://b.example|my fox>", ADDRESSES),
        ("<tel:123|123> <slack://channel?id=C1|here>", "123 slack://channel?id=C1"),
        ("a <b> or 3 < 4 > 2, <3, <->, <a | b>", "a <b> or 3 < 4 > 2, <3, <->, <a | b>"),
        ("a “neon” sign, it’s ‘new’", "a \"neon\" sign, it's 'new'"),  # noqa: RUF001
        ("*a* _b_ :fox:", "*a* _b_ :fox:"),
    ],
)
def test_what_slack_wrote_becomes_what_was_typed(text: str, typed: str) -> None:
    assert as_typed(text) == typed


@given(st.text(st.characters(exclude_characters="“”‘’")))  # noqa: RUF001
def test_whatever_is_typed_comes_back(typed: str) -> None:
    escaped = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert as_typed(escaped) == typed


@pytest.mark.parametrize("word", Word)
def test_a_word_by_itself_opens_a_screen(word: Word) -> None:
    assert parse_command(f" {word.upper()} ") == Command(word=word)
    assert parse_command(f"{word} a fox") == Command(prompt=f"{word} a fox")


@pytest.mark.parametrize("name", ["preset", "job", "Setting"])
def test_one_is_as_good_as_several(name: str) -> None:
    assert parse_command(name).word is Word(f"{name.lower()}s")


def test_nothing_at_all_asks_for_the_form() -> None:
    assert parse_command("  ") == Command()


def test_a_long_dash_before_a_parameter_means_two_short_ones() -> None:
    prompt = parse_command("a fox \N{EM DASH}ar 16:9").prompt
    assert read_request(Request(prompt=prompt), limit=1).prompts == ("a fox --ar 16:9",)
