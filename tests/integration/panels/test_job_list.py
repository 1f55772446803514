"""/jobs: which jobs it lists, and how it is turned, narrowed and searched."""

import pytest

from bot.platforms.discord.interactions import whispers
from tests.integration.panels.stage import Stage, menus
from tests.standins.discord import Message


def entries(message: Message) -> int:
    """Count the jobs that a list shows."""
    return message.labels.count("Details")


async def test_jobs_lists_my_own_newest_first(stage: Stage) -> None:
    await stage.add_job("an old fox")
    await stage.add_job("a new fox")
    await stage.add_job("a secret", stage.d.ben)
    shown = (await stage.whispered("jobs")).text
    assert shown.index("a new fox") < shown.index("an old fox")
    assert "a secret" not in shown


async def test_jobs_without_any_says_how_to_start(stage: Stage) -> None:
    assert "/imagine" in (await stage.whispered("jobs")).text


@pytest.mark.parametrize("restart", [False, True])
async def test_jobs_turns_its_pages_in_place(stage: Stage, restart: bool) -> None:
    for number in range(7):
        await stage.add_job(f"fox number {number}")
    listed = await stage.whispered("jobs")
    assert entries(listed) == 5
    if restart:
        await stage.start()
    turned = await stage.press(listed, "Older")
    assert turned.response is listed
    assert entries(listed) == 2
    assert "fox number 0" in listed.text
    await stage.press(listed, "Newer")
    assert "fox number 6" in listed.text


@pytest.mark.parametrize("restart", [False, True])
async def test_the_menu_of_jobs_shows_one_state(stage: Stage, restart: bool) -> None:
    await stage.finish_job(await stage.add_job("a done fox"))
    await stage.add_job("a waiting fox")
    listed = await stage.whispered("jobs")
    if restart:
        await stage.start()
    await stage.d.select(stage.d.ann, listed, menus(listed)[0], ["w"])
    assert "a waiting fox" in listed.text
    assert "a done fox" not in listed.text


async def test_jobs_takes_a_state_as_an_option(stage: Stage) -> None:
    await stage.finish_job(await stage.add_job("a done fox"))
    await stage.add_job("a waiting fox")
    listed = await stage.whispered("jobs", state="d")
    assert "a done fox" in listed.text
    assert "a waiting fox" not in listed.text


@pytest.mark.parametrize("wild", ["100%", "a_b", "c\\d", "🦊", "it's", "*bold*", "ÄÖÜ"])
async def test_a_search_takes_every_character_as_it_is(stage: Stage, wild: str) -> None:
    await stage.add_job(f"with {wild} inside")
    await stage.add_job("100 axb cd without")
    listed = await stage.whispered("jobs", search=wild)
    assert entries(listed) == 1
    assert "inside" in listed.text


async def test_a_search_ignores_case_in_every_language(stage: Stage) -> None:
    await stage.add_job("zwei ÄPFEL")
    assert entries(await stage.whispered("jobs", search="äpfel")) == 1


async def test_a_search_stays_when_the_page_is_turned(stage: Stage) -> None:
    for number in range(12):
        await stage.add_job(f"{'fox' if number % 2 else 'cat'} 100% number {number}")
    listed = await stage.whispered("jobs", search="fox 100%")
    await stage.press(listed, "Older")
    assert entries(listed) == 1
    assert "cat" not in listed.text


async def test_a_search_can_be_cleared(stage: Stage) -> None:
    await stage.add_job("a fox")
    await stage.add_job("a cat")
    listed = await stage.whispered("jobs", search="fox")
    await stage.press(listed, "Clear search")
    assert entries(listed) == 2


@pytest.mark.parametrize("restart", [False, True])
async def test_a_search_is_typed_into_a_form(stage: Stage, restart: bool) -> None:
    await stage.add_job("100% fox")
    await stage.add_job("100 foxes")
    listed = await stage.whispered("jobs", state="w")
    opened = await stage.press(listed, "Search")
    if restart:
        await stage.start()
    sent = await stage.d.submit_modal(opened, {"search": "100%"})
    assert sent.response is listed
    assert entries(listed) == 1
    assert "100% fox" in listed.text


async def test_jobs_works_in_direct_messages_and_threads(stage: Stage) -> None:
    thread = stage.d.add_thread(stage.d.channel, "foxes")
    for channel in (stage.d.dm(stage.d.ann), thread):
        asked = await stage.d.slash(stage.d.ann, channel, "jobs")
        assert asked.response is not None
        assert "Your jobs" in asked.response.text


async def test_a_slow_database_shows_thinking_and_then_the_list(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whispers, "PATIENCE_S", 0.0)
    await stage.add_job("a fox")
    asked = await stage.slash("jobs")
    await stage.d.wait_for(lambda: asked.response and "a fox" in asked.response.text)
    assert asked.deferred
    assert asked.response is not None
    assert asked.response.ephemeral
