"""From what a person typed, chose and has set to plain prompts."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from bot.errors import PromptError
from bot.models import Job, JobStatus, Mode, Origin, Preferences, Preset
from bot.prompts import OptionValue
from bot.wishes import MAX_REMARKS, Order, Wish, read_wish, typed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def read(
    prompt: str,
    options: Mapping[str, OptionValue] | None = None,
    *,
    preset: Preset | None = None,
    limit: int = 10,
    **set_once: object,
) -> Order:
    return read_wish(
        Wish(prompt=prompt, options=options or {}),
        limit=limit,
        preset=preset,
        preferences=Preferences(**set_once),  # type: ignore[arg-type]
    )


def poster(parameters: str = "", suffix: str = "") -> Preset:
    return Preset(name="poster", parameters=parameters, suffix=suffix)


def refusal(prompt: str, options: Mapping[str, OptionValue] | None = None) -> PromptError:
    with pytest.raises(PromptError) as caught:
        read(prompt, options)
    return caught.value


# ── What wins ───────────────────────────────────────────────────────────────────────────────────


def test_an_option_beats_the_prompt_which_beats_the_preset_which_beats_the_settings() -> None:
    preset = poster("--ar 3:3 --s 3 --c 3")
    order = read("a fox --ar 2:2 --s 2", {"aspect": "1:1"}, preset=preset, parameters="--w 4 --c 4")
    assert order.prompts == ("a fox --s 2 --c 3 --w 4 --ar 1:1",)
    assert [str(remark) for remark in order.remarks] == [
        "Used the option: `--ar 1:1`, not `--ar 2:2`."
    ]


def test_every_option_that_wins_says_so() -> None:
    options = {"aspect": "1:1", "stylize": 1, "chaos": 1, "weird": 1, "seed": 1, "version": "7"}
    order = read("a fox --ar 2:2 --s 2 --c 2 --w 2 --seed 2 --v 6", options)
    said = " ".join(str(remark) for remark in order.remarks)
    assert said.count("Used the option") == 6


def test_the_words_of_a_preset_come_behind_those_of_the_prompt() -> None:
    order = read("a fox --ar 2:3", preset=poster(suffix="bold ink"))
    assert order.prompts == ("a fox bold ink --ar 2:3",)


@pytest.mark.parametrize(
    ("prompt", "preset", "setting", "expected"),
    [
        ("a fox", None, None, Mode.FAST),
        ("a fox", None, Mode.RELAXED, Mode.RELAXED),
        ("a fox", "--relax", Mode.FAST, Mode.RELAXED),
        ("a fox", "--ar 2:3", Mode.RELAXED, Mode.RELAXED),
        ("a fox --fast", "--relax", Mode.RELAXED, Mode.FAST),
    ],
)
def test_the_mode_is_the_prompts_then_the_presets_then_the_settings(
    prompt: str, preset: str | None, setting: Mode | None, expected: Mode
) -> None:
    order = read(prompt, preset=preset and poster(preset), mode=setting)
    assert order.mode is expected
    assert "--relax" not in order.prompts[0]


@pytest.mark.parametrize("bad", ["\0", "\ud83d"])
def test_what_no_database_can_keep_is_left_out(bad: str) -> None:
    assert read(f"a red{bad}fox --ar 3:2{bad}").prompts == ("a red fox --ar 3:2",)


# ── Several jobs ────────────────────────────────────────────────────────────────────────────────


def test_options_and_settings_hold_for_each_of_several_jobs() -> None:
    order = read("a {red, blue} fox --repeat 2", {"aspect": "1:1"}, parameters="--s 5")
    red, blue = "a red fox --s 5 --ar 1:1", "a blue fox --s 5 --ar 1:1"
    assert order.prompts == (red, red, blue, blue)


@pytest.mark.parametrize("prompt", ["a fox {--fast, --relax}", "a {fox --relax, cat}"])
def test_jobs_of_one_command_do_not_differ_in_speed(prompt: str) -> None:
    error = refusal(prompt)
    assert "one speed" in str(error.text)
    assert error.place is not None


def test_an_option_settles_the_speed_of_all() -> None:
    assert read("a fox {--fast, --relax}", {"mode": "relaxed"}).mode is Mode.RELAXED


def test_a_remark_about_all_jobs_is_made_once_and_no_more_are_kept_than_anybody_reads() -> None:
    assert len(read("a {red, blue} fox —ar 2:3").remarks) == 1
    assert len(read("a fox " + " ".join(f"--foo{n} x" for n in range(50))).remarks) == MAX_REMARKS


# ── Refusals ────────────────────────────────────────────────────────────────────────────────────


def test_a_refusal_shows_the_place_also_of_an_option() -> None:
    assert refusal("a fox", {"aspect": "16:0"}).place == "a fox --ar 16:0\n      ^^^^^^^^^"


def test_an_empty_prompt_has_no_place_to_show() -> None:
    assert refusal("  ").place is None


# ── Edit ────────────────────────────────────────────────────────────────────────────────────────


def job(prompt: str, mode: Mode) -> Job:
    return Job(
        id="abcdefghij2345672345",
        source_key="discord:222222222222222222:0",
        origin=Origin(platform="discord", tenant_id="3", channel_id="4", user_id="5"),
        prompt=prompt,
        mode=mode,
        status=JobStatus.SUCCEEDED,
        created_at=NOW,
        claimable_at=NOW,
    )


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("usual", Mode)
def test_what_stands_in_the_form_asks_for_the_same_again(mode: Mode, usual: Mode) -> None:
    asked = typed(job("a {red} fox --ar 2:3", mode), usual=usual)
    order = read(asked, mode=usual, limit=1)
    assert (order.prompts, order.mode) == (("a {red} fox --ar 2:3",), mode)
    assert order.remarks == ()


def test_the_usual_mode_is_not_worth_a_word() -> None:
    assert typed(job("a fox", Mode.RELAXED), usual=Mode.RELAXED) == "a fox"
