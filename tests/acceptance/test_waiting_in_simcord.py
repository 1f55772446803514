"""Waiting in the demo's Discord: the placeholder's buttons, batches and private jobs."""

import pytest

from bot.demo.faults import Outcome
from tests.acceptance.conftest import Rig
from tests.acceptance.running import ENDLESS
from tests.doubts import AS_IT_IS, FIXED, TYPO, read_with_doubts
from tests.pictures import small_picture


async def test_a_job_that_is_drawn_can_be_discarded(rig: Rig) -> None:
    rig.midjourney.faults.outcomes.add(ENDLESS)
    await rig.imagine()
    await rig.until(lambda: [each.labels for each in rig.messages()] == [["Don't post"]])
    await rig.ann.click(rig.messages()[0].message, label="Don't post")
    await rig.until(lambda: "it won't be posted here" in rig.messages()[0].text)


async def test_a_batch_is_asked_about_and_ends_without_placeholder(rig: Rig) -> None:
    asked = await rig.imagine("a {red, blue} fox")
    assert asked.ephemeral
    assert asked.response is not None
    await rig.ann.click(asked.response, label="Start 2 jobs")
    await rig.settled(2)
    await rig.until(lambda: asked.response is None)


async def test_a_declined_batch_leaves_nothing(rig: Rig) -> None:
    asked = await rig.imagine("a {red, blue} fox")
    assert asked.response is not None
    await rig.ann.click(asked.response, label="No, thanks")
    await rig.until(lambda: asked.response is None)
    assert rig.midjourney.submits == []


async def test_a_private_result_is_a_card_that_only_its_owner_sees(rig: Rig) -> None:
    asked = await rig.ann.slash(rig.world.channel, "imagine", prompt="a red fox", private=True)
    card = await rig.private_card(asked)
    assert card.images == [small_picture("a red fox", index) for index in range(4)]
    assert {"1", "2", "3", "4", "Again", "Edit"} <= set(card.labels)
    assert rig.messages() == []


async def test_a_private_job_that_fails_says_so_to_its_owner(rig: Rig) -> None:
    rig.midjourney.faults.outcomes.add(Outcome(fail_reason="Banned prompt detected: fox"))
    asked = await rig.ann.slash(rig.world.channel, "imagine", prompt="a red fox", private=True)
    await rig.until(lambda: "failed" in rig.answer_to(asked).text.lower())
    assert rig.messages() == []


# ── A prompt that looks wrong ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("read", [read_with_doubts])
async def test_a_typo_is_asked_about_fixed_and_drawn(rig: Rig) -> None:
    asked = await rig.imagine(TYPO)
    assert asked.ephemeral
    assert asked.response is not None
    await rig.quiet(0.2)
    assert rig.midjourney.submits == []
    await rig.ann.click(asked.response, label="Fix & draw")
    await rig.settled(1)
    assert rig.submitted_prompts == [FIXED]
    await rig.until(lambda: asked.response is None)


@pytest.mark.parametrize("read", [read_with_doubts])
async def test_a_question_of_an_earlier_process_is_answered_once(idle_rig: Rig) -> None:
    rig = idle_rig
    async with rig.running():
        asked = await rig.imagine(TYPO)
    question = asked.response
    assert question is not None
    async with rig.running():
        await rig.ann.click(question, label="Draw anyway")
        await rig.settled(1)
    async with rig.running():
        await rig.quiet(0.2)
    assert rig.submitted_prompts == [AS_IT_IS]
