"""A callback is a hint: however often it comes, whoever sent it and if it comes at all."""

import asyncio
import json
import math
from pathlib import Path

from bot.demo.faults import NO_CALLBACK, Answer, Callback, Outcome
from tests.acceptance.running import AWAKE_S, ENDLESS, Stopwatch
from tests.acceptance.wire import Wire, up_here

SOON = {"POLL_INTERVAL": "0.3"}
SELDOM = {"POLL_INTERVAL": "60"}


async def test_a_callback_brings_the_result_although_no_poll_is_near(tmp_path: Path) -> None:
    async with up_here(tmp_path, environment=SELDOM) as wire:
        wire.midjourney.faults.outcomes.add(ENDLESS)
        await wire.imagine("a quick letter")
        await wire.wait_for(lambda: wire.statuses() == ["running"])
        wire.put_off_polls()
        await wire.finish_jobs()
        await wire.settled("a quick letter")


async def test_six_callbacks_at_once_post_once(tmp_path: Path) -> None:
    async with up_here(tmp_path, environment=SELDOM) as wire:
        wire.midjourney.faults.callbacks.add(Callback(times=6))
        await wire.imagine("six knocks")
        await wire.settled("six knocks")
        await wire.wait_for(lambda: len(wire.midjourney.callbacks) == 6)
        assert {callback.status for callback in wire.midjourney.callbacks} == {200}
        await wire.imagine("the next one")
        await wire.settled("the next one")
        assert len(wire.outcomes("six knocks")) == 1


async def test_a_callback_that_never_comes_only_costs_time(tmp_path: Path) -> None:
    async with up_here(tmp_path, environment=SOON) as wire:
        wire.midjourney.faults.callbacks.add(NO_CALLBACK)
        await wire.imagine("a lost letter")
        card = await wire.settled("a lost letter")
        assert card.images == wire.pictures("a lost letter")


async def test_a_callback_before_the_answer_to_the_submit_is_adopted(tmp_path: Path) -> None:
    async with up_here(tmp_path, environment=SELDOM) as wire:
        wire.midjourney.faults.callbacks.add(Callback(is_before_answer=True))
        await wire.imagine("an early bird")
        card = await wire.settled("an early bird")
        assert card.images == wire.pictures("an early bird")
        assert wire.submits() == ["an early bird"]


async def test_a_callback_brings_the_result_even_while_the_submit_hangs(tmp_path: Path) -> None:
    async with up_here(tmp_path, environment=SELDOM) as wire:
        wire.midjourney.faults.submits.add(Answer(delay_s=math.inf))
        await wire.imagine("a silent order")
        await wire.settled("a silent order")


async def test_a_callback_during_a_status_poll_is_not_forgotten(tmp_path: Path) -> None:
    async with up_here(tmp_path, environment=SELDOM) as wire:
        wire.midjourney.faults.outcomes.add(ENDLESS)
        await wire.imagine("a crossing of letters")
        await wire.wait_for(lambda: wire.statuses() == ["running"])
        answered = asyncio.Event()
        wire.midjourney.faults.statuses.add(Answer(held_until=answered))
        await wire.restart()  # polls all that runs
        await wire.wait_for(lambda: wire.midjourney.status_calls)
        await wire.finish_jobs()
        await wire.wait_for(lambda: wire.midjourney.callbacks)
        answered.set()  # "in progress"
        await wire.settled("a crossing of letters")


async def test_a_forged_tag_is_told_nothing(tmp_path: Path) -> None:
    async with up_here(tmp_path, environment=SELDOM, seconds=3600) as wire:
        await wire.imagine("a sealed door")
        await wire.wait_for(lambda: wire.statuses() == ["running"])
        wire.put_off_polls()
        url = wire.hook_url()
        head, _, tag = url.rpartition("/")
        unknown_job = url.replace(url.split("/")[-2], "a" * 20)
        forged = "b" * len(tag)
        answers = [await wire.call_back(f"{head}/{forged}"), await wire.call_back(unknown_job)]
        assert answers == [404, 404]
        assert not wire.midjourney.status_calls


async def test_a_forged_body_with_the_right_tag_buys_nothing(tmp_path: Path) -> None:
    async with up_here(tmp_path, environment=SELDOM) as wire:
        wire.midjourney.faults.outcomes.add(ENDLESS)
        await wire.imagine("an honest picture")
        await wire.wait_for(lambda: wire.statuses() == ["running"])
        item = {"taskId": "forged", "status": 1, "images": ["http://127.0.0.1:1/evil.png"]}
        body = json.dumps({"status": 0, "data": item}).encode()
        assert await wire.call_back(wire.hook_url(), body) == 200
        await wire.wait_for(lambda: wire.midjourney.status_calls)
        [task_id] = wire.midjourney.jobs
        assert wire.midjourney.status_calls[0].task_ids == (task_id,)
        wire.midjourney.finish(task_id)
        card = await wire.settled("an honest picture")
        assert card.images == wire.pictures("an honest picture")


async def test_a_flood_of_hints_polls_a_job_at_most_once_a_second(tmp_path: Path) -> None:
    async with up_here(tmp_path, environment=SELDOM, seconds=3600) as wire:
        await wire.imagine("a patient door")
        await wire.wait_for(lambda: wire.statuses() == ["running"])
        watch = Stopwatch()
        while watch.seconds < 2.2:
            assert await wire.call_back(wire.hook_url()) == 200
        await wire.wait_for(lambda: wire.midjourney.status_calls)
        assert len(wire.midjourney.status_calls) <= watch.seconds + 1


async def test_broken_bodies_with_the_right_tag_are_refused(tmp_path: Path) -> None:
    bodies = [b"", b"[]", b"\xff\xfe", b"<html>", b"[" * 60_000, b" " * 70_000]
    async with up_here(tmp_path, environment=SELDOM, seconds=3600) as wire:
        await wire.imagine("a tidy letterbox")
        await wire.wait_for(wire.submits)
        answers = [await wire.call_back(wire.hook_url(), body) for body in bodies]
        assert answers == [400, 400, 400, 400, 400, 413]


async def test_a_broken_callback_does_not_stop_the_result(tmp_path: Path) -> None:
    async with up_here(tmp_path, environment=SOON) as wire:
        wire.midjourney.faults.callbacks.add(Callback(body=b"<html>oops"))
        await wire.imagine("a torn letter")
        await wire.settled("a torn letter")


async def test_a_late_callback_changes_nothing(tmp_path: Path) -> None:
    async with up_here(tmp_path, environment=SELDOM) as wire:
        await wire.imagine("an old story")
        await wire.settled("an old story")
        assert await wire.call_back(wire.hook_url()) == 200
        await wire.imagine("a new story")
        await wire.settled("a new story")
        assert len(wire.outcomes("an old story")) == 1


async def test_a_success_without_images_is_a_failure_that_says_so(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.outcomes.add(Outcome(item={"image": "", "images": []}))
        await wire.imagine("an empty frame")
        card = await wire.settled("an empty frame")
        assert "failed" in card.text
        assert "no pictures" in card.text


async def test_a_failed_job_says_why_and_pings_the_asker(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.outcomes.add(Outcome(fail_reason="Banned prompt detected: xyz"))
        await wire.imagine("a forbidden fruit")
        card = await wire.settled("a forbidden fruit")
        assert "failed" in card.text
        assert "Banned prompt detected: xyz" in card.text
        assert card.pinged == {wire.discord.ann.id}


async def test_without_a_public_address_polling_alone_brings_the_result(tmp_path: Path) -> None:
    async with up_here(tmp_path, environment=SOON, hooks=False) as wire:
        await wire.imagine("a walk to the letterbox")
        await wire.settled("a walk to the letterbox")
        [submit] = wire.midjourney.submits
        assert "hookUrl" not in submit.payload


async def test_one_status_call_asks_for_many_jobs(tmp_path: Path) -> None:
    async with up_here(tmp_path, environment=SELDOM, seconds=3600) as wire:
        for number in range(5):
            await wire.imagine(f"picture number {number}")
        await wire.wait_for(lambda: wire.statuses() == ["running"] * 5)
        await wire.restart()
        await wire.wait_for(lambda: wire.midjourney.status_calls)
        assert sorted(wire.midjourney.status_calls[0].task_ids) == sorted(wire.midjourney.jobs)


async def test_trouble_with_status_calls_only_costs_time(tmp_path: Path) -> None:
    async with up_here(tmp_path, environment=SOON, hooks=False) as wire:
        wire.midjourney.faults.statuses.add(Answer.error(500), Answer(body=b"<html>"))
        await wire.imagine("a stubborn clerk")
        await wire.settled("a stubborn clerk")


async def test_the_bot_sleeps_after_trouble_with_the_api(tmp_path: Path) -> None:
    async with Wire.up(tmp_path, environment=SELDOM) as wire:
        wire.midjourney.faults.submits.add(Answer.error(500, has_effect=True))
        await wire.imagine("a storm that passes")
        await wire.settled("a storm that passes")
        await wire.cpu_seconds(1.2)  # the pause after the outage is over
        assert await wire.cpu_seconds(1.5) < AWAKE_S
