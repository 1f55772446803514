"""What happens in scenes from the life of a job, and what is looked at."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from bot.domain.deliveries import DeliveryStatus
from bot.domain.jobs import Job, JobStatus
from bot.services.imagine import Accepted
from tests.simulation.invariants import check_now, check_the_end
from tests.simulation.process import SLOTS, Process
from tests.simulation.world import DISCORD, MEMORY, SLACK, World

MINUTE = 60.0
# Where a message crosses the border of a process.
SENDS = {MEMORY: "chat send", DISCORD: "chat POST /channels", SLACK: "chat chat.postMessage"}
# Of what only Discord has; all other scenes are played on every chat.
only_on_discord = pytest.mark.parametrize("chat", [DISCORD])
# Slack has no sign that an answer is to come, and no answers that another process could find.
only_where_answers_wait = pytest.mark.parametrize("chat", [MEMORY, DISCORD])


def played(world: World, processes: int = 1) -> Iterator[World]:
    for _ in range(processes):
        world.start_process()
    try:
        yield world
        check_now(world)
        # A scene in which nothing went wrong shows nothing.
        assert not any(process.border.is_expecting for process in world.alive)
    finally:
        world.end()


def imagine(world: World, prompt: str = "a cat", *, is_private: bool = False) -> None:
    world.imagine(
        world.chat.ann, world.chat.channel, prompt, is_private=is_private, heard_by=world.alive
    )


def succeed(world: World, images: int = 4) -> None:
    """Let everything that the provider draws be ready, and the next poll come."""
    for task in world.provider.running:
        world.finish(task, images=images, failure=None)
    world.freeze(5 * MINUTE)


def the_job(world: World) -> Job:
    (job,) = world.look().jobs
    return job


def delivery_status(world: World) -> DeliveryStatus:
    (delivery,) = world.look().deliveries.values()
    return delivery.status


def status_of(world: World, prompt: str) -> JobStatus:
    (job,) = (job for job in world.look().jobs if job.prompt == prompt)
    return job.status


def imagine_at(process: Process, world: World, prompt: str = "a cat") -> None:
    world.imagine(world.chat.ann, world.chat.channel, prompt, heard_by=[process])


def check_once(world: World, *prompts: str) -> None:
    """Let everything be drawn and posted: nothing was lost, doubled or paid twice."""
    for process in world.alive:
        process.border.release()
    world.let_go()
    world.wait(6)
    for _ in range(-(-len(prompts) // SLOTS)):
        succeed(world)
        world.wait(6)
    world.wait(MINUTE)
    check_the_end(world)
    assert world.provider.ledger == dict.fromkeys(prompts, 1)
    assert {job.status for job in world.look().jobs} == {JobStatus.SUCCEEDED}


def break_service(process: Process, after_s: float = 0) -> None:
    """Let a defect keep this process from taking commands."""

    async def fails(*_: object) -> Accepted:
        await asyncio.sleep(after_s)
        raise RuntimeError("a defect")

    process.service.imagine = fails  # type: ignore[method-assign]


def delay_service(process: Process, by_s: float) -> None:
    """Let commands reach the service that much later."""
    imagine = process.service.imagine

    async def imagine_late(*given: Any) -> Any:
        await asyncio.sleep(by_s)
        return await imagine(*given)

    process.service.imagine = imagine_late  # type: ignore[method-assign]
