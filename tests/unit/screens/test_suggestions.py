"""What the form of /imagine suggests."""

import asyncio
from collections.abc import Awaitable

import pytest

from bot.domain.conversations import Person
from bot.domain.jobs import RecentPrompt, new_job_id
from bot.domain.people import Preset
from bot.prompts import parse
from bot.screens.suggestions import (
    ASPECTS,
    MAX_LENGTH,
    MAX_SUGGESTIONS,
    Suggestion,
    Suggestions,
    aspects,
    presets,
    prompts,
    tidy_aspect,
)
from bot.services.personal import PersonalService
from tests.personal import KeptInMemory
from tests.timing import TIMEOUT_S

ANN, BEN = Person.of("discord:1"), Person.of("discord:2")


def ratios(typed: str) -> list[str]:
    return [each.sent for each in aspects(typed, str)]


def recent(prompt: str, job_id: str = "a" * 20) -> RecentPrompt:
    return RecentPrompt(job_id=job_id, prompt=prompt)


# ── Aspects ─────────────────────────────────────────────────────────────────────────────────────


def test_without_typing_all_common_ratios_come_with_their_use() -> None:
    found = aspects("", str)
    assert [each.sent for each in found] == list(ASPECTS)
    assert found[1].shown == "16:9 – wide screen, video"  # noqa: RUF001


@pytest.mark.parametrize("ratio", ASPECTS)
def test_every_common_ratio_is_one_that_midjourney_takes(ratio: str) -> None:
    assert not parse(f"a cat --ar {ratio}").refusals


def test_a_ratio_that_is_typed_comes_first() -> None:
    assert ratios("7:3")[0] == "7:3"


def test_a_common_ratio_that_is_typed_comes_once_and_with_its_use() -> None:
    first, *others = aspects("16:9", str)
    assert (first.sent, "wide" in first.shown) == ("16:9", True)
    assert "16:9" not in [each.sent for each in others]


def test_ratios_are_found_by_their_use_in_the_persons_language() -> None:
    assert ratios("Phone") == ["9:16"]
    assert [each.sent for each in aspects("quer", lambda _: "quer")] == list(ASPECTS)


@pytest.mark.parametrize("typed", ["16:0", "100:1", "16:9 --v 7", "nonsense", "1" * 200, "::", "½"])
def test_what_is_no_ratio_is_not_offered(typed: str) -> None:
    assert ratios(typed) == []


@pytest.mark.parametrize("typed", ["16x9", "16 / 9", " 16:9 ", "16X9", "16×9"])
def test_other_spellings_of_a_ratio_are_put_right(typed: str) -> None:
    assert tidy_aspect(typed) == "16:9"


# ── Prompts ─────────────────────────────────────────────────────────────────────────────────────


def test_a_short_prompt_is_sent_as_it_is() -> None:
    assert prompts([recent("a cat --ar 16:9")], "") == [
        Suggestion("a cat --ar 16:9", "a cat --ar 16:9")
    ]


def test_a_long_prompt_is_sent_as_a_token() -> None:
    job_id = new_job_id()
    (found,) = prompts([recent("a cat and " * 60, job_id)], "")
    assert found.sent == f"↩{job_id}"


def test_links_in_a_prompt_are_shown_short() -> None:
    (found,) = prompts([recent(f"https://bot.example/{'x' * 90}.png a cat")], "")
    assert found.shown == "🔗 a cat"


def test_a_prompt_with_braces_is_sent_so_that_it_stays_one() -> None:
    (found,) = prompts([recent("a {cat, dog}")], "")
    assert found.sent == r"a \{cat, dog\}"


@pytest.mark.parametrize("length", [99, 100, 101, 4000])
def test_nothing_longer_than_a_platform_takes_is_sent(length: int) -> None:
    (found,) = prompts([recent("x" * length)], "")
    assert len(found.sent) <= MAX_LENGTH


def test_what_is_typed_comes_first_so_that_enter_sends_it() -> None:
    found = [recent("a red fox in the snow"), recent("a red fox")]
    assert [each.sent for each in prompts(found, " a red ")] == [
        "a red", "a red fox in the snow", "a red fox"
    ]  # fmt: skip
    assert [each.sent for each in prompts(found, "a red fox")] == [
        "a red fox", "a red fox in the snow"
    ]  # fmt: skip


def test_a_new_prompt_is_left_alone() -> None:
    assert prompts([], "a blue fox") == []


def test_who_types_a_long_prompt_wants_no_other() -> None:
    assert prompts([recent("x" * 200)], "x" * 101) == []


# ── Presets ─────────────────────────────────────────────────────────────────────────────────────


def test_presets_are_found_by_a_part_of_their_name_and_say_what_they_do() -> None:
    kept = [Preset(name="Film", parameters="--ar 21:9"), Preset(name="Ink", suffix="in ink")]
    assert presets(kept, "fil") == [Suggestion("Film – --ar 21:9", "Film")]  # noqa: RUF001


# ── Always an answer ────────────────────────────────────────────────────────────────────────────


class History:
    """Finds as many prompts as it is asked for, or does something else instead."""

    def __init__(self, *, instead: Awaitable[None] | None = None) -> None:
        self._instead = instead

    async def recent_prompts(
        self, person: Person, *, search: str, limit: int
    ) -> list[RecentPrompt]:
        if self._instead is not None:
            await self._instead
        return [recent(f"{search} {number} of {person.id}") for number in range(limit)]


def suggestions(history: History, *, within_s: float = TIMEOUT_S) -> Suggestions:
    kept = KeptInMemory({ANN: [Preset(name="mine", suffix="ink")], BEN: [Preset(name="his")]})
    return Suggestions(personal=PersonalService(history, kept), within_s=within_s)


async def test_a_person_is_offered_what_is_theirs() -> None:
    found = suggestions(History())
    assert [each.sent for each in await found.presets(ANN, "")] == ["mine"]
    first, second, *_ = await found.prompts(ANN, " fox ")
    assert (first.sent, second.sent) == ("fox", "fox 0 of 1")


async def test_suggestions_that_fail_are_none() -> None:
    async def fail() -> None:
        raise RuntimeError

    assert await suggestions(History(instead=fail())).prompts(ANN, "") == []


async def test_suggestions_that_are_slow_are_none() -> None:
    slow = History(instead=asyncio.sleep(3600))
    assert await suggestions(slow, within_s=0.01).prompts(ANN, "") == []


async def test_no_more_come_than_a_platform_shows() -> None:
    assert len(await suggestions(History()).prompts(ANN, "fox")) == MAX_SUGGESTIONS
