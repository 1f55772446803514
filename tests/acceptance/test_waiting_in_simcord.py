"""Waiting in the demo's Discord: the placeholder's buttons, batches and private jobs."""

import pytest

from tests.acceptance.conftest import ENDLESS, Stage
from tests.doubts import AS_IT_IS, FIXED, TYPO, let_doubts_be_asked


async def test_a_job_that_is_drawn_can_be_discarded(stage: Stage) -> None:
    stage.midjourney.faults.outcomes.add(ENDLESS)
    await stage.imagine()
    await stage.until(lambda: stage.messages()[0].labels == ["Discard"])
    await stage.ann.click(stage.messages()[0].message, label="Discard")
    await stage.until(lambda: "Discarded" in stage.messages()[0].text)


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


async def test_a_private_result_stays_out_of_the_channel(stage: Stage) -> None:
    where = stage.world.channel
    asked = await stage.ann.slash(where, "imagine", prompt="a red fox", private=True)
    assert asked.ephemeral
    await stage.until(lambda: len(stage.midjourney.submits) == 1)
    await stage.quiet()
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
