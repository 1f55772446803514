"""Scenes in which nobody hears that something was stored."""

import pytest

from bot.domain.deliveries import DeliveryStatus
from bot.domain.jobs import JobStatus
from tests.integration.scenes.fixtures import (
    MINUTE,
    break_service,
    delivery_status,
    imagine,
    succeed,
    the_job,
)
from tests.simulation.fault_injection import Trouble
from tests.simulation.invariants import check_the_end
from tests.simulation.world import World

DAY = 24 * 60 * MINUTE
MANY = 1000  # calls: more than there are


def test_a_claim_that_nobody_heard_of_is_submitted_all_the_same(world: World) -> None:
    world.process.border.expect(Trouble.LOSS, "database queue.claim", 1)
    imagine(world)
    assert the_job(world).status is JobStatus.SUBMITTING
    world.wait(2)
    assert the_job(world).status is JobStatus.RUNNING
    assert world.provider.ledger == {"a cat": 1}


def test_a_part_that_nobody_heard_of_starting_is_posted_all_the_same(world: World) -> None:
    imagine(world)
    world.finish(world.provider.running[0], images=4, failure=None)
    world.process.border.expect(Trouble.LOSS, "database deliveries.start_part", 1)
    world.call_back(world.provider.callbacks[0], world.process)
    assert delivery_status(world) is DeliveryStatus.POSTING
    assert not world.cards()
    world.wait(30)
    check_the_end(world)


def test_a_message_that_stands_is_not_forgotten_while_the_database_is_away(world: World) -> None:
    world.chat.channel.deny("read_message_history")
    imagine(world)
    for _ in range(40):  # about three minutes
        world.process.border.expect(Trouble.LOSS, "database deliveries.finish_part", 0)
    for task in world.provider.running:
        world.finish(task, images=4, failure=None)
    world.wait(5 * MINUTE)
    check_the_end(world)


def test_a_result_whose_record_was_confirmed_to_nobody_is_not_posted_again(world: World) -> None:
    imagine(world)
    world.process.border.expect(Trouble.LOSS, "database deliveries.record_posted", 1)
    succeed(world)
    world.wait(2)
    (delivery,) = world.look().deliveries.values()
    assert (delivery.status, delivery.attempts) == (DeliveryStatus.POSTED, 1)
    check_the_end(world)


def test_giving_up_while_the_database_is_away_ends_no_process(world: World) -> None:
    imagine(world)
    world.chat.fail("all", "broken", times=MANY)
    succeed(world)
    world.process.border.outages = {"database deliveries.record_"}
    world.freeze(2 * DAY)
    world.wait(MINUTE)
    world.process.border.forget_troubles()
    world.note_refusals(world.chat.channel)
    world.wait(MINUTE)
    assert delivery_status(world) is DeliveryStatus.UNDELIVERABLE
    world.calm_down()
    world.wait(MINUTE)
    check_the_end(world)


def test_a_process_that_slept_through_an_attempt_reports_no_defect(world: World) -> None:
    imagine(world)
    world.chat.fail("send", "late")
    succeed(world)
    world.freeze(20 * MINUTE)
    world.wait(6)
    check_the_end(world)


@pytest.mark.parametrize(
    ("place", "after"),
    [("database requests.add", 1), ("database history.recent_durations", 0)],
    ids=["its commit was not confirmed", "the database restarted"],
)
def test_a_command_during_which_the_database_failed_is_answered_as_accepted(
    world: World, place: str, after: int
) -> None:
    world.process.border.expect(Trouble.LOSS, place, after)
    imagine(world)
    world.wait(2)
    assert the_job(world).id in world.promised_jobs()
    assert not world.log_of("interaction_failed")


def test_who_hears_that_it_failed_has_no_job(world: World) -> None:
    break_service(world.process)
    imagine(world)
    world.wait(12)
    assert world.log_of("interaction_failed")
    assert not world.look().jobs


def test_a_message_that_stands_is_not_forgotten_however_long_the_database_is_away(
    world: World,
) -> None:
    world.chat.channel.deny("read_message_history")
    imagine(world)
    world.finish(world.provider.running[0], images=4, failure=None)
    for _ in range(20):
        world.process.border.expect(Trouble.LOSS, "database deliveries.finish_part", 0)
    world.wait(MINUTE)
    world.freeze(15 * MINUTE)  # the attempt is given up meanwhile
    world.wait(2 * MINUTE)
    check_the_end(world)
