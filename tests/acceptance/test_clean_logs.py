"""No log holds a secret or a prompt, not even when others quote them to us.

What was logged is searched after every test, see `tests.redaction`; these are the tests in which
the world outside does its best to get something into the log.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.demo.faults import Answer, Outcome
from bot.domain.jobs import NewJob
from tests.acceptance.running import API_KEY
from tests.acceptance.wire import Wire
from tests.between import StoreHooks
from tests.haste import UNHURRIED
from tests.standins.discord import faults
from tests.standins.discord.routes import BY_TOKEN, CALLBACK, MESSAGES
from tests.standins.inprocess import BotTask

PROMPT = "a fox that nobody may read about"


def quoting(status: int, code: int = 1234) -> Answer:
    """Answer as a provider that quotes the request in its errors."""
    message = f"cannot do {PROMPT!r} for {API_KEY}"
    body = json.dumps({"status": code, "message": message}).encode()
    return Answer(has_effect=False, status=status, body=body)


@pytest.mark.parametrize("status", [200, 400, 401, 408, 429, 500, 503])
async def test_a_provider_that_quotes_the_request(tmp_path: Path, status: int) -> None:
    async with Wire.up(tmp_path, make_bot=BotTask, seconds=0) as wire:
        wire.midjourney.faults.submits.add(quoting(status))
        wire.midjourney.faults.statuses.add(quoting(status))
        await wire.imagine(PROMPT)
        await wire.wait_for(wire.submits)
        await wire.imagine("another one")
        await wire.wait_for(lambda: any(map(wire.bot.has_logged, ("submit_", "account_"))))


async def test_a_failure_that_quotes_the_prompt(tmp_path: Path) -> None:
    async with Wire.up(tmp_path, make_bot=BotTask, seconds=0) as wire:
        wire.midjourney.faults.outcomes.add(
            Outcome(fail_reason=f"Banned prompt detected: {PROMPT}")
        )
        await wire.imagine(PROMPT)
        card = await wire.settled(PROMPT)
        assert "Banned" in card.text


@pytest.mark.parametrize(
    ("route", "status", "event"),
    [
        (CALLBACK, 400, "interaction_failed"),
        (CALLBACK, 403, "interaction_failed"),
        (CALLBACK, 404, "jobs_cancelled_unanswered"),
        (BY_TOKEN, 400, "interaction_failed"),
        (BY_TOKEN, 403, "interaction_failed"),
    ],
)
async def test_a_discord_that_quotes_our_answer(
    tmp_path: Path, route: str, status: int, event: str
) -> None:
    method, limit_s = ("POST", UNHURRIED.thinking_after_s) if route == CALLBACK else ("PATCH", 0)
    limits = replace(UNHURRIED, thinking_after_s=limit_s)
    make_bot = partial(BotTask, discord_timings=limits)
    async with Wire.up(tmp_path, make_bot=make_bot, seconds=0) as wire:
        wire.bot.may_log_tracebacks = True  # a message that Discord refuses is a defect
        quote = faults.status(status, 50035, message=f"Invalid Form Body: {PROMPT}")
        wire.discord.faults.add(method, route, quote)
        await wire.imagine(PROMPT, wait=0)
        await wire.wait_for(lambda: wire.bot.has_logged(event))


@pytest.mark.parametrize("status", [400, 403, 503])
async def test_a_discord_that_quotes_the_result(tmp_path: Path, status: int) -> None:
    quote = faults.status(status, 50035, message=f"Invalid Form Body: {PROMPT}")
    async with Wire.up(tmp_path, make_bot=BotTask, seconds=0) as wire:
        wire.discord.faults.add("POST", MESSAGES, quote, times=None)
        await wire.imagine(PROMPT)
        ended = ("undeliverable", "showing_delayed")
        await wire.wait_for(
            lambda: wire.outcomes(PROMPT) or any(wire.bot.has_logged(event) for event in ended)
        )


async def test_a_crash_on_what_somebody_wrote(tmp_path: Path) -> None:
    async def crash(new: Sequence[NewJob], **_given: object) -> None:
        raise ValueError(f"cannot store {new[0].prompt!r}") from KeyError(new[0].prompt)

    make_bot = partial(BotTask, wrap_store=StoreHooks({"requests.add": crash}))
    async with Wire.up(tmp_path, make_bot=make_bot) as wire:
        wire.bot.may_log_tracebacks = True
        asked = await wire.imagine(PROMPT)
        assert asked.response is not None
        assert "reference" in asked.response.text
        assert wire.bot.has_logged("interaction_failed")
        assert wire.bot.has_logged("ValueError")
