"""Every fault of every call to Discord: what the person sees, what is paid, what is posted."""

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.demo.faults import Outcome
from bot.domain.timings import Timings
from bot.workers.results import Results
from tests.acceptance.wire import Wire
from tests.haste import PATIENT, UNHURRIED
from tests.standins.discord import faults
from tests.standins.discord.routes import CALLBACK, MESSAGES, ONE_MESSAGE
from tests.standins.inprocess import BotTask
from tests.standins.line import Line
from tests.timing import TIMEOUT_S

PROMPT = "a bridge over a river"
SOON = {"POLL_INTERVAL": "0.3"}
LONG_S = 60.0  # longer than anybody waits
SHORT_S = 0.6

EDGE = faults.status(429, retry_after=0.3, from_discord=False)  # Cloudflare's says no bucket
HANG = faults.hang(LONG_S)
HANG_AFTER = faults.hang(LONG_S, after_effect=True)


# Where calls hang, they do so for a moment only.
HASTY = replace(
    UNHURRIED,
    answer_timeout_s=SHORT_S,
    call_timeout_s=SHORT_S,
    send_timeout_s=SHORT_S,
    placeholder_timeout_s=SHORT_S,
)
SOON_AGAIN = replace(
    PATIENT, answer_grace=timedelta(seconds=0.5), retry_in_doubt=timedelta(seconds=0.5)
)
# Nothing is claimed that was not answered, however long the answer takes to fail.
ANSWERED_ONLY = replace(SOON_AGAIN, answer_grace=timedelta(seconds=TIMEOUT_S))


@asynccontextmanager
async def up(folder: Path, *, case: str = "", timings: Timings = SOON_AGAIN) -> AsyncIterator[Wire]:
    limits = HASTY if "hang" in case else UNHURRIED
    make_bot = partial(BotTask, timings=timings, discord_timings=limits)
    async with Wire.up(folder, make_bot=make_bot, seconds=0.05, environment=SOON) as wire:
        wire.midjourney.faults.outcomes.default = Outcome(images=1)
        yield wire


async def posted_once(wire: Wire) -> None:
    """Wait until the result stands alone in the channel, and was recorded as posted."""
    card = await wire.settled(PROMPT)
    assert card.images == wire.pictures(PROMPT, 1)
    posted = [("posted",)]
    await wire.wait_for(lambda: wire.sql("SELECT status FROM deliveries") == posted)
    assert wire.outcomes(PROMPT) == [card]
    assert wire.submits() == [PROMPT]


# ── The answer to the command ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What happens to the answer, and what becomes of the job."""

    fault: faults.Action
    times: int = 1
    is_seen: bool = True  # else the job is taken back, and nothing was paid
    may_log: bool = False  # a refusal for which there is no good reason


ANSWERS = {
    "4xx": Answer(fault=faults.status(400, 50035), is_seen=False, may_log=True),
    "gone": Answer(fault=faults.status(404, 10062), is_seen=False),
    "429-retry-after": Answer(fault=faults.status(429, retry_after=0.3)),
    "429": Answer(fault=EDGE, is_seen=False, may_log=True),
    "5xx-before": Answer(fault=faults.status(503)),
    "5xx-after": Answer(fault=faults.garbage(502, after_effect=True)),
    "lost": Answer(fault=faults.lose_answer_after_effect()),
    "lost-before": Answer(fault=faults.lose_before_effect()),
    "lost-before-twice": Answer(fault=faults.lose_before_effect(), times=2, is_seen=False),
    "hang": Answer(fault=HANG_AFTER),
    "garbage": Answer(fault=faults.garbage(200, after_effect=True)),
    "trickle": Answer(fault=faults.trickle(0.01)),
}


@pytest.mark.parametrize("case", ANSWERS)
async def test_answer(tmp_path: Path, case: str) -> None:
    answer = ANSWERS[case]
    timings = SOON_AGAIN if answer.is_seen else ANSWERED_ONLY
    async with up(tmp_path, case=case, timings=timings) as wire:
        wire.bot.may_log_tracebacks = answer.may_log
        fault = wire.discord.faults.add("POST", CALLBACK, answer.fault, times=answer.times)
        await wire.imagine(PROMPT, wait=0)
        if answer.is_seen:
            await posted_once(wire)
        else:
            await wire.wait_for(lambda: wire.statuses() == ["cancelled"])
            assert wire.submits() == []
        assert fault.struck == answer.times


# ── Sending the result ──────────────────────────────────────────────────────────────────────────

SENDS = {
    "429-retry-after": faults.status(429, retry_after=0.3),
    "429": EDGE,
    "5xx-before": faults.status(503),
    "5xx-after": faults.garbage(502, after_effect=True),
    "lost": faults.lose_answer_after_effect(),
    "lost-before": faults.lose_before_effect(),
    "hang": HANG,
    "hang-after": HANG_AFTER,
    "garbage": faults.garbage(200, after_effect=True),
    "trickle": faults.trickle(0.01),
}


@pytest.mark.parametrize("case", SENDS)
async def test_send(tmp_path: Path, case: str) -> None:
    async with up(tmp_path, case=case) as wire:
        fault = wire.discord.faults.add("POST", MESSAGES, SENDS[case])
        await wire.imagine(PROMPT)
        await posted_once(wire)
        assert fault.struck == 1


async def test_send_4xx(tmp_path: Path) -> None:
    async with up(tmp_path) as wire:
        wire.discord.faults.add("POST", MESSAGES, faults.status(400, 50035), times=None)
        asked = await wire.imagine(PROMPT)
        placeholder = asked.response
        assert placeholder is not None
        await wire.wait_for(lambda: "/jobs" in placeholder.text)
        assert wire.sql("SELECT status FROM deliveries") == [("undeliverable",)]
        assert wire.statuses() == ["succeeded"]  # the result stays with the job
        assert wire.submits() == [PROMPT]


# ── Changing and removing the placeholder ───────────────────────────────────────────────────────

CHANGES = {
    "4xx": faults.status(400, 50035),
    "403": faults.status(403, 50001),
    "404": faults.status(404, 10008),
    "429-retry-after": faults.status(429, retry_after=0.3),
    "429": EDGE,
    "5xx-before": faults.status(503),
    "5xx-after": faults.garbage(502, after_effect=True),
    "lost": faults.lose_answer_after_effect(),
    "lost-before": faults.lose_before_effect(),
    "hang": HANG,
    "garbage": faults.garbage(200, after_effect=True),
    "trickle": faults.trickle(0.01),
}


@pytest.mark.parametrize("case", CHANGES)
async def test_edit(tmp_path: Path, case: str) -> None:
    async with up(tmp_path, case=case) as wire:
        wire.midjourney.faults.outcomes.add(Outcome(images=1, seconds=math.inf))
        edit = wire.discord.faults.add("PATCH", ONE_MESSAGE, CHANGES[case])
        await wire.imagine(PROMPT)
        await wire.wait_for(lambda: edit.struck)
        await wire.finish_jobs()
        await posted_once(wire)


@pytest.mark.parametrize("case", CHANGES)
async def test_delete(tmp_path: Path, case: str) -> None:
    async with up(tmp_path, case=case) as wire:
        delete = wire.discord.faults.add("DELETE", ONE_MESSAGE, CHANGES[case])
        asked = await wire.imagine(PROMPT)
        await wire.wait_for(lambda: wire.sql("SELECT status FROM deliveries") == [("posted",)])
        assert delete.struck == 1
        assert len(wire.outcomes(PROMPT)) == 1
        # What Discord calls gone is not asked for again.
        assert asked.response is not None
        assert asked.response.deleted is (case != "404")


# ── Nobody at home ──────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def behind_a_line(folder: Path) -> AsyncIterator[tuple[Wire, Line]]:
    """Return a bot whose calls to Discord go through a line, while the gateway is direct."""
    line = Line("http://127.0.0.1:1")
    environment = SOON | {"DISCORD_API_URL": f"http://127.0.0.1:{line.port}/api/v10"}
    make_bot = partial(BotTask, timings=SOON_AGAIN)
    async with Wire.up(
        folder, make_bot=make_bot, seconds=0.05, environment=environment, start=False
    ) as wire:
        line.lead_to(wire.discord.api_url)
        wire.midjourney.faults.outcomes.default = Outcome(images=1)
        async with line.open():
            await wire.start()
            yield wire, line
            await wire.bot.kill()


def hang_up(line: Line) -> None:
    line.refuses = True
    line.break_all()


async def test_answer_refused(tmp_path: Path) -> None:
    async with behind_a_line(tmp_path) as (wire, line):
        hang_up(line)
        await wire.imagine(PROMPT, wait=0)
        await wire.wait_for(lambda: wire.bot.has_logged("placeholder_unconfirmed"))
        line.refuses = False
        await posted_once(wire)


async def test_edit_send_and_delete_refused(tmp_path: Path) -> None:
    async with behind_a_line(tmp_path) as (wire, line):
        wire.midjourney.faults.outcomes.add(Outcome(images=1, seconds=math.inf))
        await wire.imagine(PROMPT)
        hang_up(line)
        await wire.wait_for(lambda: wire.statuses() == ["running"])
        await wire.finish_jobs()
        await wire.wait_for(lambda: wire.bot.has_logged("showing_delayed"))
        line.refuses = False
        await posted_once(wire)


async def test_answers_that_are_no_http(tmp_path: Path) -> None:
    """aiohttp's own errors name the whole address then, and with it the reply token."""
    async with behind_a_line(tmp_path) as (wire, line):
        line.spoil = lambda data: b"SSH-2.0-OpenSSH_9.2\r\n\r\n"
        await wire.imagine(PROMPT, wait=0)
        await wire.wait_for(lambda: wire.bot.has_logged("placeholder_unconfirmed"))
        line.spoil = None
        await posted_once(wire)


# ── A backlog ───────────────────────────────────────────────────────────────────────────────────


async def test_the_images_of_a_backlog_are_not_all_held_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(Results.__init__.__kwdefaults__, "max_images_at_once", 5)
    async with up(tmp_path) as wire:
        wire.midjourney.faults.outcomes.default = Outcome(images=2)
        held = faults.hold()
        slow = wire.discord.faults.add("POST", MESSAGES, held, times=None)
        channels = [wire.discord.channel, *map(wire.discord.add_channel, "bcdef")]
        for channel in channels:
            await wire.imagine(PROMPT, channel=channel)
        await wire.wait_for(lambda: wire.statuses() == ["succeeded"] * len(channels))
        await wire.wait_for(lambda: slow.struck == 2)
        assert len(wire.midjourney.image_requests) == 4
        wire.discord.faults.clear()
        held.release()
        for channel in channels:
            await wire.outcome(PROMPT, channel=channel)
