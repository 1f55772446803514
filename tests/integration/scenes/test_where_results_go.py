"""Scenes of channels that refuse, of private jobs and of groups: where the results go."""

from bot.domain.deliveries import DeliveryStatus
from bot.screens import actions
from tests.integration.scenes.fixtures import (
    MINUTE,
    delivery_status,
    imagine,
    only_on_discord,
    succeed,
)
from tests.simulation.invariants import check_the_end
from tests.simulation.world import World
from tests.standins.discord.faults import Status

MANY = 1000  # calls: more than there are


def test_what_may_stand_in_a_channel_that_we_cannot_read_does_not_come_directly_too(
    world: World,
) -> None:
    imagine(world, "a cat --relax")
    world.freeze(15 * MINUTE)  # the reply token ends
    world.chat.fail("send", "lost on the way back")
    world.chat.fail("look", "lost there")  # Slack's, at once
    succeed(world)
    world.chat.channel.deny("view_channel")
    world.note_refusals(world.chat.channel)
    world.wait(2 * MINUTE)
    assert delivery_status(world) is DeliveryStatus.UNDELIVERABLE
    check_the_end(world)


@only_on_discord
def test_a_channel_that_refused_once_is_not_asked_again(world: World) -> None:
    imagine(world, "a cat --relax")
    world.freeze(15 * MINUTE)
    world.chat.channel.deny("view_channel")
    world.note_refusals(world.chat.channel)
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
