"""/jobs: which jobs it lists, and how it is turned, narrowed and searched."""

import pytest

from tests.haste import set_limits
from tests.integration.panels.fixtures import Rig, menus
from tests.standins.discord import Message


def entries(message: Message) -> int:
    """Count the jobs that a list shows."""
    return message.labels.count("Details")


async def test_jobs_lists_my_own_newest_first(rig: Rig) -> None:
    await rig.add_job("an old fox")
    await rig.add_job("a new fox")
    await rig.add_job("a secret", rig.d.ben)
    shown = (await rig.asked_privately("jobs")).text
    assert shown.index("a new fox") < shown.index("an old fox")
    assert "a secret" not in shown


async def test_jobs_without_any_says_how_to_start(rig: Rig) -> None:
    assert "/imagine" in (await rig.asked_privately("jobs")).text


@pytest.mark.parametrize("restart", [False, True])
async def test_jobs_turns_its_pages_in_place(rig: Rig, restart: bool) -> None:
    for number in range(7):
        await rig.add_job(f"fox number {number}")
    listed = await rig.asked_privately("jobs")
    assert entries(listed) == 5
    if restart:
        await rig.start()
    turned = await rig.press(listed, "Older")
    assert turned.response is listed
    assert entries(listed) == 2
    assert "fox number 0" in listed.text
    await rig.press(listed, "Newer")
    assert "fox number 6" in listed.text


@pytest.mark.parametrize("restart", [False, True])
async def test_the_menu_of_jobs_shows_one_state(rig: Rig, restart: bool) -> None:
    await rig.finish_job(await rig.add_job("a done fox"))
    await rig.add_job("a waiting fox")
    listed = await rig.asked_privately("jobs")
    if restart:
        await rig.start()
    await rig.d.select(rig.d.ann, listed, menus(listed)[0], ["w"])
    assert "a waiting fox" in listed.text
    assert "a done fox" not in listed.text


async def test_jobs_takes_a_state_as_an_option(rig: Rig) -> None:
    await rig.finish_job(await rig.add_job("a done fox"))
    await rig.add_job("a waiting fox")
    listed = await rig.asked_privately("jobs", state="d")
    assert "a done fox" in listed.text
    assert "a waiting fox" not in listed.text


@pytest.mark.parametrize("wild", ["100%", "a_b", "c\\d", "🦊", "it's", "*bold*", "ÄÖÜ"])
async def test_a_search_takes_every_character_as_it_is(rig: Rig, wild: str) -> None:
    await rig.add_job(f"with {wild} inside")
    await rig.add_job("100 axb cd without")
    listed = await rig.asked_privately("jobs", search=wild)
    assert entries(listed) == 1
    assert "inside" in listed.text


async def test_a_search_ignores_case_in_every_language(rig: Rig) -> None:
    await rig.add_job("zwei ÄPFEL")
    assert entries(await rig.asked_privately("jobs", search="äpfel")) == 1


async def test_a_search_stays_when_the_page_is_turned(rig: Rig) -> None:
    for number in range(12):
        await rig.add_job(f"{'fox' if number % 2 else 'cat'} 100% number {number}")
    listed = await rig.asked_privately("jobs", search="fox 100%")
    await rig.press(listed, "Older")
    assert entries(listed) == 1
    assert "cat" not in listed.text


async def test_a_search_can_be_cleared(rig: Rig) -> None:
    await rig.add_job("a fox")
    await rig.add_job("a cat")
    listed = await rig.asked_privately("jobs", search="fox")
    await rig.press(listed, "Clear search")
    assert entries(listed) == 2


@pytest.mark.parametrize("restart", [False, True])
async def test_a_search_is_typed_into_a_form(rig: Rig, restart: bool) -> None:
    await rig.add_job("100% fox")
    await rig.add_job("100 foxes")
    listed = await rig.asked_privately("jobs", state="w")
    opened = await rig.press(listed, "Search")
    if restart:
        await rig.start()
    sent = await rig.d.submit_modal(opened, {"search": "100%"})
    assert sent.response is listed
    assert entries(listed) == 1
    assert "100% fox" in listed.text


async def test_jobs_works_in_direct_messages_and_threads(rig: Rig) -> None:
    thread = rig.d.add_thread(rig.d.channel, "foxes")
    for channel in (rig.d.dm(rig.d.ann), thread):
        asked = await rig.d.slash(rig.d.ann, channel, "jobs")
        assert asked.response is not None
        assert "Your jobs" in asked.response.text


async def test_a_slow_database_shows_thinking_and_then_the_list(rig: Rig) -> None:
    set_limits(rig.bot, thinking_after_s=0.0)
    await rig.add_job("a fox")
    asked = await rig.slash("jobs")
    await rig.d.wait_for(lambda: asked.response and "a fox" in asked.response.text)
    assert asked.deferred
    assert asked.response is not None
    assert asked.response.ephemeral
