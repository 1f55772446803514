"""What the form of /imagine suggests."""

import asyncio

import pytest
from discord.app_commands import Choice

from bot.domain.jobs import RecentPrompt, new_job_id
from bot.domain.people import Preset
from bot.platforms.discord.interactions.suggestions import (
    ASPECTS,
    aspect_choices,
    preset_choices,
    prompt_choices,
    soon,
    tidy_aspect,
)
from bot.prompts import parse
from tests.timing import TIMEOUT_S


def ratios(typed: str) -> list[str]:
    return [choice.value for choice in aspect_choices(typed, "en")]


def recent(prompt: str, job_id: str = "a" * 20) -> RecentPrompt:
    return RecentPrompt(job_id=job_id, prompt=prompt)


# ── Aspects ─────────────────────────────────────────────────────────────────────────────────────


def test_without_typing_all_common_ratios_come_with_their_use() -> None:
    choices = aspect_choices("", "en")
    assert [choice.value for choice in choices] == list(ASPECTS)
    assert choices[1].name == "16:9 – wide screen, video"  # noqa: RUF001


@pytest.mark.parametrize("ratio", ASPECTS)
def test_every_common_ratio_is_one_that_midjourney_takes(ratio: str) -> None:
    assert not parse(f"a cat --ar {ratio}").refusals


def test_a_ratio_that_is_typed_comes_first() -> None:
    assert ratios("7:3")[0] == "7:3"


def test_a_common_ratio_that_is_typed_comes_once_and_with_its_use() -> None:
    first, *others = aspect_choices("16:9", "en")
    assert (first.value, "wide" in first.name) == ("16:9", True)
    assert "16:9" not in [choice.value for choice in others]


def test_ratios_are_found_by_their_use() -> None:
    assert ratios("Phone") == ["9:16"]


@pytest.mark.parametrize("typed", ["16:0", "100:1", "16:9 --v 7", "nonsense", "1" * 200, "::", "½"])
def test_what_is_no_ratio_is_not_offered(typed: str) -> None:
    assert ratios(typed) == []


@pytest.mark.parametrize("typed", ["16x9", "16 / 9", " 16:9 ", "16X9", "16×9"])
def test_other_spellings_of_a_ratio_are_put_right(typed: str) -> None:
    assert tidy_aspect(typed) == "16:9"


# ── Prompts ─────────────────────────────────────────────────────────────────────────────────────


def test_a_short_prompt_is_sent_as_it_is() -> None:
    assert prompt_choices([recent("a cat --ar 16:9")], "") == [
        Choice(name="a cat --ar 16:9", value="a cat --ar 16:9")
    ]


def test_a_long_prompt_is_shown_clipped_and_sent_as_a_token() -> None:
    job_id = new_job_id()
    (choice,) = prompt_choices([recent("a cat and " * 60, job_id)], "")
    assert (len(choice.name), choice.name[-1]) == (100, "…")
    assert choice.value == f"↩{job_id}"


def test_links_in_a_prompt_are_shown_short() -> None:
    (choice,) = prompt_choices([recent(f"https://bot.example/{'x' * 90}.png a cat")], "")
    assert choice.name == "🔗 a cat"


def test_a_prompt_with_braces_is_sent_so_that_it_stays_one() -> None:
    (choice,) = prompt_choices([recent("a {cat, dog}")], "")
    assert choice.value == r"a \{cat, dog\}"


@pytest.mark.parametrize("length", [99, 100, 101, 4000])
def test_no_choice_is_longer_than_discord_takes(length: int) -> None:
    (choice,) = prompt_choices([recent("x" * length)], "")
    assert len(choice.name) <= 100
    assert len(str(choice.value)) <= 100


def test_what_is_typed_comes_first_so_that_enter_sends_it() -> None:
    found = [recent("a red fox in the snow"), recent("a red fox")]
    assert [c.value for c in prompt_choices(found, " a red ")] == [
        "a red", "a red fox in the snow", "a red fox"
    ]  # fmt: skip
    assert [c.value for c in prompt_choices(found, "a red fox")] == [
        "a red fox", "a red fox in the snow"
    ]  # fmt: skip


def test_a_new_prompt_is_left_alone() -> None:
    assert prompt_choices([], "a blue fox") == []


def test_who_types_a_long_prompt_wants_no_other() -> None:
    assert prompt_choices([recent("x" * 200)], "x" * 101) == []


# ── Presets ─────────────────────────────────────────────────────────────────────────────────────


def test_presets_are_found_by_a_part_of_their_name_and_say_what_they_do() -> None:
    presets = [Preset(name="Film", parameters="--ar 21:9"), Preset(name="Ink", suffix="in ink")]
    assert [(c.name, c.value) for c in preset_choices(presets, "fil")] == [
        ("Film – --ar 21:9", "Film")  # noqa: RUF001
    ]


# ── Always an answer ────────────────────────────────────────────────────────────────────────────


async def test_suggestions_that_fail_are_an_empty_list() -> None:
    async def fail() -> list[Choice[str]]:
        raise RuntimeError

    assert await soon(fail(), within_s=TIMEOUT_S) == []


async def test_suggestions_that_are_slow_are_an_empty_list() -> None:
    async def dawdle() -> list[Choice[str]]:
        await asyncio.sleep(3600)
        return []

    assert await soon(dawdle(), within_s=0.01) == []


async def test_no_more_come_than_discord_shows() -> None:
    async def many() -> list[Choice[str]]:
        return [Choice(name=str(number), value=str(number)) for number in range(40)]

    assert len(await soon(many(), within_s=TIMEOUT_S)) == 25
