"""/queue: how much there is to do, and nobody's prompts but mine."""

from tests.integration.panels.stage import Stage


async def test_the_queue_counts_all_and_names_only_mine(stage: Stage) -> None:
    await stage.start_job(await stage.add_job("a secret fox", stage.d.ben))
    await stage.add_job("a secret cat", stage.d.ben)
    await stage.add_job("my own fox")
    shown = (await stage.whispered("queue")).text
    assert "1 of 10" in shown
    assert "Waiting: 2" in shown
    assert "my own fox" in shown
    assert "secret" not in shown
    assert stage.d.ben.mention not in shown


async def test_the_queue_says_when_a_new_job_would_be_done(stage: Stage) -> None:
    shown = (await stage.whispered("queue")).text
    assert shown.count("<t:") == 2
