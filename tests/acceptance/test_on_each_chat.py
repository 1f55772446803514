"""Scenes that must end alike at Discord and at Slack."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from bot.demo.chat_faults import hang, lose_before_effect
from tests.acceptance.running import ENDLESS, TAKEOVER_S, Stopwatch
from tests.acceptance.slack_wire import SlackWire
from tests.acceptance.wire import Wire
from tests.standins.inprocess import BotTask
from tests.standins.postgresql import PostgresServer

HANG_S = 3600.0
POLLS = {"POLL_INTERVAL": "0.5"}
LEASES = {Wire: ("work", "posts:discord"), SlackWire: ("work", "posts:slack")}


@pytest.fixture(params=[Wire, SlackWire], ids=["discord", "slack"])
def kind(request: pytest.FixtureRequest) -> type[Any]:
    """Return the bot's surroundings with one chat or the other."""
    found: type[Any] = request.param
    return found


def up_here(kind: type[Any], folder: Path, **options: Any) -> AbstractAsyncContextManager[Any]:
    """Return them with the bot as a task of this process."""
    up: AbstractAsyncContextManager[Any] = kind.up(folder, make_bot=BotTask, **options)
    return up


# ── Posting ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_send_that_hangs_holds_up_no_other_channel(kind: type[Any], tmp_path: Path) -> None:
    async with up_here(kind, tmp_path) as wire:
        other = wire.chat.add_channel("other")
        wire.disturb_results(hang(HANG_S), channel=wire.chat.channel, times=None)
        for letter in "abcde":
            await wire.imagine(f"into the fog {letter}")
        await wire.imagine("under the sun", channel=other)
        await wire.settled("under the sun", channel=other)


async def test_a_rate_limit_of_one_channel_delays_no_other(kind: type[Any], tmp_path: Path) -> None:
    async with up_here(kind, tmp_path) as wire:
        other = wire.chat.add_channel("other")
        limited = wire.disturb_results(wire.rate_limited(HANG_S), channel=wire.chat.channel)
        await wire.imagine("a slow lane")
        await wire.wait_for(lambda: limited.struck)
        await wire.imagine("a fast lane", channel=other)
        await wire.settled("a fast lane", channel=other)
        assert len(wire.placeholders()) == len(wire.chat.channel.messages) == 1


async def test_the_placeholder_goes_even_if_deleting_it_fails_at_first(
    kind: type[Any], tmp_path: Path
) -> None:
    async with up_here(kind, tmp_path) as wire:
        lost = wire.disturb_removals(lose_before_effect())
        await wire.imagine("a sticky note")
        await wire.settled("a sticky note")
        assert lost.struck


async def test_a_placeholder_that_somebody_deleted_is_not_missed(
    kind: type[Any], tmp_path: Path
) -> None:
    async with up_here(kind, tmp_path) as wire:
        wire.midjourney.faults.outcomes.add(ENDLESS)
        await wire.imagine("a short welcome")
        [placeholder] = await wire.wait_for(wire.placeholders)
        placeholder.deleted = True
        await wire.finish_jobs()
        await wire.settled("a short welcome")
        await wire.wait_for(lambda: wire.sql("SELECT status FROM deliveries") == [("posted",)])


# ── kill -9 ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("is_sent", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    "database_address",
    ["postgresql", pytest.param("sqlite", marks=pytest.mark.slow)],
    indirect=True,
)
async def test_killed_in_the_middle_of_a_send(
    kind: type[Any], tmp_path: Path, database_address: str | None, is_sent: bool
) -> None:
    async with kind.up(tmp_path, database_url=database_address) as wire:
        sending = wire.disturb_results(hang(HANG_S, after_effect=is_sent))
        await wire.imagine("half a card")
        await wire.wait_for(lambda: sending.struck)
        await wire.restart()
        card = await wire.settled("half a card")
        assert card.images == wire.pictures("half a card")
        assert wire.submits() == ["half a card"]


@pytest.mark.slow
async def test_killed_before_the_placeholder_is_removed(kind: type[Any], tmp_path: Path) -> None:
    async with kind.up(tmp_path) as wire:
        removing = wire.disturb_removals(hang(HANG_S))
        await wire.imagine("a lingering note")
        await wire.wait_for(lambda: removing.struck)
        await wire.restart()
        await wire.settled("a lingering note")
        assert wire.submits() == ["a lingering note"]


@pytest.mark.slow
async def test_another_process_leads_within_twenty_seconds_of_a_death(
    kind: type[Any], tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.new_database()
    async with (
        kind.up(tmp_path, database_url=url, environment=POLLS) as wire,
        wire.second() as heir,
    ):
        await wire.imagine("the first reign")
        await wire.settled("the first reign")
        await wire.bot.kill()
        dead = Stopwatch()
        taken = [f'"lease": "{name}", "left_behind": true' for name in LEASES[kind]]
        await wire.wait_for(lambda: all(heir.has_logged(each) for each in taken))
        assert dead.seconds < TAKEOVER_S
        await wire.imagine("the second reign")
        await wire.settled("the second reign")
        assert wire.submits() == ["the first reign", "the second reign"]
