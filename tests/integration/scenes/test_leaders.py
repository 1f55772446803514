"""Scenes of two processes of which one leads."""

import pytest

from bot.domain.deliveries import DeliveryStatus
from bot.domain.jobs import JobStatus
from tests.integration.scenes.fixtures import (
    MINUTE,
    SENDS,
    check_once,
    delivery_status,
    imagine,
    imagine_at,
    played,
    status_of,
)
from tests.simulation.fault_injection import Trouble
from tests.simulation.fixtures import Rig
from tests.simulation.process import SLOTS
from tests.simulation.provider import Answer
from tests.simulation.world import World

MANY = 1000  # calls: more than there are


def test_leader_that_is_killed_is_followed_within_twenty_seconds(two: World) -> None:
    leader, heir = two.alive
    two.wait(6)
    two.kill(leader)
    imagine_at(heir, two)
    two.wait(19)
    assert status_of(two, "a cat") is JobStatus.RUNNING
    check_once(two, "a cat")


def test_leader_frozen_in_a_submit_is_believed_when_it_comes_back(two: World) -> None:
    leader, _ = two.alive
    two.provider.next_answers = [Answer.SLOW_AFTER]
    imagine_at(leader, two)
    leader.border.hold("")
    two.wait(18)
    assert status_of(two, "a cat") is JobStatus.UNKNOWN
    two.let_go()
    assert status_of(two, "a cat") is JobStatus.UNKNOWN
    leader.border.release()
    two.wait(1)
    assert status_of(two, "a cat") is JobStatus.RUNNING
    check_once(two, "a cat")


def test_leader_frozen_before_a_submit_does_not_submit(two: World) -> None:
    leader, _ = two.alive
    leader.border.hold("database queue.claim", is_back=True)
    imagine_at(leader, two)
    assert status_of(two, "a cat") is JobStatus.SUBMITTING
    leader.border.hold("")
    two.wait(18)
    leader.border.release()
    two.wait(1)
    assert status_of(two, "a cat") is JobStatus.UNKNOWN
    assert not two.provider.submits


@pytest.mark.parametrize("is_sent", [False, True], ids=["before", "after"])
def test_leader_frozen_in_a_send_leaves_it_to_whoever_takes_over(
    two: World, chat: str, is_sent: bool
) -> None:
    leader, _ = two.alive
    imagine_at(leader, two)
    leader.border.hold(SENDS[chat], is_back=is_sent)
    for task in two.provider.running:
        two.finish(task, images=4, failure=None)
    two.call_back(two.provider.callbacks[0], leader)
    assert delivery_status(two) is DeliveryStatus.POSTING
    assert len(two.cards()) == is_sent
    leader.border.hold("")
    two.wait(2 * MINUTE)
    assert delivery_status(two) is DeliveryStatus.POSTED
    leader.border.release()
    two.wait(MINUTE)
    assert [len(messages) for messages in two.cards().values()] == [1]
    check_once(two, "a cat")


def test_leader_frozen_in_a_renewal_leads_no_more(two: World) -> None:
    leader, heir = two.alive
    leader.border.hold("database leases.renew")
    two.wait(18)
    imagine_at(heir, two, "taken over")
    assert status_of(two, "taken over") is JobStatus.RUNNING
    leader.border.release()
    two.wait(1)
    imagine_at(leader, two, "and once more")
    assert len(two.log_of("lease_taken")) == 4  # both leases, by each
    check_once(two, "taken over", "and once more")


def test_lease_that_ends_while_its_answer_is_on_the_wire_is_not_used(two: World) -> None:
    leader, slow = two.alive
    slow.border.hold("database leases.take", is_back=True)
    two.kill(leader)
    two.wait(18)
    two.start_process()
    third = two.alive[-1]
    two.wait(18)
    imagine_at(third, two)
    assert status_of(two, "a cat") is JobStatus.RUNNING
    slow.border.release()
    two.wait(6)
    check_once(two, "a cat")


def test_lease_whose_taking_nobody_heard_of_is_taken_again(two: World) -> None:
    leader, heir = two.alive
    for _ in range(2):  # of the work, and of the posts
        heir.border.expect(Trouble.LOSS, "database leases.take", 30)
    two.kill(leader)
    imagine_at(heir, two)
    while heir.border.is_expecting:
        two.wait(1)
    two.wait(1)
    check_once(two, "a cat")


def test_claim_that_nobody_heard_of_before_the_leader_died_is_in_doubt(two: World) -> None:
    leader, _ = two.alive
    leader.border.hold("database queue.claim", is_back=True)
    imagine_at(leader, two)
    two.kill(leader)
    two.wait(18)
    assert status_of(two, "a cat") is JobStatus.UNKNOWN
    assert not two.provider.ledger


def test_clean_stop_waits_for_the_submits_under_way(two: World) -> None:
    leader, heir = two.alive
    two.provider.next_answers = [Answer.SLOW_AFTER]
    imagine_at(leader, two, "under way")
    leader.stop()
    imagine_at(heir, two, "waits")
    two.wait(12)
    assert status_of(two, "under way") is JobStatus.SUBMITTING
    assert status_of(two, "waits") is JobStatus.QUEUED
    two.let_go()
    assert status_of(two, "under way") is JobStatus.RUNNING
    two.wait(2)
    assert status_of(two, "waits") is JobStatus.RUNNING
    check_once(two, "under way", "waits")


def test_clean_stop_that_cannot_wait_leaves_the_submit_in_doubt_and_the_lease_free(
    two: World,
) -> None:
    leader, heir = two.alive
    two.provider.next_answers = [Answer.SLOW_AFTER]
    imagine_at(leader, two, "unanswered")
    leader.stop()
    two.wait(4)
    leader.cut_off()
    two.wait(2)
    assert status_of(two, "unanswered") is JobStatus.UNKNOWN
    imagine_at(heir, two, "goes on")
    two.wait(2)
    assert status_of(two, "goes on") is JobStatus.RUNNING
    for task in two.provider.running:
        two.finish(task, images=4, failure=None)
    for callback in two.provider.callbacks:
        two.call_back(callback, heir)
    check_once(two, "unanswered", "goes on")


def test_two_leaders_for_a_moment_submit_nothing_twice(rig: Rig) -> None:
    for world in played(World(rig, together=True), processes=1):
        (first,) = world.alive
        imagine_at(first, world, "opens the window")
        world.provider.next_answers = [Answer.SLOW_AFTER]
        imagine_at(first, world, "under way")
        world.start_process(ahead_s=90)  # for it the other's lease is long over
        second = world.alive[-1]
        assert status_of(world, "under way") is JobStatus.UNKNOWN
        for number in range(4):  # to both, which both believe to lead
            imagine_at((first, second)[number % 2], world, f"picture {number}")
        world.let_go()
        assert status_of(world, "under way") is JobStatus.RUNNING
        world.wait(12)
        pictures = [f"picture {number}" for number in range(4)]
        check_once(world, "opens the window", "under way", *pictures)


def test_clocks_that_are_far_apart_make_nobody_submit_twice(rig: Rig) -> None:
    for world in played(World(rig, together=True), processes=1):
        (late,) = world.alive
        world.start_process(ahead_s=90)
        early = world.alive[-1]
        for number in range(SLOTS):
            imagine_at((late, early)[number % 2], world, f"a cat {number}")
            world.wait(6)
        world.kill(early)
        imagine_at(late, world, "the last cat")
        for task in world.provider.running:
            world.finish(task, images=4, failure=None)
        world.wait(2 * MINUTE)  # for the other its lease lasts so much longer
        assert status_of(world, "the last cat") is JobStatus.RUNNING
        check_once(world, *(f"a cat {number}" for number in range(SLOTS)), "the last cat")


def test_database_that_fails_over_loses_no_answer(world: World) -> None:
    world.provider.next_answers = [Answer.SLOW_AFTER]
    imagine(world, "under way")
    imagine(world, "waits")
    for _ in range(MANY):
        world.process.border.expect(Trouble.LOSS, "database", 0)
    world.let_go()
    world.wait(20)
    assert len(world.log_of("lease_lost")) == 2
    world.process.border.forget_troubles()
    world.wait(6)
    assert status_of(world, "under way") is JobStatus.RUNNING
    assert status_of(world, "waits") is JobStatus.RUNNING
    check_once(world, "under way", "waits")
