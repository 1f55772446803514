"""Scenes of the provider's account, and of jobs that may have been started."""

from bot.domain.deliveries import DeliveryStatus
from bot.domain.jobs import FailureCode, JobStatus
from tests.integration.scenes.fixtures import delivery_status, imagine, succeed, the_job
from tests.simulation.fault_injection import Trouble
from tests.simulation.invariants import check_the_end
from tests.simulation.provider import Answer
from tests.simulation.world import World


def test_after_a_pause_a_single_job_finds_out_whether_the_account_works(world: World) -> None:
    for number in range(3):
        imagine(world, f"early {number}")
    for task in world.provider.running:
        world.finish(task, images=4, failure=None)
    world.wait(60)  # all are polled, and the gate is wide open
    world.provider.next_answers = [Answer.NO_QUOTA]
    imagine(world, "found out")
    world.freeze(16)
    world.provider.next_answers = [Answer.SLOW_BEFORE] * 3
    before = world.provider.submits
    for number in range(3):
        imagine(world, f"late {number}")
    world.wait(6)
    assert world.provider.submits == before + 1
    world.let_go()
    world.wait(6)
    assert world.provider.submits == before + 3


def test_a_probe_that_finds_the_account_still_empty_costs_nobody_their_job(world: World) -> None:
    world.provider.next_answers = [Answer.NO_QUOTA, Answer.NO_QUOTA, Answer.NO_QUOTA]
    imagine(world, "found out")
    world.freeze(16)
    imagine(world, "probe")
    first, second = world.look().jobs
    assert first.failure is not None
    assert first.failure.code is FailureCode.QUOTA
    assert second.status is JobStatus.QUEUED
    world.freeze(31)
    world.freeze(61)
    assert world.look().jobs[1].status is JobStatus.RUNNING


def test_what_was_accepted_before_the_account_was_empty_does_not_lift_the_pause(
    world: World,
) -> None:
    imagine(world, "opens the gate")
    world.provider.next_answers = [Answer.SLOW_AFTER, Answer.NO_QUOTA]
    imagine(world, "accepted slowly")
    imagine(world, "found out")
    world.let_go()
    imagine(world, "too early")
    assert [job.prompt for job in world.look().jobs] == [
        "opens the gate",
        "accepted slowly",
        "found out",
    ]


def test_a_task_id_given_twice_puts_the_job_in_doubt_and_pauses(polling_world: World) -> None:
    world = polling_world
    imagine(world, "first")
    world.provider.next_answers = [Answer.SAME_ID]
    imagine(world, "second")
    imagine(world, "third")
    world.freeze(0.5)
    assert [job.status for job in world.look().jobs] == [
        JobStatus.RUNNING,
        JobStatus.UNKNOWN,
        JobStatus.QUEUED,
    ]
    assert len(world.cards()) == 1  # it was told at once
    world.wait(2)
    assert world.look().jobs[2].status is JobStatus.RUNNING


def test_who_was_told_that_it_is_doubtful_is_not_told_again_when_it_succeeds(
    shared_world: World,
) -> None:
    world = shared_world
    first, _ = world.alive
    world.provider.next_answers = [Answer.SLOW_AFTER]
    world.imagine(world.chat.ann, world.chat.channel, "a cat", heard_by=[first])
    for _ in range(4):  # twice each of its two leases
        first.border.expect(Trouble.LOSS, "database leases.renew", 0)
    world.chat.fail("remove", "a bit late")
    world.wait(18)
    world.wait(1)
    assert the_job(world).status is JobStatus.UNKNOWN
    assert delivery_status(world) is DeliveryStatus.POSTING  # the placeholder still has to go
    world.let_go()
    assert the_job(world).status is JobStatus.RUNNING
    for process in world.alive:
        world.kill(process)
    world.start_process()
    succeed(world)
    assert the_job(world).failure is None
    check_the_end(world)
    assert [part for _, part in world.cards()] == [0]
