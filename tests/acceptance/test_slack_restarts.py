"""`kill -9` around an upload and a post at Slack: nothing is lost, doubled or paid twice."""

import asyncio
from pathlib import Path
from random import Random

import pytest

from tests.acceptance.running import on_both_databases
from tests.acceptance.slack_wire import POST, SlackWire, has_pictures
from tests.standins.postgresql import PostgresServer
from tests.standins.slack import faults

HANG_S = 3600.0
POLLS = {"POLL_INTERVAL": "0.5"}


@pytest.mark.parametrize(
    "after_effect", [pytest.param(False, marks=pytest.mark.slow), True], ids=["before", "after"]
)
@pytest.mark.slow
async def test_killed_in_the_middle_of_a_placeholder(tmp_path: Path, after_effect: bool) -> None:
    async with SlackWire.up(tmp_path, seconds=HANG_S) as wire:
        wire.slack.faults.add(POST, faults.hang(HANG_S, after_effect=after_effect))
        await wire.imagine("half a hello")
        await wire.wait_for(lambda: wire.slack.calls(POST))
        await wire.wait_for(wire.submits)
        await wire.restart()
        await wire.placeholder("half a hello")
        await wire.finish_jobs()
        await wire.settled("half a hello")
        assert wire.submits() == ["half a hello"]


@pytest.mark.slow
@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload"])
async def test_killed_in_the_middle_of_another_call(tmp_path: Path, method: str) -> None:
    async with SlackWire.up(tmp_path) as wire:
        wire.slack.faults.add(method, faults.hang(HANG_S, after_effect=True))
        await wire.imagine("a broken chain")
        await wire.wait_for(lambda: wire.slack.calls(method))
        await wire.restart()
        await wire.settled("a broken chain")
        assert wire.submits() == ["a broken chain"]
        assert len(wire.result_posts()) == 1


@pytest.mark.slow
async def test_killed_at_random_moments(tmp_path: Path, postgres_server: PostgresServer) -> None:
    async def scenario(wire: SlackWire) -> None:
        chance = Random(7)
        prompts = [f"a rolled die {letter}" for letter in "abcdefghijkl"]
        for start in range(0, len(prompts), 2):
            for prompt in prompts[start : start + 2]:
                await wire.imagine(prompt)
            await asyncio.sleep(chance.uniform(0, 1.2))
            await wire.restart()
        # Of a job whose submit was under way nobody knows, if its callback went astray too.
        await wire.wait_for(lambda: not {"queued", "submitting", "running"} & {*wire.statuses()})
        wire.pass_deadlines()
        for prompt in prompts:
            card = await wire.settled(prompt)
            is_drawn = card.images == wire.pictures(prompt)
            assert is_drawn or "may have been charged" in card.shown_text
            assert len(wire.submits(prompt)) <= 1
            assert len(wire.cards(prompt)) == 1

    await on_both_databases(
        SlackWire.up, tmp_path, postgres_server, scenario, seconds=0.4, environment=POLLS
    )


@pytest.mark.slow
async def test_a_clean_stop_ends_what_is_under_way(tmp_path: Path) -> None:
    async with SlackWire.up(tmp_path) as wire:
        wire.slack.faults.add(POST, faults.hang(1, after_effect=True), when=has_pictures)
        await wire.imagine("a tidy desk")
        await wire.wait_for(wire.result_posts)
        assert await wire.bot.terminate() == 0
        await wire.start()
        await wire.settled("a tidy desk")
        assert len(wire.result_posts()) == 1
