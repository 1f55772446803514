"""`kill -9` is a normal event: nothing that was acknowledged is lost, nothing is paid twice."""

import asyncio
import math
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.demo.faults import Answer
from tests.acceptance.running import AWAKE_S, ENDLESS
from tests.acceptance.wire import Wire
from tests.standins.discord import faults
from tests.standins.discord.routes import CALLBACK, MESSAGES
from tests.standins.postgresql import PostgresServer

ADMISSION_LOCK = 0x696D6702  # under which commands are taken in
SELDOM = {"POLL_INTERVAL": "60"}


def _on(*databases: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("database_address", databases, indirect=True)


# After a kill, most moments are looked at on one database; `-m slow` takes the other one.
on_sqlite = _on("sqlite", pytest.param("postgresql", marks=pytest.mark.slow))
on_postgresql = _on("postgresql", pytest.param("sqlite", marks=pytest.mark.slow))
on_each_database = _on("sqlite", "postgresql")


@on_sqlite
async def test_killed_before_the_answer(tmp_path: Path, database_address: str | None) -> None:
    async with Wire.up(tmp_path, database_url=database_address) as wire:
        wire.discord.faults.add("POST", CALLBACK, faults.hang(3600))
        wire.midjourney.faults.outcomes.add(ENDLESS)
        await wire.imagine("a cut off hello", wait=0)
        await wire.wait_for(lambda: wire.discord.calls("POST", CALLBACK))
        await wire.restart()
        await wire.finish_jobs()  # claimable 5 s after the command
        await wire.outcome("a cut off hello")
        assert wire.submits() == ["a cut off hello"]
        assert len(wire.outcomes("a cut off hello")) == 1


async def test_killed_while_slow(tmp_path: Path, postgres_server: PostgresServer) -> None:
    """What the person was told by then stays true."""
    url = postgres_server.new_database()
    async with Wire.up(tmp_path, database_url=url) as wire:
        async with await psycopg.AsyncConnection.connect(url) as other:
            await other.execute("SELECT pg_advisory_xact_lock(%s)", [ADMISSION_LOCK])
            asked = await wire.imagine("an unheard request")
            assert asked.deferred
            assert asked.response is not None
            words = await wire.says(asked.response, "nothing was charged")
            assert words.endswith("please try again.")
            await wire.bot.kill()
        await wire.restart()
        assert not wire.statuses()
        assert not wire.submits()
        assert asked.response.text == words


@on_each_database
async def test_killed_with_jobs_in_the_queue(tmp_path: Path, database_address: str | None) -> None:
    one_slot = {"MIDJOURNEY_CONCURRENCY": "1"}
    async with Wire.up(tmp_path, database_url=database_address, environment=one_slot) as wire:
        wire.midjourney.faults.outcomes.add(ENDLESS)
        prompts = [f"in line {letter}" for letter in "abc"]
        for prompt in prompts:
            await wire.imagine(prompt)
        await wire.wait_for(lambda: wire.statuses() == ["running", "queued", "queued"])
        await wire.wait_for(lambda: not wire.sql("SELECT id FROM jobs WHERE answered_at IS NULL"))
        await wire.restart()
        await wire.finish_jobs()
        for prompt in prompts:
            await wire.settled(prompt)
        assert wire.submits() == prompts


@on_postgresql
async def test_killed_while_a_submit_is_under_way(
    tmp_path: Path, database_address: str | None
) -> None:
    async with Wire.up(tmp_path, database_url=database_address, environment=SELDOM) as wire:
        wire.midjourney.faults.submits.add(Answer(delay_s=math.inf))
        wire.midjourney.faults.outcomes.add(ENDLESS)
        await wire.imagine("an open question")
        await wire.wait_for(wire.submits)
        await wire.restart()
        await wire.wait_for(lambda: wire.statuses() == ["unknown"])
        await wire.finish_jobs()  # its callback names it
        await wire.settled("an open question")
        assert wire.submits() == ["an open question"]


@pytest.mark.slow
@on_sqlite
async def test_killed_while_a_submit_is_under_way_that_started_nothing(
    tmp_path: Path, database_address: str | None
) -> None:
    async with Wire.up(tmp_path, database_url=database_address, environment=SELDOM) as wire:
        wire.midjourney.faults.submits.add(Answer(delay_s=math.inf, has_effect=False))
        await wire.imagine("a lost question")
        await wire.wait_for(wire.submits)
        await wire.restart()
        await wire.wait_for(lambda: wire.statuses() == ["unknown"])
        wire.pass_deadlines()
        card = await wire.settled("a lost question")
        assert "may have been charged" in card.text
        assert wire.submits() == ["a lost question"]


@pytest.mark.slow
@on_each_database
async def test_killed_while_a_submit_is_under_way_without_callbacks(
    tmp_path: Path, database_address: str | None
) -> None:
    async with Wire.up(tmp_path, database_url=database_address, hooks=False) as wire:
        wire.midjourney.faults.submits.add(Answer(delay_s=math.inf))
        await wire.imagine("a mute question")
        await wire.wait_for(wire.submits)
        await wire.restart()
        card = await wire.settled("a mute question")
        assert "may have been charged" in card.text
        assert wire.submits() == ["a mute question"]


@on_postgresql
async def test_a_job_that_ended_while_the_bot_was_dead(
    tmp_path: Path, database_address: str | None
) -> None:
    async with Wire.up(tmp_path, database_url=database_address, environment=SELDOM) as wire:
        wire.midjourney.faults.outcomes.add(ENDLESS)
        await wire.imagine("a missed call")
        await wire.wait_for(lambda: wire.statuses() == ["running"])
        await wire.bot.kill()
        await wire.finish_jobs()
        await wire.wait_for(lambda: wire.midjourney.callbacks)
        await wire.restart()
        await wire.settled("a missed call")


@pytest.mark.slow
@on_sqlite
async def test_killed_between_the_callback_and_the_status_call(
    tmp_path: Path, database_address: str | None
) -> None:
    async with Wire.up(tmp_path, database_url=database_address, environment=SELDOM) as wire:
        wire.midjourney.faults.statuses.add(Answer(delay_s=math.inf))
        await wire.imagine("a heard knock")
        await wire.wait_for(lambda: wire.midjourney.status_calls)
        assert [callback.status for callback in wire.midjourney.callbacks] == [200]
        await wire.restart()
        await wire.settled("a heard knock")


# ── A clean stop ────────────────────────────────────────────────────────────────────────────────


@on_postgresql
async def test_a_busy_bot_stops_in_time_and_loses_nothing(
    tmp_path: Path, database_address: str | None
) -> None:
    async with Wire.up(tmp_path, database_url=database_address, seconds=0.5) as wire:
        prompts = [f"busy {letter}" for letter in "abcdefghijkl"]
        await asyncio.gather(*(wire.imagine(prompt) for prompt in prompts))
        await wire.wait_for(wire.submits)
        assert await wire.bot.terminate() == 0
        await wire.start()
        for prompt in prompts:
            await wire.settled(prompt)
        assert sorted(wire.submits()) == prompts


async def test_a_bot_whose_every_call_hangs_stops_in_time(tmp_path: Path) -> None:
    async with Wire.up(tmp_path) as wire:
        wire.discord.faults.add("POST", MESSAGES, faults.hang(3600), times=None)
        await wire.imagine("stuck in the post")
        await wire.wait_for(lambda: wire.discord.calls("POST", MESSAGES))
        wire.midjourney.faults.submits.add(Answer(delay_s=math.inf))
        await wire.imagine("stuck in the shop")
        await wire.wait_for(lambda: len(wire.submits()) == 2)
        host, port = "127.0.0.1", wire.bot.port
        _, slow = await asyncio.open_connection(host, port)
        path = wire.hook_url().partition(f":{port}")[2]
        slow.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{{".encode())
        await slow.drain()
        code = await wire.bot.terminate()
        slow.close()
        assert code == 0


# ── Several processes ───────────────────────────────────────────────────────────────────────────


async def test_two_processes_at_once_double_nothing(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.new_database()
    async with Wire.up(tmp_path, database_url=url) as wire, wire.second():
        asked = {f"a twin {n}": await wire.imagine(f"a twin {n}") for n in range(8)}
        for prompt in asked:
            await wire.settled(prompt)
        assert sorted(wire.submits()) == list(asked)
        assert len(wire.sql("SELECT id FROM jobs")) == 8
        # Nothing but the 8 cards was ever said, to nobody.
        assert len(wire.discord.channel.seen_by(wire.discord.ann)) == 8
        assert not any(interaction.followups for interaction in asked.values())


@pytest.mark.slow
async def test_two_processes_at_once_keep_to_the_limit(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.new_database()
    async with (
        Wire.up(tmp_path, database_url=url, seconds=0.4, concurrency=100) as wire,
        wire.second(),
    ):
        prompts = [f"a crowd of {letter}" for letter in "abcdefghijklmnop"]
        await asyncio.gather(*(wire.imagine(prompt) for prompt in prompts))
        for prompt in prompts:
            await wire.outcome(prompt)
        assert wire.midjourney.max_in_flight <= 10
        assert sorted(wire.submits()) == prompts


async def test_the_other_process_takes_over(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url, polls = postgres_server.new_database(), {"POLL_INTERVAL": "0.3"}
    async with (
        Wire.up(tmp_path, database_url=url, environment=polls) as wire,
        wire.second(),
    ):
        wire.midjourney.faults.outcomes.add(ENDLESS)
        await wire.imagine("an inheritance")
        await wire.wait_for(lambda: wire.statuses() == ["running"])
        await wire.bot.kill()
        wire.pass_leases()
        await wire.finish_jobs()
        await wire.settled("an inheritance")


async def test_a_frozen_sender_changes_nothing_that_was_taken_over(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.new_database()
    async with Wire.up(tmp_path, database_url=url) as wire:
        held = faults.hold(after_effect=True)
        wire.discord.faults.add("POST", MESSAGES, held)
        await wire.imagine("a frozen hand")
        await wire.outcome("a frozen hand")
        wire.bot.stop()
        held.release()
        wire.pass_leases()
        async with wire.second():
            await wire.settled("a frozen hand")
            wire.bot.cont()
            await wire.wait_for(
                lambda: wire.bot.has_logged('"lease": "posts:discord", "event": "lease_lost"')
            )
            await wire.imagine("a warm hand")
            await wire.settled("a warm hand")
            assert len(wire.outcomes("a frozen hand")) == 1


async def test_a_frozen_submitter_is_believed_when_it_comes_back(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.new_database()
    async with Wire.up(tmp_path, database_url=url, environment=SELDOM) as wire:
        answered = asyncio.Event()
        wire.midjourney.faults.submits.add(Answer(held_until=answered))
        wire.midjourney.faults.outcomes.add(ENDLESS)
        await wire.imagine("a long silence")
        await wire.wait_for(wire.submits)
        wire.bot.stop()
        wire.pass_leases()
        async with wire.second():
            await wire.wait_for(lambda: wire.statuses() == ["unknown"])
            answered.set()
            wire.bot.cont()
            await wire.wait_for(lambda: wire.statuses() == ["running"])
            await wire.finish_jobs()
            await wire.settled("a long silence")
            assert wire.submits() == ["a long silence"]


@pytest.mark.slow
async def test_a_process_sleeps_after_another_did_its_work(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.new_database()
    polls = {"POLL_INTERVAL": "0.2"}
    async with (
        Wire.up(tmp_path, database_url=url, environment=polls, hooks=False, seconds=0.5) as wire,
        wire.second(),
    ):
        wire.midjourney.faults.statuses.add(Answer.error(500), Answer(), times=3)
        await wire.imagine("a shared chore")
        await wire.settled("a shared chore")
        await wire.cpu_seconds(1.2)
        assert await wire.cpu_seconds(1.5) < AWAKE_S
