"""Scenes from the life of a job: troubles that cost somebody something once, one test each."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from bot.domain.conversations import Person
from bot.domain.deliveries import DeliveryStatus
from bot.domain.jobs import FailureCode, Job, JobStatus
from bot.domain.people import Preferences
from bot.screens import actions
from bot.services.imagine import Accepted
from tests.simulation.fault_injection import Trouble
from tests.simulation.fixtures import Rig, rig_on
from tests.simulation.invariants import check_now, check_the_end
from tests.simulation.process import SLOTS, Process
from tests.simulation.provider import Answer
from tests.simulation.world import World
from tests.standins.discord.faults import Status

MINUTE = 60.0
DAY = 24 * 60 * MINUTE
MANY = 1000  # calls: more than there are
# Of what only Discord has; all other scenes are played there and on a chat in memory.
only_on_discord = pytest.mark.parametrize("on_discord", [True], ids=["discord"])


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with rig_on("sqlite://") as rig:
        yield rig


@pytest.fixture(params=[False, True], ids=["memory", "discord"])
def on_discord(request: pytest.FixtureRequest) -> bool:
    """Tell which chat the world has."""
    return bool(request.param)


@pytest.fixture
def world(rig: Rig, on_discord: bool) -> Iterator[World]:
    """Return a world with one process and a public address."""
    yield from _played(World(rig, on_discord=on_discord))


@pytest.fixture
def polling_world(rig: Rig, on_discord: bool) -> Iterator[World]:
    """Return a world with one process and no public address."""
    yield from _played(World(rig, hooked=False, on_discord=on_discord))


@pytest.fixture
def shared_world(rig: Rig, on_discord: bool) -> Iterator[World]:
    """Return a world with two processes on one database, and no public address."""
    yield from _played(World(rig, hooked=False, together=True, on_discord=on_discord), processes=2)


@pytest.fixture
def two(rig: Rig, on_discord: bool) -> Iterator[World]:
    """Return a world with two processes on one database; the first leads."""
    yield from _played(World(rig, together=True, on_discord=on_discord), processes=2)


def _played(world: World, processes: int = 1) -> Iterator[World]:
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


# ── The answer to a commit is lost ──────────────────────────────────────────────────────────────


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
    world.troubles.add(world.chat.channel.id)
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


def break_service(process: Process, after_s: float = 0) -> None:
    """Let a defect keep this process from taking commands."""

    async def fails(*_: object) -> Accepted:
        await asyncio.sleep(after_s)
        raise RuntimeError("a defect")

    process.service.imagine = fails  # type: ignore[method-assign]


def test_who_hears_that_it_failed_has_no_job(world: World) -> None:
    break_service(world.process)
    imagine(world)
    world.wait(12)
    assert world.log_of("interaction_failed")
    assert not world.look().jobs


# ── A slow answer ───────────────────────────────────────────────────────────────────────────────

SLOW = "I'm slow just now. If this doesn't change within two minutes, nothing was charged;"


def be_slow(world: World) -> None:
    """Let a command come to a process that says that it is slow."""
    world.process.border.outages = {"database history.recent_durations"}
    imagine(world)
    wait_until_slow(world)
    assert last_words(world).startswith(SLOW)


def wait_until_slow(world: World) -> None:
    world.wait(1)
    assert world.thinking()
    world.wait(3.5)
    assert not world.thinking()


def store_and_die(world: World) -> None:
    """Let the slow process store its jobs, and die before it can say so."""
    world.process.border.outages = set()
    world.process.border.expect(Trouble.DEATH, "chat", 0)
    world.wait(6)
    assert not world.alive


def delay_service(process: Process, by_s: float) -> None:
    """Let commands reach the service that much later."""
    imagine = process.service.imagine

    async def imagine_late(*given: Any) -> Any:
        await asyncio.sleep(by_s)
        return await imagine(*given)

    process.service.imagine = imagine_late  # type: ignore[method-assign]


def last_words(world: World) -> str:
    return [each.text for each in world.chat.channel.all_messages if not each.deleted][-1]


def test_what_a_slow_process_said_stays_true_when_it_dies(world: World) -> None:
    be_slow(world)
    world.kill(world.process)
    world.start_process()
    world.wait(2 * MINUTE)
    assert last_words(world).startswith(SLOW)
    assert not world.look().jobs
    check_the_end(world)


def test_a_slow_process_says_so_in_the_language_that_the_person_chose(world: World) -> None:
    personal = world.process.stores.personal
    german = Preferences(language="de")
    ann = Person(platform="discord", id=str(world.chat.ann.id))
    world.process.do(personal.change_preferences(ann, lambda _: german))
    delay_service(world.process, 5)
    imagine(world)
    wait_until_slow(world)
    assert last_words(world).startswith("Ich bin gerade langsam.")


def test_a_slow_process_says_so_to_the_person_alone_where_the_job_is_private(world: World) -> None:
    delay_service(world.process, 5)
    world.imagine(
        world.chat.ann, world.chat.channel, "a cat", is_private=True, heard_by=[world.process]
    )
    wait_until_slow(world)
    (said,) = (each for each in world.chat.channel.all_messages if SLOW in each.text)
    assert said.ephemeral


def test_the_placeholder_takes_the_place_of_what_a_slow_process_said(world: World) -> None:
    delay_service(world.process, 10)
    imagine(world)
    wait_until_slow(world)
    assert last_words(world).startswith(SLOW)
    world.wait(6)
    assert SLOW not in last_words(world)
    assert the_job(world).origin.placeholder_id == str(world.chat.channel.all_messages[-1].id)


def test_a_failure_takes_the_place_of_what_a_slow_process_said(world: World) -> None:
    break_service(world.process, after_s=6)
    imagine(world)
    wait_until_slow(world)
    assert last_words(world).startswith(SLOW)
    world.wait(MINUTE)
    *_, apology = (each for each in world.chat.channel.all_messages if not each.deleted)
    assert apology.text.startswith("Sorry, something went wrong")


def test_what_was_received_too_long_ago_is_not_stored(world: World) -> None:
    delay_service(world.process, 45)
    imagine(world)
    wait_until_slow(world)
    world.wait(MINUTE)
    assert last_words(world).startswith("That took me too long, sorry.")
    assert not world.look().jobs


def test_what_was_stored_before_its_slow_process_died_is_shown(world: World) -> None:
    be_slow(world)
    store_and_die(world)
    world.start_process()
    world.wait(MINUTE)
    assert the_job(world).status is JobStatus.RUNNING
    assert "I'm drawing it now" in last_words(world)


def test_what_a_slow_process_stored_is_shown_though_its_turn_is_far_away(world: World) -> None:
    for number in range(SLOTS):
        imagine(world, f"cat {number}")
    world.wait(6)
    be_slow(world)
    store_and_die(world)
    world.start_process()
    world.wait(MINUTE)
    assert "It's waiting its turn" in last_words(world)
    assert [button.label for button in world.chat.channel.all_messages[-1].buttons] == ["Cancel"]


def test_a_slow_process_says_nothing_over_the_answer_of_another(shared_world: World) -> None:
    world = shared_world
    slow, other = world.alive
    delay_service(slow, 30)
    world.imagine(world.chat.ann, world.chat.channel, "a cat", heard_by=[slow])
    world.wait(1)
    assert world.thinking()
    (command,) = world.chat.interactions.values()
    world.hear_again(command, "a cat", other)
    for _ in range(10):
        assert "on it" in last_words(world) or "drawing" in last_words(world)
        world.wait(0.5)


def test_another_process_completes_the_answer_of_one_that_was_slow(shared_world: World) -> None:
    world = shared_world
    for number in range(SLOTS):
        imagine(world, f"cat {number}")
    world.wait(6)
    slow, other = world.alive
    delay_service(slow, 30)
    world.imagine(world.chat.ann, world.chat.channel, "a cat", heard_by=[slow])
    wait_until_slow(world)
    world.kill(slow)
    *_, command = world.chat.interactions.values()
    world.hear_again(command, "a cat", other)
    assert "You're next in the queue" in last_words(world)


def test_who_was_slow_leaves_alone_what_another_has_answered(shared_world: World) -> None:
    world = shared_world
    slow, other = world.alive
    delay_service(slow, 30)
    world.imagine(world.chat.ann, world.chat.channel, "a cat", heard_by=[slow])
    wait_until_slow(world)
    (command,) = world.chat.interactions.values()
    world.hear_again(command, "a cat", other)
    world.wait(8)  # the leader finds the other's job within a second
    for _ in range(10):
        assert "drawing" in last_words(world)
        world.wait(6)


# ── The provider's account ──────────────────────────────────────────────────────────────────────


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


# ── Doubtful jobs ───────────────────────────────────────────────────────────────────────────────


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


# ── Leaders ─────────────────────────────────────────────────────────────────────────────────────


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
    for world in _played(World(rig, together=True), processes=1):
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
    for world in _played(World(rig, together=True), processes=1):
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
    world.process.border.outages = {"database"}
    world.let_go()
    world.wait(20)
    assert len(world.log_of("lease_lost")) == 2
    world.process.border.outages = set()
    world.wait(6)
    assert status_of(world, "under way") is JobStatus.RUNNING
    assert status_of(world, "waits") is JobStatus.RUNNING
    check_once(world, "under way", "waits")


# ── Discord ─────────────────────────────────────────────────────────────────────────────────────


def hear_an_apology_and_be_accepted(world: World) -> None:
    """Let one process fail, and answer so, and then another one store the same command's job."""
    first, second = world.alive
    break_service(first)
    world.imagine(world.chat.ann, world.chat.channel, "a cat", heard_by=[first])
    (command,) = world.chat.interactions.values()
    assert not world.look().jobs
    world.hear_again(command, "a cat", second)


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


def test_what_may_stand_in_a_channel_that_we_cannot_read_does_not_come_directly_too(
    world: World,
) -> None:
    imagine(world, "a cat --relax")
    world.freeze(15 * MINUTE)  # the reply token ends
    world.chat.fail("send", "lost on the way back")
    succeed(world)
    world.chat.channel.deny("view_channel")
    world.troubles.add(world.chat.channel.id)
    world.wait(12)
    assert delivery_status(world) is DeliveryStatus.UNDELIVERABLE
    world.wait(MINUTE)
    check_the_end(world)


@only_on_discord
def test_a_channel_that_refused_once_is_not_asked_again(world: World) -> None:
    imagine(world, "a cat --relax")
    world.freeze(15 * MINUTE)
    world.chat.channel.deny("view_channel")
    world.troubles.add(world.chat.channel.id)
    direct = world.chat.dm(world.chat.ann)
    world.chat.faults.add("POST", f"/channels/{direct.id}/messages", Status(status=503))
    succeed(world)
    world.wait(12)
    check_the_end(world)
    assert len(direct.messages) == 1


def test_private_result_whose_token_has_ended_comes_as_one_direct_message(world: World) -> None:
    imagine(world, is_private=True)
    world.freeze(20 * MINUTE)
    succeed(world)
    world.wait(MINUTE)
    check_the_end(world)
    assert len(world.chat.dm(world.chat.ann).messages) == 1


def test_group_whose_placeholder_a_person_deletes_is_posted_all_the_same(world: World) -> None:
    imagine(world, "a {red, blue} cat")
    world.press(world.buttons(actions.START)[0], world.process)
    world.wait(6)
    placeholder = world.chat.channel.messages[-1]
    assert "2 drawing" in placeholder.text
    world.delete_message(placeholder)
    for _ in range(2):
        succeed(world)
        world.wait(6)
    check_the_end(world)
    assert len(world.cards()) == 2
    assert world.provider.ledger == {"a red cat": 1, "a blue cat": 1}


def test_a_first_direct_message_needs_no_proof_that_none_came_before(world: World) -> None:
    imagine(world, is_private=True)
    world.chat.fail("change", "lost there", times=MANY)
    succeed(world)
    world.freeze(20 * MINUTE)
    world.wait(MINUTE)
    check_the_end(world)
    assert len(world.chat.dm(world.chat.ann).messages) == 1


def test_an_empty_direct_conversation_proves_that_nothing_arrived_there(world: World) -> None:
    direct = world.chat.dm(world.chat.ann)
    world.chat.fail("answer", "lost there", times=MANY)
    world.chat.fail("send", "lost there", times=MANY)
    world.chat.fail("look", "lost there")  # the look for the answer
    world.imagine(world.chat.ann, direct, "a cat", heard_by=world.alive)
    world.wait(18)
    succeed(world)
    world.freeze(3 * MINUTE)
    world.chat.forget_troubles()
    world.wait(MINUTE)
    check_the_end(world)
    assert len(direct.messages) == 1


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
