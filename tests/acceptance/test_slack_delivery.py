"""At Slack too a result is posted exactly once, or is said to be undeliverable."""

import math
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.running import ENDLESS
from tests.acceptance.slack_wire import POST, SlackWire, has_pictures, up_here
from tests.haste import UNHURRIED_SLACK
from tests.standins.inprocess import BotTask
from tests.standins.slack import faults
from tests.timing import TIMEOUT_S

BAD_POSTS: dict[str, Any] = {
    "lost after effect": faults.lose_answer_after_effect(),
    "503": faults.server_error(503),
    "503 after effect": faults.server_error(503, after_effect=True),
    "fatal error after effect": faults.refuse("fatal_error", after_effect=True),
    "garbage after effect": faults.garbage(200),
    "429": faults.rate_limited(1),
}


# What Slack has not posted yet may still come, for as long as a test lasts.
LATE_POSTS = replace(UNHURRIED_SLACK, post_settles_within=timedelta(seconds=TIMEOUT_S))
WITH_LATE_POSTS = partial(BotTask, slack_timings=LATE_POSTS)


async def test_a_post_that_goes_wrong_ends_in_one_message(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        channels = {kind: wire.slack.add_channel(kind.replace(" ", "-")) for kind in BAD_POSTS}
        for kind, channel in channels.items():
            _strike(wire, BAD_POSTS[kind], channel.id)
            await wire.imagine("a bumpy road", channel=channel)
        for channel in channels.values():
            card = await wire.settled("a bumpy road", channel=channel)
            assert card.images == wire.pictures("a bumpy road")


async def test_a_post_that_arrives_late_is_not_sent_again(tmp_path: Path) -> None:
    """Its connection broke, and Slack takes a moment longer."""
    async with SlackWire.up(tmp_path, make_bot=WITH_LATE_POSTS) as wire:
        late = faults.hold(is_cut=True)
        wire.slack.faults.add(POST, late, when=has_pictures)
        await wire.imagine("a slow boat")
        await wire.wait_for(wire.result_posts)
        await wire.wait_for(lambda: wire.bot.has_logged("showing_delayed"))
        late.release()
        await wire.card("a slow boat")
        await wire.pass_retry_delay()
        await wire.settled("a slow boat")
        assert len(wire.result_posts()) == 1


async def test_a_result_that_is_deleted_before_its_post_is_known_does_not_come_back(
    tmp_path: Path,
) -> None:
    async with up_here(tmp_path) as wire:
        lost = faults.server_error(503, after_effect=True)
        wire.slack.faults.add(POST, lost, when=has_pictures)
        wire.slack.faults.add("conversations.history", faults.server_error(503))
        await wire.imagine("a hasty goodbye")
        card = await wire.card("a hasty goodbye")
        await wire.press(card, "Delete")
        await wire.wait_for(lambda: card.deleted)
        await wire.wait_for(lambda: wire.sql("SELECT status FROM deliveries") == [("posted",)])
        assert len(wire.result_posts()) == 1


async def test_a_placeholder_that_goes_wrong_ends_in_one_message(tmp_path: Path) -> None:
    async with up_here(tmp_path, seconds=math.inf) as wire:
        channels = {kind: wire.slack.add_channel(kind.replace(" ", "-")) for kind in BAD_POSTS}
        for kind, channel in channels.items():
            there = lambda args, c=channel: args["channel"] == c.id  # noqa: E731
            wire.slack.faults.add(POST, BAD_POSTS[kind], when=there)
            await wire.imagine("a bumpy start", channel=channel)
        for channel in channels.values():
            await wire.placeholder("a bumpy start", channel=channel)
        await wire.finish_jobs(len(channels))
        for channel in channels.values():
            await wire.settled("a bumpy start", channel=channel)
            bot = wire.slack.world.bot
            assert len([m for m in channel.all_messages if m.author is bot]) <= 2


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload", "files.complete"])
async def test_an_upload_that_goes_wrong_is_done_again(tmp_path: Path, method: str) -> None:
    method = "files.completeUploadExternal" if method == "files.complete" else method
    async with up_here(tmp_path) as wire:
        wire.slack.faults.add(method, faults.lose_answer_after_effect())
        wire.slack.faults.add(method, faults.lose_before_effect())
        await wire.imagine("a heavy crate")
        card = await wire.settled("a heavy crate")
        assert card.images == wire.pictures("a heavy crate")
        assert len(wire.result_posts()) == 1


async def test_pictures_that_slack_has_not_processed_are_waited_for(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.slack.looks_before_processed = 2
        await wire.imagine("a slow exposure")
        card = await wire.settled("a slow exposure")
        assert card.images == wire.pictures("a slow exposure")


# ── Where the bot may not post ──────────────────────────────────────────────────────────────────


async def test_a_public_channel_is_joined_before_anything_is_spent(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        there = wire.slack.add_channel("strange", bot_is_member=False)
        await wire.imagine("an open house", channel=there)
        await wire.settled("an open house", channel=there)


async def test_a_private_channel_needs_an_invitation(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        there = wire.slack.add_channel("secret", private=True, bot_is_member=False)
        await wire.imagine("a closed door", channel=there)
        await wire.told("/invite", channel=there)
        _assert_nothing_spent(wire)


async def test_nothing_is_spent_in_an_archived_or_read_only_channel(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        archived, quiet = wire.slack.add_channel("old"), wire.slack.add_channel("news")
        archived.is_archived = quiet.is_read_only = True
        for channel in (archived, quiet):
            asked = await wire.imagine("a museum piece", channel=channel)
            await wire.wait_for(lambda a=asked: a.responses, what="a refusal")
        _assert_nothing_spent(wire)


@pytest.mark.parametrize("fate", ["deleted", "archived", "left"])
async def test_a_channel_that_goes_meanwhile_gets_its_result_by_direct_message(
    tmp_path: Path, fate: str
) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.outcomes.add(ENDLESS)
        doomed = wire.slack.add_channel("doomed", private=True)
        await wire.imagine("a falling star", channel=doomed)
        await wire.placeholder("a falling star", channel=doomed)
        if fate == "deleted":
            wire.slack.delete_channel(doomed)
        elif fate == "archived":
            doomed.is_archived = True
        else:  # somebody removed the bot from it
            doomed.members.discard(wire.slack.world.bot)
        await wire.finish_jobs()
        talk = wire.slack.dm(wire.slack.ann)
        card = await wire.card("a falling star", channel=talk)
        assert card.images == wire.pictures("a falling star")
        await wire.imagine("a fixed star")
        await wire.settled("a fixed star")
        query = "SELECT DISTINCT status FROM deliveries"
        await wire.wait_for(lambda: wire.sql(query) == [("posted",)])


async def test_who_cannot_be_told_in_a_channel_is_told_directly(tmp_path: Path) -> None:
    """A post may stand there, but the bot was removed from the channel before it could look."""
    # The bot looks no earlier than one call may take; a slow one is only repeated.
    quick = partial(BotTask, slack_timings=replace(LATE_POSTS, call_timeout_s=5.0))
    async with SlackWire.up(tmp_path, make_bot=quick) as wire:
        there = wire.slack.add_channel("secret", private=True)
        wire.slack.faults.add(POST, faults.server_error(503), when=has_pictures)
        await wire.imagine("a lost letter", channel=there)
        await wire.wait_for(wire.result_posts)
        await wire.wait_for(lambda: wire.bot.has_logged("showing_delayed"))
        there.members.discard(wire.slack.world.bot)
        await wire.pass_retry_delay()
        talk = wire.slack.dm(wire.slack.ann)
        await wire.placeholder("I couldn't post this where you asked for it", channel=talk)
        assert len(wire.result_posts()) == 1


def _strike(wire: SlackWire, fault: Any, channel_id: str) -> None:
    """Let a fault befall the next result of a channel."""
    wire.slack.faults.add(
        POST, fault, when=lambda args: has_pictures(args) and args["channel"] == channel_id
    )


def _assert_nothing_spent(wire: SlackWire) -> None:
    assert not wire.submits()
    assert wire.sql("SELECT count(*) FROM jobs") == [(0,)]
