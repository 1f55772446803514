"""Waiting in the demo's Discord: the placeholder's buttons, batches and private jobs."""

import pytest

from bot.demo.faults import Outcome
from tests.acceptance.conftest import ENDLESS, Stage, draw_small
from tests.doubts import AS_IT_IS, FIXED, TYPO, let_doubts_be_asked


async def test_a_job_that_is_drawn_can_be_discarded(stage: Stage) -> None:
    stage.midjourney.faults.outcomes.add(ENDLESS)
    await stage.imagine()
    await stage.until(lambda: stage.messages()[0].labels == ["Don't post"])
    await stage.ann.click(stage.messages()[0].message, label="Don't post")
    await stage.until(lambda: "it won't be posted here" in stage.messages()[0].text)


async def test_a_batch_is_asked_about_and_ends_without_placeholder(stage: Stage) -> None:
    asked = await stage.imagine("a {red, blue} fox")
    assert asked.ephemeral
    assert asked.response is not None
    await stage.ann.click(asked.response, label="Start 2 jobs")
    await stage.settled(2)
    assert asked.response is None


async def test_a_declined_batch_leaves_nothing(stage: Stage) -> None:
    asked = await stage.imagine("a {red, blue} fox")
    assert asked.response is not None
    await stage.ann.click(asked.response, label="No, thanks")
    assert asked.response is None
    assert stage.midjourney.submits == []


async def test_a_private_result_is_a_card_that_only_its_owner_sees(stage: Stage) -> None:
    asked = await stage.ann.slash(stage.world.channel, "imagine", prompt="a red fox", private=True)
    card = await stage.private_card(asked)
    assert card.images == [draw_small("a red fox", index) for index in range(4)]
    assert {"1", "2", "3", "4", "Again", "Edit"} <= set(card.labels)
    assert stage.messages() == []


async def test_a_private_job_that_fails_says_so_to_its_owner(stage: Stage) -> None:
    stage.midjourney.faults.outcomes.add(Outcome(fail_reason="Banned prompt detected: fox"))
    asked = await stage.ann.slash(stage.world.channel, "imagine", prompt="a red fox", private=True)
    await stage.until(lambda: "failed" in stage.answer_to(asked).text.lower())
    assert stage.messages() == []


# ── A prompt that looks wrong ───────────────────────────────────────────────────────────────────


@pytest.fixture
def _doubts(monkeypatch: pytest.MonkeyPatch) -> None:
    let_doubts_be_asked(monkeypatch)


@pytest.mark.usefixtures("_doubts")
async def test_a_typo_is_asked_about_fixed_and_drawn(stage: Stage) -> None:
    asked = await stage.imagine(TYPO)
    assert asked.ephemeral
    assert asked.response is not None
    await stage.quiet(0.2)
    assert stage.midjourney.submits == []
    await stage.ann.click(asked.response, label="Fix & draw")
    await stage.settled(1)
    assert stage.submitted_prompts == [FIXED]
    assert asked.response is None


@pytest.mark.usefixtures("_doubts")
async def test_a_question_of_an_earlier_process_is_answered_once(idle_stage: Stage) -> None:
    stage = idle_stage
    async with stage.running():
        asked = await stage.imagine(TYPO)
    question = asked.response
    assert question is not None
    async with stage.running():
        await stage.ann.click(question, label="Draw anyway")
        await stage.settled(1)
    async with stage.running():
        await stage.quiet(0.2)
    assert stage.submitted_prompts == [AS_IT_IS]
