"""Several processes on one PostgreSQL: side by side, one after the other, frozen and killed."""

import asyncio
import math
from pathlib import Path

import pytest

from bot.demo.faults import Answer, Callback, Outcome
from bot.domain.leases import LEASE
from tests.acceptance.running import TAKEOVER_S, Stopwatch
from tests.acceptance.wire import Wire
from tests.standins.discord import faults
from tests.standins.discord.routes import COMMANDS, MESSAGES
from tests.standins.forked import ForkedBot
from tests.standins.pgbouncer import find_pgbouncer, pooled
from tests.standins.ports import free_port
from tests.standins.postgresql import PostgresServer
from tests.standins.process import BotProcess

POLLS = {"POLL_INTERVAL": "0.5"}


async def test_two_processes_may_start_at_once_on_an_empty_database(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.empty_database()
    async with Wire.up(tmp_path, database_url=url, start=False) as wire:
        second = ForkedBot(wire.bot.environment, log=tmp_path / "second.log")
        migrating = ForkedBot(
            {"DATABASE_URL": url}, log=tmp_path / "migrate.log", command=("-m", "bot", "migrate")
        )
        try:
            await migrating.start(ready_within=None)
            await asyncio.gather(wire.bot.start(), second.start())
            assert await migrating.wait() == 0
            await wire.wait_for(lambda: wire.discord.commands[None])
            await wire.discord.wait_until_connected(sessions=2)
            await wire.imagine("a first day")
            await wire.settled("a first day")
            assert len(wire.discord.calls("PUT", COMMANDS)) == 1
        finally:
            await migrating.kill()
            await second.kill()


async def test_an_overlapping_deploy_says_everything_once(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.new_database()
    async with (
        Wire.up(tmp_path, database_url=url, environment=POLLS, seconds=0.6) as wire,
        wire.second(),
    ):
        wire.midjourney.faults.outcomes.add(Outcome(fail_reason="Banned prompt"))
        wire.midjourney.faults.callbacks.add(Callback(times=6), Callback(times=0), times=5)
        refused = await wire.imagine("a fox --turbo")
        before = [f"before the change {number}" for number in range(5)]
        after = [f"after the change {number}" for number in range(3)]
        asked = [await wire.imagine(prompt) for prompt in before]
        assert await wire.bot.terminate() == 0
        asked += [await wire.imagine(prompt) for prompt in after]
        for prompt in (*before, *after):
            await wire.settled(prompt)
        assert "failed" in wire.outcomes(before[0])[0].text
        assert sorted(wire.submits()) == sorted([*before, *after])
        assert len(wire.discord.channel.messages) == len(asked)
        said = [each for each in (refused.response, *refused.followups) if each is not None]
        assert [each.ephemeral for each in said if not each.deleted] == [True]
        assert not any(interaction.followups for interaction in asked)


@pytest.mark.slow
async def test_two_processes_share_a_pooler_in_transaction_mode(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    program = find_pgbouncer()
    if program is None:
        pytest.skip("PgBouncer is not installed")
    with pooled(program, postgres_server, postgres_server.empty_database()) as url:
        async with (
            Wire.up(tmp_path, database_url=url, environment=POLLS, seconds=0.6) as wire,
            wire.second(),
        ):
            prompts = [f"through the pooler {letter}" for letter in "abcdefghijkl"]
            for prompt in prompts[:8]:
                await wire.imagine(prompt)
            assert await wire.bot.terminate() == 0
            for prompt in prompts[8:]:
                await wire.imagine(prompt)
            for prompt in prompts:
                await wire.settled(prompt)
            assert sorted(wire.submits()) == sorted(prompts)
            assert len(wire.discord.channel.messages) == len(prompts)


@pytest.mark.slow
async def test_a_process_that_cannot_log_in_keeps_no_other_from_posting(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.new_database()
    async with Wire.up(tmp_path, database_url=url, environment=POLLS, start=False) as wire:
        nowhere = {"DISCORD_API_URL": f"http://127.0.0.1:{free_port()}/api/v10"}
        shut_out = ForkedBot(wire.bot.environment | nowhere, log=tmp_path / "shut-out.log")

        def failures() -> int:
            return sum("discord_login_failed" in line for line in shut_out.log_lines())

        try:
            await shut_out.start(ready_within=None)
            await wire.wait_for(lambda: failures() > 1)
            await wire.start()
            await wire.imagine("an open door")
            await wire.settled("an open door")
        finally:
            await shut_out.kill()


@pytest.mark.slow
async def test_each_role_may_be_killed_while_the_others_go_on(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.new_database()
    async with (
        Wire.up(tmp_path, database_url=url, environment=POLLS, start=False, seconds=0.3) as wire,
        wire.split() as processes,
    ):
        wire.midjourney.faults.submits.add(Answer(delay_s=math.inf))
        await wire.imagine("killed in the shop")
        await wire.wait_for(wire.submits)
        await _kill_and_start(wire, processes.worker)
        await wire.settled("killed in the shop")

        wire.discord.faults.add("POST", MESSAGES, faults.hang(3600, after_effect=True))
        await wire.imagine("killed in the post")
        await wire.outcome("killed in the post")
        await _kill_and_start(wire, processes.gateway)
        await wire.settled("killed in the post")

        await processes.web.kill()
        await wire.imagine("nobody listens")
        await wire.settled("nobody listens")
        prompts = ["killed in the shop", "killed in the post", "nobody listens"]
        assert wire.submits() == prompts
        assert [len(wire.outcomes(prompt)) for prompt in prompts] == [1, 1, 1]


async def _kill_and_start(wire: Wire, process: BotProcess) -> None:
    await process.kill()
    wire.pass_leases()
    await process.start(ready_within=None)
    await wire.discord.wait_until_connected()


@pytest.mark.slow
async def test_a_leader_frozen_for_long_says_nothing_twice_when_it_wakes(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.new_database()
    async with Wire.up(tmp_path, database_url=url, environment=POLLS, seconds=0.3) as wire:
        before = [f"before the frost {number}" for number in range(4)]
        during = [f"in the frost {number}" for number in range(4)]
        async with wire.second():
            await asyncio.gather(*(wire.imagine(prompt) for prompt in before))
            await wire.wait_for(lambda: len(wire.submits()) > 1)
            wire.bot.stop()
            frozen = Stopwatch()
            await asyncio.gather(*(wire.imagine(prompt, wait=0) for prompt in during))
            await asyncio.sleep(TAKEOVER_S - frozen.seconds)
            wire.bot.cont()
            for prompt in before + during:
                await wire.outcome(prompt)
            await wire.wait_for(lambda: wire.bot.has_logged('"lease_lost"'))
            for prompt in before + during:
                await wire.settled(prompt)
            assert len(wire.midjourney.jobs) == len(wire.submits()) == len(before + during)


@pytest.mark.slow
async def test_a_process_frozen_while_it_waits_to_send_leaves_that_to_whoever_took_over(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """The one test in which a lease ends by itself: a frozen process knows the time it slept."""
    lease_s = LEASE.total_seconds()
    url = postgres_server.new_database()
    async with Wire.up(tmp_path, database_url=url) as wire:
        # All its timers have run out when it wakes up, and this one is not the last to be served.
        wire.discord.faults.add("POST", MESSAGES, faults.status(429, retry_after=lease_s))
        await wire.imagine("a cold hand")
        await wire.wait_for(lambda: wire.discord.calls("POST", MESSAGES))
        wire.bot.stop()
        frozen = Stopwatch()
        wire.pass_leases()
        async with wire.second():
            await wire.settled("a cold hand")
            await asyncio.sleep(lease_s + 1 - frozen.seconds)
            wire.bot.cont()
            await wire.wait_for(
                lambda: wire.bot.has_logged('"lease": "posts:discord", "event": "lease_lost"')
            )
            assert [call.status for call in wire.discord.calls("POST", MESSAGES)][:2] == [429, 200]
            # On a busy machine it may ask once more before it sees the time: for the same message.
            assert len(wire.outcomes("a cold hand")) == 1
