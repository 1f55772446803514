"""The numbers of a real process: each moves when what it counts has happened, and only then."""

import asyncio
import math
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bot.demo.faults import Answer, Callback, Outcome
from tests.acceptance.running import ENDLESS
from tests.acceptance.wire import Wire, up_here
from tests.redaction import forbid
from tests.standins.discord import faults
from tests.standins.discord.routes import MESSAGES, ONE_MESSAGE
from tests.timing import TIMEOUT_S

TOKEN = "token-that-only-the-scraper-has"
WATCHED = {"METRICS_TOKEN": TOKEN, "POLL_INTERVAL": "1"}


async def scraped(wire: Wire) -> dict[str, float]:
    """Return every sample by its name and the values of its labels."""
    forbid(TOKEN)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    url = wire.bot.url + "/metrics"
    async with aiohttp.ClientSession(headers=headers) as session, session.get(url) as answer:
        assert answer.status == 200
        text = await answer.text()
    return {
        sample.name.removeprefix("imagine_")
        + "".join(
            f"[{value}]" for label, value in sample.labels.items() if label != "le"
        ): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.labels.get("le", "+Inf") == "+Inf"
    }


async def scraped_when(wire: Wire, name: str) -> dict[str, float]:
    """Do the same as soon as this number is not 0."""
    async with asyncio.timeout(TIMEOUT_S):
        while not (now := await scraped(wire))[name]:  # noqa: ASYNC110 - nobody is told
            await asyncio.sleep(0.05)
    return now


async def test_without_a_token_there_is_no_such_page(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        assert await wire.get("/metrics") == (404, "")


async def test_every_number_moves_when_it_should(tmp_path: Path) -> None:
    async with up_here(tmp_path, environment=WATCHED) as wire:
        assert (await wire.get("/metrics"))[0] == 401
        still = await scraped(wire)
        assert not any(value for name, value in still.items() if "_total[" in name)

        wire.midjourney.faults.outcomes.add(ENDLESS)
        await wire.imagine("a heard owl")
        await wire.wait_for(lambda: wire.statuses() == ["running"])
        wire.put_off_polls()
        await wire.finish_jobs()
        await wire.settled("a heard owl")
        wire.midjourney.faults.callbacks.add(Callback(times=0), Callback())
        wire.midjourney.faults.outcomes.add(
            Outcome(), Outcome(fail_reason="Banned prompt detected: owl")
        )
        for prompt in ("a missed owl", "a failed owl"):
            await wire.imagine(prompt)
            await wire.settled(prompt)
        await wire.imagine("a refused owl --turbo")
        wire.discord.faults.add("POST", MESSAGES, faults.status(429, retry_after=0.2))
        wire.discord.faults.add("DELETE", ONE_MESSAGE, faults.status(403, 50013), times=1)
        await wire.imagine("a throttled owl")
        posted = "SELECT count(*) FROM deliveries WHERE status = 'posted'"
        await wire.wait_for(lambda: wire.sql(posted) == [(4,)])
        wire.discord.faults.add("POST", MESSAGES, faults.status(400, 50035), times=1)
        await wire.imagine("an owl that nobody takes")
        now = await scraped_when(wire, "deliveries_total[undeliverable][discord]")
        assert now["answer_seconds_count[discord]"] == 6
        assert now["answer_seconds_sum[discord]"] > 0
        assert now["queued_seconds_count"] == 5
        assert now["jobs_ended_total[succeeded]"] == 4
        assert now["jobs_ended_total[prompt]"] == 1
        assert now["first_news_total[callback]"] >= 1
        assert now["first_news_total[poll]"] >= 1
        assert now["first_news_total[callback]"] + now["first_news_total[poll]"] == 5
        assert now["post_seconds_count[discord]"] == now["deliveries_total[posted][discord]"] == 4
        assert now["deliveries_total[undeliverable][discord]"] == 1
        assert now["platform_refusals_total[discord][429]"] == 1
        assert now["platform_refusals_total[discord][403]"] == 1
        assert now["loop_lag_seconds_count"] >= 1
        assert now["slots"] == 10


async def test_the_queue_and_what_leaves_it_are_seen(tmp_path: Path) -> None:
    one_slot = WATCHED | {"MIDJOURNEY_CONCURRENCY": "1"}
    async with up_here(tmp_path, environment=one_slot, seconds=3600) as wire:
        await wire.imagine("the running one")
        await wire.wait_for(lambda: wire.statuses() == ["running"])
        asked = await wire.imagine("the waiting one")
        assert asked.response is not None
        now = await scraped(wire)
        assert (now["jobs[running]"], now["jobs[queued]"]) == (1, 1)
        assert (now["slots_in_use"], now["slots"]) == (1, 1)
        assert now["queue_oldest_seconds"] > 0
        await wire.discord.press(wire.discord.ann, asked.response, "Cancel")
        now = await scraped_when(wire, "jobs_ended_total[cancelled]")
        assert now["jobs_ended_total[cancelled]"] == 1


async def test_what_a_killed_process_left_behind_is_counted(tmp_path: Path) -> None:
    async with Wire.up(tmp_path, environment=WATCHED) as wire:
        wire.discord.faults.add("POST", MESSAGES, faults.hang(3600, after_effect=True))
        await wire.imagine("half a post")
        await wire.outcome("half a post")
        wire.midjourney.faults.submits.add(Answer(delay_s=math.inf))
        wire.midjourney.faults.outcomes.add(ENDLESS)  # no callback names it
        await wire.imagine("half a submit")
        await wire.wait_for(lambda: len(wire.submits()) == 2)
        await wire.restart()
        await scraped_when(wire, "deliveries_total[posted][discord]")
        now = await scraped_when(wire, "lease_takeovers_total[submit]")
        assert now["lease_takeovers_total[submit]"] == 1
        assert now["lease_takeovers_total[leader]"] == 2  # of the work, and of the posts
