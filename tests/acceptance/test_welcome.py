"""The demo's first screen: its finished card, and the buttons of its message."""

import discord
import pytest

from bot.demo import welcome
from bot.demo.faults import Outcome
from tests.acceptance.conftest import Seen, Stage


async def message_of(stage: Stage) -> discord.Message:
    """Let the demo greet, and give its message."""
    await welcome.greet(stage.world)
    (greeting,) = [seen for seen in stage.messages() if "Welcome" in seen.text]
    return greeting.message


async def test_the_example_is_a_finished_card_even_where_jobs_fail(stage: Stage) -> None:
    stage.midjourney.fail_share = 1.0
    await welcome.show_example(stage.world, stage.midjourney)
    (card,) = await stage.settled(1)
    assert len(card.images) == 4
    assert "a fox in the forest" in card.text


async def test_the_message_says_that_the_pictures_are_drawings(stage: Stage) -> None:
    greeting = Seen(await message_of(stage), stage.world)
    assert "drawings of this demo" in greeting.text
    assert greeting.labels == [label for label, *_ in welcome.PROMPTS]


async def test_a_press_does_what_the_command_does(stage: Stage) -> None:
    await stage.ben.click(await message_of(stage), label="A castle by the sea")
    await stage.until(lambda: len(stage.cards()) == 1)
    assert stage.submitted_prompts == ["a castle by the sea at dawn --ar 16:9"]
    assert len(stage.cards()[0].images) == 4


async def test_several_are_asked_about(stage: Stage) -> None:
    asked = await stage.ann.click(await message_of(stage), label="Three birds at once")
    assert asked.response is not None
    await stage.ann.click(asked.response, label="Start 3 jobs")
    await stage.until(lambda: len(stage.cards()) == 3)


@pytest.mark.parametrize("reason", [None, "Internal error"])
async def test_the_private_one_is_for_who_pressed_alone(stage: Stage, reason: str | None) -> None:
    stage.midjourney.faults.outcomes.add(Outcome(fail_reason=reason))
    asked = await stage.ann.click(await message_of(stage), label="A rocket, only for me")
    end = "failed" if reason else "fast mode · in "
    await stage.until(lambda: end in stage.answer_to(asked).text)
    assert len(stage.answer_to(asked).images) == (0 if reason else 4)
    assert len(stage.messages()) == 1  # the greeting


async def test_a_press_that_is_refused_is_explained(idle_stage: Stage) -> None:
    async with idle_stage.running(daily_jobs_per_user=1):
        greeting = await message_of(idle_stage)
        await idle_stage.ann.click(greeting, label="A castle by the sea")
        await idle_stage.until(lambda: len(idle_stage.cards()) == 1)
        asked = await idle_stage.ann.click(greeting, label="A castle by the sea")
        assert asked.ephemeral
        assert len(idle_stage.midjourney.submits) == 1
