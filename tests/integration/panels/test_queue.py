"""/queue: how much there is to do, and nobody's prompts but mine."""

from tests.integration.panels.fixtures import Rig


async def test_the_queue_counts_all_and_names_only_mine(rig: Rig) -> None:
    await rig.start_job(await rig.add_job("a secret fox", rig.d.ben))
    await rig.add_job("a secret cat", rig.d.ben)
    await rig.add_job("my own fox")
    shown = (await rig.asked_privately("queue")).text
    assert "1 of 10" in shown
    assert "Waiting: 2" in shown
    assert "my own fox" in shown
    assert "secret" not in shown
    assert rig.d.ben.mention not in shown


async def test_the_queue_says_when_a_new_job_would_be_done(rig: Rig) -> None:
    shown = (await rig.asked_privately("queue")).text
    assert shown.count("<t:") == 2
