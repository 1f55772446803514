"""Scenes in which the answer to a post is lost; and what the checks see if that makes trouble."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.domain.deliveries import DeliveryStatus, Part
from bot.domain.jobs import Failure, FailureCode, Job
from bot.workers.dispatcher import Dispatcher
from bot.workers.posting import Posting
from tests.integration.scenes.fixtures import (
    MINUTE,
    SENDS,
    delivery_status,
    imagine,
    imagine_at,
    succeed,
)
from tests.simulation.fault_injection import Trouble
from tests.simulation.fixtures import Rig
from tests.simulation.invariants import check_the_end
from tests.simulation.memory import MemoryMessenger
from tests.simulation.memory_chat import Channel
from tests.simulation.world import World

MANY = 1000  # calls: more than there are


def play(world: World, fault: str = "lost on the way back") -> None:
    """Let a result be posted amid trouble, and look at the end."""
    imagine(world)
    world.chat.fail("send", fault)
    succeed(world)
    world.wait(2 * MINUTE)
    check_the_end(world)


@pytest.mark.parametrize("fault", ["lost there", "lost on the way back", "late", "too late"])
def test_a_post_whose_answer_is_lost_stands_once(world: World, fault: str) -> None:
    play(world, fault)
    assert delivery_status(world) is DeliveryStatus.POSTED
    assert [len(messages) for messages in world.cards().values()] == [1]


def test_a_post_is_found_hours_after_its_process_died(two: World, chat: str) -> None:
    leader, _ = two.alive
    for _ in range(MANY):  # it sends no placeholder
        leader.border.expect(Trouble.LOSS, "database placeholders", 0)
    imagine_at(leader, two)
    leader.border.hold(SENDS[chat], is_back=True)
    for task in two.provider.running:
        two.finish(task, images=0, failure=Failure(code=FailureCode.PROMPT, detail="no cats"))
    two.call_back(two.provider.callbacks[0], leader)
    two.wait(6)
    assert two.cards()
    for process in two.alive:
        two.kill(process)
    two.freeze(120 * MINUTE)
    two.start_process()
    two.wait(MINUTE)
    check_the_end(two)
    assert [len(messages) for messages in two.cards().values()] == [1]


# ── Broken on purpose ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def broken_world(rig: Rig) -> Iterator[World]:
    """Return a world that may end badly."""
    world = World(rig)
    world.start_process()
    yield world
    world.end()


KEY_OF = Posting._key


def key_of_its_own(posting: Posting, part: Part) -> str:
    return f"{KEY_OF(posting, part)}.{part.attempt}"


def nothing(channel: Channel, key: str) -> list[Any]:
    return []


async def leave(*_: object) -> None: ...


@pytest.mark.parametrize(
    ("part", "name", "broken", "problem"),
    [
        (Posting, "_key", key_of_its_own, "came 2 times"),
        (Channel, "with_key", nothing, "came 2 times"),
        (Posting, "_has_own_placeholder", False, "is left standing"),
        (MemoryMessenger, "delete", leave, "is left standing"),
    ],
    ids=["another key", "keys are forgotten", "placeholder stays", "nothing can be deleted"],
)
def test_the_checks_see(
    *,
    broken_world: World,
    monkeypatch: pytest.MonkeyPatch,
    part: type,
    name: str,
    broken: object,
    problem: str,
) -> None:
    monkeypatch.setattr(part, name, broken)
    with pytest.raises(AssertionError, match=problem):
        play(broken_world)


def test_the_checks_see_a_job_that_is_submitted_twice(
    broken_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = Dispatcher._submit

    async def submit_twice(dispatcher: Any, job: Job, *given: Any) -> None:
        await dispatcher.api.submit(prompt=job.prompt, mode=job.mode, hook_url=None)
        await submit(dispatcher, job, *given)

    monkeypatch.setattr(Dispatcher, "_submit", submit_twice)
    with pytest.raises(AssertionError, match="was submitted 2 times"):
        play(broken_world)
