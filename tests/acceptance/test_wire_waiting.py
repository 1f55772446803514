"""Waiting, as people see it: the placeholder of the real process, its buttons, and batches."""

from pathlib import Path

from tests.acceptance.wire import Wire, up_here
from tests.standins.discord import Message
from tests.standins.discord.routes import CALLBACK, MESSAGES, ONE_MESSAGE

ONE_SLOT = {"MIDJOURNEY_CONCURRENCY": "1"}
HOURS = 3600.0


async def test_a_job_in_the_queue_takes_one_answer_two_edits_one_post_and_one_removal(
    tmp_path: Path,
) -> None:
    async with up_here(tmp_path, seconds=HOURS, environment=ONE_SLOT) as wire:
        await wire.imagine("the first owl")
        await wire.wait_for(wire.submits)
        before = len(wire.discord.requests)
        asked = await wire.imagine("the second owl")
        placeholder = asked.response
        assert placeholder is not None
        assert placeholder.labels == ["Cancel"]
        await wire.finish_jobs()
        await wire.wait_for(lambda: placeholder.labels == ["Don't post"])
        await wire.finish_jobs(2)
        await wire.outcome("the second owl")
        await wire.wait_for(lambda: placeholder.deleted)
        mine = [
            call
            for call in wire.discord.requests[before:]
            if call.route == CALLBACK
            or str(placeholder.id) in call.path
            or (call.route == MESSAGES and "the second owl" in str(call.json))
        ]
        routes = [(call.method, call.route) for call in mine]
        assert routes[0] == ("POST", CALLBACK)
        assert 1 <= routes.count(("PATCH", ONE_MESSAGE)) <= 2
        assert routes.count(("POST", MESSAGES)) == routes.count(("DELETE", ONE_MESSAGE)) == 1
        assert len(routes) <= 5


async def test_a_waiting_job_is_cancelled_for_free_and_never_submitted(tmp_path: Path) -> None:
    async with up_here(tmp_path, seconds=HOURS, environment=ONE_SLOT) as wire:
        await wire.imagine("the running one")
        await wire.wait_for(wire.submits)
        asked = await wire.imagine("the waiting one")
        assert asked.response is not None
        await wire.discord.press(wire.discord.ann, asked.response, "Cancel")
        assert "nothing was charged" in asked.response.text
        await wire.wait_for(lambda: wire.statuses() == ["running", "cancelled"])
        await wire.finish_jobs()
        await wire.outcome("the running one")
        assert wire.submits() == ["the running one"]


async def test_a_discarded_job_is_drawn_and_not_posted_also_after_a_restart(
    tmp_path: Path,
) -> None:
    async with up_here(tmp_path, seconds=HOURS) as wire:
        asked = await wire.imagine("a regretted duck")
        placeholder = asked.response
        assert placeholder is not None
        await wire.wait_for(lambda: placeholder.labels == ["Don't post"])
        await wire.restart()
        await wire.discord.press(wire.discord.ann, placeholder, "Don't post")
        assert await wire.says(placeholder, "it won't be posted here")
        await wire.finish_jobs()
        await wire.wait_for(lambda: wire.statuses() == ["succeeded"])
        assert not wire.outcomes("a regretted duck")
        assert not placeholder.deleted


async def test_a_batch_is_asked_about_counted_and_posted_picture_by_picture(
    tmp_path: Path,
) -> None:
    async with up_here(tmp_path) as wire:
        asked = await wire.imagine("a {red, blue, green} kite")
        question = asked.response
        assert question is not None
        assert question.ephemeral
        pressed = await wire.discord.press(wire.discord.ann, question, "Start 3 jobs")
        placeholder = pressed.response
        assert placeholder is not None
        assert not placeholder.ephemeral
        await wire.wait_for(lambda: placeholder.deleted and question.deleted)
        assert sorted(wire.submits()) == ["a blue kite", "a green kite", "a red kite"]
        assert len(_cards(wire)) == 3


async def test_a_batch_survives_a_kill(tmp_path: Path) -> None:
    async with Wire.up(tmp_path, seconds=HOURS) as wire:
        asked = await wire.imagine("a {red, blue, green} kite")
        placeholder = await wire.press_answer(asked, "Start 3 jobs")
        await wire.wait_for(lambda: len(wire.submits()) == 3)
        await wire.wait_for(lambda: "3 drawing" in placeholder.text)
        await wire.restart()
        await wire.finish_jobs()
        await wire.wait_for(lambda: placeholder.deleted)
        assert len(_cards(wire)) == 3


def _cards(wire: Wire) -> list[Message]:
    return [message for message in wire.discord.channel.messages if "Delete" in message.labels]
