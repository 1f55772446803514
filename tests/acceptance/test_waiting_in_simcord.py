"""Waiting in the demo's Discord: the placeholder's buttons, batches and private jobs."""

from tests.acceptance.conftest import ENDLESS, Stage


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


async def test_a_private_result_stays_out_of_the_channel(stage: Stage) -> None:
    where = stage.world.channel
    asked = await stage.ann.slash(where, "imagine", prompt="a red fox", private=True)
    assert asked.ephemeral
    await stage.until(lambda: len(stage.midjourney.submits) == 1)
    await stage.quiet()
    assert stage.messages() == []
