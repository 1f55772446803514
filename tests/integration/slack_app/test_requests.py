"""Signed requests: whatever is not Slack's is refused before anything reads it."""

import asyncio
import io
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from bot.domain.errors import TokenRejectedError
from bot.platforms.slack.app import MAX_BODY_BYTES
from tests.integration.slack_app.fixtures import TIMINGS, SlackApp, reachable
from tests.standins.slack import SlackStandIn, faults
from tests.timing import TIMEOUT_S

STAMP, SIGNED = "X-Slack-Request-Timestamp", "X-Slack-Signature"


async def test_address_is_verified(s: SlackStandIn, by_request: SlackApp) -> None:
    assert await s.verify_url()


async def test_what_slack_tells_the_address_alone_is_heard(
    s: SlackStandIn, by_request: SlackApp
) -> None:
    assert await s.check_certificate() == 200
    assert await s.say_too_many_events() == 200
    assert not by_request.recorder.heard


@pytest.mark.parametrize(
    "forgery",
    [
        {"secret": "guessed"},
        {"age_s": 400},
        {"age_s": -400},
        {"headers": {SIGNED: "v0=0"}},
        {"headers": {SIGNED: "v1=" + "0" * 64}},
        {"headers": {SIGNED: "v0=" + "é" * 64}},
        {"headers": {SIGNED: ""}},
        {"headers": {STAMP: "yesterday"}},
        {"headers": {STAMP: "9" * 400}},
        {"headers": {STAMP: "-1"}},
        {"headers": {STAMP: "٣"}},
        {"headers": {STAMP: ""}},
    ],
)
async def test_request_that_is_not_slacks_is_refused(
    s: SlackStandIn, by_request: SlackApp, forgery: dict[str, Any]
) -> None:
    asked = await s.slash(s.ann, s.channel, "a fox")
    assert (await s.forge(asked, age_s=200))[0] == 200
    assert (await s.forge(asked, **forgery))[0] == 401
    assert len(by_request.recorder.heard) == 2


async def test_long_body_comes_whole(s: SlackStandIn, by_request: SlackApp) -> None:
    asked = await s.slash(s.ann, s.channel, "a fox")
    asked.payload["text"] = "x" * 600_000
    assert (await s.forge(asked))[0] == 200
    assert len(by_request.recorder.heard[-1][1]["text"]) == 600_000


async def test_longer_body_is_refused(s: SlackStandIn, by_request: SlackApp) -> None:
    headers = {STAMP: str(int(time.time())), SIGNED: "v0=" + "0" * 64}
    assert await status_of(s, io.BytesIO(b"x" * (MAX_BODY_BYTES + 1)), headers) == 413


async def test_body_that_does_not_come_is_given_up(s: SlackStandIn) -> None:
    async def never() -> AsyncIterator[bytes]:
        yield b"text="
        await asyncio.Event().wait()

    headers = {STAMP: str(int(time.time())), SIGNED: "v0=" + "0" * 64}
    async with reachable(s, replace(TIMINGS, read_timeout_s=0.1)):
        assert await status_of(s, never(), headers) == 408


async def test_nothing_is_taken_before_we_know_who_we_are(s: SlackStandIn) -> None:
    async with reachable(s, replace(TIMINGS, start_within_s=0.01)) as app:
        said = s.say(s.ann, s.channel, "look")
        pressed = await s.shortcut(s.ann, said, "job_details")
        assert pressed.failure == "dispatch_failed"
        async with app.running():
            await app.identity.get()
            assert (await s.forge(pressed))[0] == 200
        assert (await s.forge(pressed))[0] == 503


async def test_a_command_that_comes_too_early_is_answered_with_a_sentence(s: SlackStandIn) -> None:
    async with reachable(s, replace(TIMINGS, start_within_s=0.01)) as app:
        await s.slash(s.ann, s.channel, "a fox")
        told = s.channel.ephemeral(s.ann)[-1].shown_text
        assert "try again" in told
        assert "a fox" in told
        assert app.recorder.heard == []


async def test_what_comes_at_the_start_waits_for_a_moment(s: SlackStandIn) -> None:
    async with reachable(s, replace(TIMINGS, start_within_s=TIMEOUT_S)) as app:
        asking = asyncio.create_task(s.slash(s.ann, s.channel, "a fox"))
        await s.wait_for(lambda: bool(s.interactions))
        async with app.running():
            assert (await asking).failure is None
            assert app.recorder.kinds == ["command"]


async def test_token_that_is_rejected_later_ends_it(s: SlackStandIn) -> None:
    async with reachable(s, replace(TIMINGS, check_token_every_s=0.05)) as app:
        running = asyncio.create_task(app.run())
        await app.identity.get()
        s.faults.add("auth.test", faults.server_error())
        s.faults.add("auth.test", faults.refuse("token_revoked"))
        with pytest.raises(TokenRejectedError):
            await running
        assert app.closed.is_set()


async def status_of(s: SlackStandIn, body: Any, headers: dict[str, str]) -> int:
    assert s.request_url is not None
    async with (
        aiohttp.ClientSession() as session,
        session.post(s.request_url, data=body, headers=headers) as answer,
    ):
        return answer.status
