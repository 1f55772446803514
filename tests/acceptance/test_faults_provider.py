"""Every fault of every call to the provider: what the person sees, what is paid, what is stored."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.demo.faults import GARBAGE, LOST_AFTER_EFFECT, LOST_BEFORE_EFFECT, Answer, Outcome
from bot.images import FetchPolicy
from bot.midjourney.client import HttpMidjourneyClient
from tests.acceptance.running import ENDLESS
from tests.acceptance.wire import Wire, links_of
from tests.haste import PATIENT
from tests.standins.inprocess import BotTask
from tests.standins.ports import free_port
from tests.timing import TIMEOUT_S

PROMPT = "a lighthouse in the fog"
SOON = {"POLL_INTERVAL": "0.3"}
HANG = Answer(delay_s=math.inf)
TRICKLE = Answer(trickle_s=0.1)


@pytest.fixture(autouse=True)
def _impatient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let calls that hang or trickle do so for a moment only; be quick to try an image again."""
    is_slow = any(f"[{case}]" in request.node.name for case in ("hang", "trickle"))
    seconds = 1.0 if is_slow else TIMEOUT_S
    shorten(monkeypatch, HttpMidjourneyClient, submit_timeout_s=seconds, status_timeout_s=seconds)
    waits = {"wait_initial_s": 0.02, "wait_jitter_s": 0}
    shorten(monkeypatch, FetchPolicy, try_timeout_s=seconds, read_timeout_s=seconds, **waits)


def shorten(monkeypatch: pytest.MonkeyPatch, owner: type, **limits: float) -> None:
    """Return a class other defaults."""
    init: Any = owner.__init__  # type: ignore[misc]
    monkeypatch.setattr(init, "__kwdefaults__", init.__kwdefaults__ | limits)


@asynccontextmanager
async def up(folder: Path, **options: object) -> AsyncIterator[Wire]:
    options = {"seconds": 0.05, "environment": SOON, "make_bot": BotTask} | options
    async with Wire.up(folder, **options) as wire:
        yield wire


# ── submit ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class Submit:
    """What happens to the first submit, and what comes of it."""

    fault: Answer
    calls: int = 1  # submits that arrive at the provider, for the one job
    paid: int = 1  # jobs that it starts
    says: str | None = None  # on the card of a failure; None: the images come
    is_late: bool = False  # only at the job's deadline


SUBMITS = {
    "4xx": Submit(fault=Answer.error(422), paid=0, says="refused this job"),
    "429-retry-after": Submit(fault=Answer.error(429, Retry_After="1"), calls=2),
    "429": Submit(fault=Answer.error(429), calls=2),
    "5xx-before": Submit(
        fault=Answer.error(503), paid=0, says="may have been charged", is_late=True
    ),
    "5xx-after": Submit(fault=Answer.error(503, has_effect=True)),
    "lost": Submit(fault=LOST_AFTER_EFFECT),
    "lost-before": Submit(
        fault=LOST_BEFORE_EFFECT, paid=0, says="may have been charged", is_late=True
    ),
    "hang": Submit(fault=HANG),
    "garbage": Submit(fault=GARBAGE),
    "trickle": Submit(fault=TRICKLE),
}


@pytest.mark.parametrize("case", SUBMITS)
async def test_submit(tmp_path: Path, case: str) -> None:
    submit = SUBMITS[case]
    async with up(tmp_path) as wire:
        wire.midjourney.faults.submits.add(submit.fault)
        await wire.imagine(PROMPT)
        if submit.is_late:
            await wire.wait_for(lambda: "may have been charged" in wire.placeholders()[0].text)
            assert wire.statuses() == ["unknown"]
            await asyncio.to_thread(wire.pass_deadlines)
        card = await wire.settled(PROMPT)
        if submit.says is None:
            assert card.images == wire.pictures(PROMPT)
        else:
            assert submit.says in card.text
        assert wire.submits() == [PROMPT] * submit.calls
        assert len(wire.midjourney.jobs) == submit.paid
        assert wire.sql("SELECT count(*) FROM jobs WHERE slot IS NOT NULL") == [(0,)]


async def test_submit_refused(tmp_path: Path) -> None:
    async with up(tmp_path) as wire:
        await wire.midjourney.stop()
        await wire.imagine(PROMPT)
        await wire.wait_for(lambda: wire.bot.has_logged("submit_not_started"))
        await wire.wait_for(lambda: wire.statuses() == ["queued"])
        await wire.midjourney.start()
        await wire.settled(PROMPT)
        assert wire.submits() == [PROMPT]


# ── job-status ──────────────────────────────────────────────────────────────────────────────────

STATUSES = {
    "4xx": Answer.error(401),
    "429-retry-after": Answer.error(429, Retry_After="2"),
    "429": Answer.error(429),
    "5xx": Answer.error(502),
    "lost": LOST_AFTER_EFFECT,
    "hang": HANG,
    "garbage": GARBAGE,
    "trickle": TRICKLE,
}


@pytest.mark.parametrize("case", STATUSES)
async def test_status(tmp_path: Path, case: str) -> None:
    async with up(tmp_path) as wire:
        wire.midjourney.faults.statuses.add(STATUSES[case])
        await wire.imagine(PROMPT)
        card = await wire.settled(PROMPT)
        assert card.images == wire.pictures(PROMPT)
        first, second, *_ = wire.midjourney.status_calls
        waited = (second.at - first.at).total_seconds()
        assert waited >= (2 if case == "429-retry-after" else 1)
        assert wire.submits() == [PROMPT]


async def test_status_refused(tmp_path: Path) -> None:
    async with up(tmp_path) as wire:
        wire.midjourney.faults.outcomes.add(ENDLESS)
        await wire.imagine(PROMPT)
        await wire.wait_for(lambda: wire.statuses() == ["running"])
        await wire.midjourney.stop()
        await wire.wait_for(lambda: wire.bot.has_logged("status_unavailable"))
        await wire.midjourney.start()  # the job begins anew, as after an outage
        await wire.finish_jobs()
        await wire.settled(PROMPT)
        assert wire.submits() == [PROMPT]


async def test_status_that_is_never_answered(tmp_path: Path) -> None:
    timings = replace(PATIENT, final_poll_timeout=timedelta(seconds=1))
    async with up(tmp_path, make_bot=partial(BotTask, timings=timings)) as wire:
        wire.midjourney.faults.statuses.default = Answer.error(500)
        await wire.imagine(PROMPT)
        await wire.wait_for(lambda: wire.bot.has_logged("status_unavailable"))
        past = "UPDATE jobs SET deadline_at = '2020-01-01 00:00:00'"
        await asyncio.to_thread(wire.sql, past)
        card = await wire.settled(PROMPT)
        assert "may have been charged" in card.text
        assert wire.submits() == [PROMPT]


# ── The images ──────────────────────────────────────────────────────────────────────────────────

PASSING = {
    "403": Answer.error(403),
    "404": Answer.error(404),
    "429-retry-after": Answer.error(429, Retry_After="1"),
    "429": Answer.error(429),
    "5xx": Answer.error(503),
    "lost": LOST_AFTER_EFFECT,
    "hang": HANG,
    "trickle": TRICKLE,
}
FINAL = {
    "4xx": Answer.error(410),
    "garbage": GARBAGE,
}


@pytest.mark.parametrize("case", PASSING)
async def test_image_at_the_second_try(tmp_path: Path, case: str) -> None:
    async with up(tmp_path) as wire:
        wire.midjourney.faults.images.add(PASSING[case])
        await wire.imagine(PROMPT)
        card = await wire.settled(PROMPT)
        assert card.images == wire.pictures(PROMPT)
        assert len(wire.midjourney.image_requests) >= 5


@pytest.mark.parametrize("case", PASSING | FINAL)
async def test_image_for_good(tmp_path: Path, case: str) -> None:
    async with up(tmp_path) as wire:
        wire.midjourney.faults.images.default = (PASSING | FINAL)[case]
        await wire.imagine(PROMPT)
        card = await wire.settled(PROMPT)
        assert not card.images
        assert len(links_of(card)) == 4
        assert all(link.startswith(f"{wire.midjourney.url}/images/") for link in links_of(card))
        # aiohttp itself asks once more after a lost answer.
        assert len(wire.midjourney.image_requests) in ({4} if case in FINAL else range(16, 33))


async def test_image_refused(tmp_path: Path) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    async with up(tmp_path, environment=SOON | {"IMAGE_HOSTS": nobody}) as wire:
        wire.midjourney.faults.outcomes.add(Outcome(item={"images": [f"{nobody}/0_0.png"]}))
        await wire.imagine(PROMPT)
        card = await wire.settled(PROMPT)
        assert links_of(card) == [f"{nobody}/0_0.png"]
