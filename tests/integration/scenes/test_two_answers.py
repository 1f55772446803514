"""Scenes in which two processes answer the same command."""

from bot.domain.jobs import JobStatus
from tests.integration.scenes.fixtures import (
    MINUTE,
    break_service,
    only_on_discord,
    only_where_answers_wait,
    succeed,
    the_job,
)
from tests.simulation.fault_injection import Trouble
from tests.simulation.invariants import check_now, check_the_end
from tests.simulation.world import World


def hear_an_apology_and_be_accepted(world: World) -> None:
    """Let one process fail, and answer so, and then another one store the same command's job."""
    first, second = world.alive
    break_service(first)
    world.imagine(world.chat.ann, world.chat.channel, "a cat", heard_by=[first])
    (command,) = world.chat.interactions.values()
    assert not world.look().jobs
    world.hear_again(command, "a cat", second)


@only_where_answers_wait
def test_who_was_told_by_another_process_that_it_failed_gets_no_job(shared_world: World) -> None:
    hear_an_apology_and_be_accepted(shared_world)
    shared_world.wait(12)
    assert the_job(shared_world).status is JobStatus.CANCELLED
    assert not shared_world.provider.ledger


@only_on_discord
def test_an_apology_of_another_process_is_no_placeholder(shared_world: World) -> None:
    world = shared_world
    world.chat.fail("look", "lost there")  # the look at the other's answer
    hear_an_apology_and_be_accepted(world)
    world.wait(12)
    succeed(world)
    check_the_end(world)
    assert the_job(world).status is JobStatus.SUCCEEDED


@only_on_discord
def test_who_lost_its_thinking_leaves_alone_what_another_process_said(shared_world: World) -> None:
    world = shared_world
    first, second = world.alive
    break_service(first)
    world.imagine(world.chat.ann, world.chat.channel, "a cat", heard_by=[first])
    (command,) = world.chat.interactions.values()
    for _ in range(5):  # it takes its time, and says so
        second.border.expect(Trouble.LOSS, "database requests.add", 0)
    second.border.expect(Trouble.LOSS, "chat POST /interactions", 0)
    world.hear_again(command, "a cat", second)
    for _ in range(20):
        world.wait(0.3)
    assert the_job(world).status is JobStatus.CANCELLED


@only_where_answers_wait
def test_who_thought_for_too_long_leaves_alone_the_result(shared_world: World) -> None:
    world = shared_world
    first, second = world.alive
    first.border.outages = {"database history.recent_durations"}
    world.imagine(world.chat.ann, world.chat.channel, "a cat", is_private=True, heard_by=[first])
    world.wait(1)
    (command,) = world.chat.interactions.values()
    world.hear_again(command, "a cat", second, is_private=True)
    world.wait(12)
    succeed(world)
    check_now(world)
    first.border.outages = set()
    world.wait(12)
    check_now(world)
    assert [part for _, part in world.cards()] == [0]
    world.wait(MINUTE)
    check_the_end(world)
