"""No job is submitted twice, and never more of them at once than the account allows."""

import asyncio
import math
from dataclasses import replace
from pathlib import Path

import pytest

from bot.demo.faults import (
    GARBAGE,
    LOST_AFTER_EFFECT,
    LOST_BEFORE_EFFECT,
    WELL,
    Answer,
    Faults,
    Plan,
)
from tests.acceptance.wire import Wire, up_here

DOUBTFUL = {
    "lost after effect": LOST_AFTER_EFFECT,
    "lost before effect": LOST_BEFORE_EFFECT,
    "garbage": GARBAGE,
    "408": Answer.error(408, has_effect=True),
    "500": Answer.error(500, has_effect=True),
    "502": Answer.error(502, has_effect=True),
    "503": Answer.error(503, has_effect=True),
    "524": Answer.error(524, has_effect=True),
    "no task id": Answer(body=b'{"status": 0, "data": {}}'),
}
QUOTA = Answer.refusal(1001, "quota not enough")
FULL = Answer.refusal(1002, "concurrency limit, max 10")


async def test_twelve_at_once_never_exceed_ten_in_flight(tmp_path: Path) -> None:
    async with up_here(tmp_path, seconds=0.5, concurrency=100) as wire:
        prompts = [f"one of twelve {letter}" for letter in "abcdefghijkl"]
        await asyncio.gather(*(wire.imagine(prompt) for prompt in prompts))
        for prompt in prompts:
            await wire.settled(prompt)
        assert wire.midjourney.max_in_flight <= 10
        assert sorted(wire.submits()) == prompts


async def test_all_ten_slots_are_used(tmp_path: Path) -> None:
    async with up_here(tmp_path, seconds=math.inf) as wire:
        for number in range(12):
            await wire.imagine(f"a picture {number}")
        all_used = ["queued"] * 2 + ["running"] * 10
        await wire.wait_for(lambda: sorted(wire.statuses()) == all_used)
        assert wire.midjourney.in_flight == 10


async def test_a_person_with_few_jobs_goes_before_one_with_many(tmp_path: Path) -> None:
    two_slots = {"MIDJOURNEY_CONCURRENCY": "2"}
    async with up_here(tmp_path, seconds=math.inf, environment=two_slots) as wire:
        for letter in "abcd":
            await wire.imagine(f"of ann {letter}")
        await wire.imagine("of ben", user=wire.discord.ben)
        await wire.wait_for(lambda: wire.statuses() == ["running"] * 2 + ["queued"] * 3)
        wire.midjourney.finish(next(iter(wire.midjourney.jobs)))
        await wire.wait_for(lambda: len(wire.submits()) == 3)
        assert wire.submits() == ["of ann a", "of ann b", "of ben"]


async def test_a_full_provider_gets_the_jobs_again_in_their_order(tmp_path: Path) -> None:
    async with up_here(tmp_path, seconds=0.3) as wire:
        wire.midjourney.faults.submits.add(FULL)
        prompts = [f"a queue {letter}" for letter in "abc"]
        for prompt in prompts:
            await wire.imagine(prompt)
        for prompt in prompts:
            await wire.settled(prompt)
        assert wire.submits() == ["a queue a", *prompts]


async def test_many_refusals_of_a_full_provider_at_once_count_as_one(tmp_path: Path) -> None:
    async with up_here(tmp_path, seconds=0.2) as wire:
        await _open_wide(wire)
        wire.midjourney.faults.submits.add(Answer.refusal(1002, "max"), times=8)
        prompts = [f"a crowd {letter}" for letter in "abcdefgh"]
        await asyncio.gather(*(wire.imagine(prompt) for prompt in prompts))
        for prompt in prompts:
            await wire.settled(prompt)
        assert sorted(set(wire.submits())) == sorted({*prompts, *WARM_UP})


# ── Without quota, with a rejected key ──────────────────────────────────────────────────────────


async def test_without_quota_the_job_fails_and_says_so(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.submits.add(QUOTA)
        await wire.imagine("an expensive picture")
        card = await wire.settled("an expensive picture")
        assert "failed" in card.text
        assert "quota" in card.text


async def test_without_quota_the_next_request_is_refused_with_the_same_sentence(
    tmp_path: Path,
) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.submits.add(QUOTA)
        await wire.imagine("an expensive picture")
        card = await wire.settled("an expensive picture")
        await asyncio.to_thread(wire.prolong_account_pause)
        asked = await wire.imagine("another one")
        assert asked.response is not None
        assert asked.ephemeral
        assert asked.response.text in card.text
        assert wire.submits() == ["an expensive picture"]


async def test_the_pause_without_quota_survives_a_restart(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.submits.add(QUOTA)
        await wire.imagine("an expensive picture")
        await wire.settled("an expensive picture")
        await asyncio.to_thread(wire.prolong_account_pause)
        await wire.restart()
        asked = await wire.imagine("another one")
        assert asked.ephemeral


async def test_after_the_pause_all_works_again(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.submits.add(QUOTA)
        await wire.imagine("an expensive picture")
        await wire.settled("an expensive picture")
        await asyncio.to_thread(wire.pass_account_pause)
        await wire.imagine("a paid picture")
        await wire.settled("a paid picture")
        await wire.imagine("one more")
        await wire.settled("one more")


async def test_a_probe_that_finds_no_quota_returns_its_job_to_the_queue(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.submits.add(QUOTA, times=2)
        await wire.imagine("an expensive picture")
        await wire.settled("an expensive picture")
        await asyncio.to_thread(wire.pass_account_pause)
        await wire.imagine("a hopeful picture")
        await wire.wait_for(lambda: len(wire.submits("a hopeful picture")) == 1)
        await wire.wait_for(lambda: wire.statuses() == ["failed", "queued"])
        await asyncio.to_thread(wire.prolong_account_pause)
        assert (await wire.imagine("a third one")).ephemeral
        await asyncio.to_thread(wire.pass_account_pause)
        await wire.settled("a hopeful picture")
        assert len(wire.submits("a hopeful picture")) == 2


@pytest.mark.parametrize("status", [401, 403])
async def test_a_rejected_key_fails_the_job_and_refuses_the_next(
    tmp_path: Path, status: int
) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.submits.add(Answer.error(status))
        await wire.imagine("a locked door")
        card = await wire.settled("a locked door")
        assert "failed" in card.text
        assert "key" in card.text
        await asyncio.to_thread(wire.prolong_account_pause)
        asked = await wire.imagine("another door")
        assert asked.response is not None
        assert asked.ephemeral
        assert asked.response.text in card.text


# ── What may be repeated, and what may not ──────────────────────────────────────────────────────


async def test_a_busy_provider_is_asked_again_after_as_long_as_it_says(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.submits.add(Answer.error(429, Retry_After="2"))
        await wire.imagine("a polite guest")
        await wire.settled("a polite guest")
        first, second = wire.midjourney.submits
        assert (second.at - first.at).total_seconds() >= 2


async def test_a_plain_refusal_fails_the_job_with_the_providers_words(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.submits.add(Answer.refusal(1003, "prompt too long"))
        await wire.imagine("a long story")
        card = await wire.settled("a long story")
        assert "failed" in card.text
        assert "prompt too long" in card.text
        assert wire.submits() == ["a long story"]


@pytest.mark.parametrize("kind", [kind for kind, each in DOUBTFUL.items() if each.has_effect])
async def test_a_doubtful_submit_is_not_repeated_and_its_callback_resolves_it(
    tmp_path: Path, kind: str
) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.submits.add(DOUBTFUL[kind])
        await wire.imagine("a doubtful picture")
        card = await wire.settled("a doubtful picture")
        assert card.images == wire.pictures("a doubtful picture")
        assert wire.submits() == ["a doubtful picture"]


@pytest.mark.parametrize("kind", DOUBTFUL)
async def test_without_callbacks_the_person_hears_at_once_of_a_doubtful_submit(
    tmp_path: Path, kind: str
) -> None:
    async with up_here(tmp_path, hooks=False) as wire:
        wire.midjourney.faults.submits.add(DOUBTFUL[kind])
        await wire.imagine("a doubtful picture")
        card = await wire.settled("a doubtful picture")
        assert "failed" in card.text
        assert "may have been charged" in card.text
        assert wire.submits() == ["a doubtful picture"]
        assert wire.sql("SELECT count(*) FROM jobs WHERE slot IS NOT NULL") == [(1,)]


async def test_a_doubtful_submit_that_nothing_resolves_fails_at_its_deadline(
    tmp_path: Path,
) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.submits.add(LOST_BEFORE_EFFECT)
        await wire.imagine("a vanished picture")
        await wire.wait_for(lambda: wire.statuses() == ["unknown"])
        await wire.wait_for(lambda: "may have been charged" in wire.placeholders()[0].text)
        await asyncio.to_thread(wire.pass_deadlines)
        card = await wire.settled("a vanished picture")
        assert "may have been charged" in card.text
        assert wire.submits() == ["a vanished picture"]
        assert wire.sql("SELECT count(*) FROM jobs WHERE slot IS NOT NULL") == [(0,)]


async def test_an_api_that_is_away_is_tried_until_it_is_back(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.midjourney.stop()
        asked = await wire.imagine("a closed shop")
        assert asked.response in wire.placeholders()
        await wire.wait_for(lambda: wire.bot.has_logged("submit_not_started"))
        await wire.midjourney.start()
        await wire.settled("a closed shop")
        assert wire.submits() == ["a closed shop"]


async def test_an_outage_costs_one_doubtful_job_and_not_ten(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        prompts = [f"in the storm {letter}" for letter in "abcdefghij"]
        wire.midjourney.faults = Faults(submits=UnnoticedOutage(wire))
        await asyncio.gather(*(wire.imagine(prompt) for prompt in prompts))
        await wire.wait_for(lambda: sum(map(bool, map(wire.outcomes, prompts))) == 9)
        assert wire.statuses().count("unknown") == 1
        assert sorted(wire.submits()) == prompts


async def test_an_outage_in_full_swing_still_lets_the_rest_through_soon(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await _open_wide(wire)
        all_under_way = asyncio.Event()
        outage = replace(Answer.error(503, has_effect=True), held_until=all_under_way)
        wire.midjourney.faults.submits.add(outage, times=8)
        prompts = [f"in the wind {letter}" for letter in "abcdefgh"]
        await asyncio.gather(*(wire.imagine(prompt) for prompt in prompts))
        await wire.wait_for(lambda: len(wire.submits()) == len(WARM_UP) + len(prompts))
        all_under_way.set()
        await wire.wait_for(lambda: all(map(wire.outcomes, prompts)))
        await wire.imagine("after the wind")
        # Eight pauses in a row, not one, would take four minutes.
        await wire.settled("after the wind")


async def test_a_hanging_submit_holds_up_nothing_else(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await _open_wide(wire)
        hanging = Answer(delay_s=math.inf, has_effect=False)
        wire.midjourney.faults.submits.add(hanging)
        await wire.imagine("a sleeping clerk")
        await wire.wait_for(lambda: wire.submits("a sleeping clerk"))
        await wire.imagine("a waking clerk")
        await wire.outcome("a waking clerk")


class UnnoticedOutage(Plan[Answer]):
    """Loses every submit until the bot has written down that one of them is in doubt."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(LOST_BEFORE_EFFECT)
        self._wire = wire

    def take(self) -> Answer:
        return WELL if "unknown" in self._wire.statuses() else self.default


WARM_UP = [f"warm up {number}" for number in range(7)]


async def _open_wide(wire: Wire) -> None:
    """Let the provider take enough jobs for many submits to go out at once."""
    for prompt in WARM_UP:
        await wire.imagine(prompt)
        await wire.wait_for(lambda prompt=prompt: wire.outcomes(prompt))
