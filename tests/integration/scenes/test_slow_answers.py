"""Scenes in which the answer to a command takes its time."""

from bot.domain.conversations import Person
from bot.domain.jobs import JobStatus
from bot.domain.people import Preferences
from tests.integration.scenes.fixtures import (
    MINUTE,
    break_service,
    delay_service,
    imagine,
    only_where_answers_wait,
    the_job,
)
from tests.simulation.fault_injection import Trouble
from tests.simulation.invariants import check_the_end
from tests.simulation.process import SLOTS
from tests.simulation.world import World

pytestmark = only_where_answers_wait
SLOW = "I'm slow just now. If you get no answer within two minutes, nothing was charged;"


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
