"""The demo's first screen: its finished card, and the buttons of its message."""

import discord
import pytest

from bot.demo import welcome
from bot.demo.faults import Outcome
from tests.acceptance.conftest import Rig, Seen


async def message_of(rig: Rig) -> discord.Message:
    """Let the demo greet, and give its message."""
    await welcome.greet(rig.world)
    (greeting,) = [seen for seen in rig.messages() if "Welcome" in seen.text]
    return greeting.message


async def test_the_example_is_a_finished_card_even_where_jobs_fail(rig: Rig) -> None:
    rig.midjourney.fail_share = 1.0
    await welcome.show_example(rig.world, rig.midjourney)
    (card,) = await rig.settled(1)
    assert len(card.images) == 4
    assert "a fox in the forest" in card.text


async def test_the_message_says_that_the_pictures_are_drawings(rig: Rig) -> None:
    greeting = Seen(await message_of(rig), rig.world)
    assert "drawings of this demo" in greeting.text
    assert greeting.labels == [label for label, *_ in welcome.PROMPTS]


async def test_a_press_does_what_the_command_does(rig: Rig) -> None:
    await rig.ben.click(await message_of(rig), label="A castle by the sea")
    await rig.until(lambda: len(rig.cards()) == 1)
    assert rig.submitted_prompts == ["a castle by the sea at dawn --ar 16:9"]
    assert len(rig.cards()[0].images) == 4


async def test_several_are_asked_about(rig: Rig) -> None:
    asked = await rig.ann.click(await message_of(rig), label="Three birds at once")
    assert asked.response is not None
    await rig.ann.click(asked.response, label="Start 3 jobs")
    await rig.until(lambda: len(rig.cards()) == 3)


@pytest.mark.parametrize("reason", [None, "Internal error"])
async def test_the_private_one_is_for_who_pressed_alone(rig: Rig, reason: str | None) -> None:
    rig.midjourney.faults.outcomes.add(Outcome(fail_reason=reason))
    asked = await rig.ann.click(await message_of(rig), label="A rocket, only for me")
    end = "failed" if reason else "fast mode · in "
    await rig.until(lambda: end in rig.answer_to(asked).text)
    assert len(rig.answer_to(asked).images) == (0 if reason else 4)
    assert len(rig.messages()) == 1  # the greeting


async def test_a_press_that_is_refused_is_explained(idle_rig: Rig) -> None:
    async with idle_rig.running(daily_jobs_per_user=1):
        greeting = await message_of(idle_rig)
        await idle_rig.ann.click(greeting, label="A castle by the sea")
        await idle_rig.until(lambda: len(idle_rig.cards()) == 1)
        asked = await idle_rig.ann.click(greeting, label="A castle by the sea")
        assert asked.ephemeral
        assert len(idle_rig.midjourney.submits) == 1
