"""Where the bot may not post: the placeholder's place, a direct message, or no way at all."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import DeliveryDelayedError, UndeliverableError
from bot.platforms.discord import ImagineBot
from tests.clocks import SteppedClock
from tests.integration.posting.fixtures import Rig, make_rig
from tests.standins.discord import DiscordStandIn, faults
from tests.standins.discord.routes import BY_TOKEN, MESSAGES, ONE_MESSAGE


@pytest.mark.parametrize("permission", ["send_messages", "attach_files", "view_channel"])
async def test_without_permission_the_first_answer_becomes_the_result(
    rig: Rig, permission: str
) -> None:
    rig.d.channel.deny(permission)
    await rig.deliver()
    assert rig.d.channel.messages == [rig.placeholder]
    assert len(rig.placeholder.images) == 4
    assert rig.d.edits[-1].via == "token"


async def test_without_permission_and_token_the_result_comes_as_a_direct_message(
    rig: Rig,
) -> None:
    rig.d.channel.deny("view_channel")
    rig.clock.step(minutes=15)
    await rig.deliver()
    (result,) = rig.d.dm(rig.d.ann).messages
    assert len(result.images) == 4
    assert rig.deliveries.delivery.conversation_id == str(rig.d.dm(rig.d.ann).id)


async def test_a_direct_message_is_not_doubled_by_a_lost_answer(rig: Rig) -> None:
    rig.d.channel.deny("view_channel")
    rig.clock.step(minutes=15)
    dm = rig.d.dm(rig.d.ann)
    route = rf"/channels/{dm.id}/messages"
    rig.d.faults.add("POST", route, faults.lose_answer_after_effect())
    with pytest.raises(DeliveryDelayedError):
        await rig.deliver()
    rig.clock.step(minutes=3)
    rig.d.forget_nonces()
    await rig.deliver()
    assert len(dm.messages) == 1


async def test_a_result_that_became_the_first_answer_at_the_last_moment_is_not_doubled(
    rig: Rig,
) -> None:
    rig.d.channel.deny("send_messages")
    rig.clock.step(minutes=13, seconds=50)
    rig.d.faults.add("PATCH", BY_TOKEN, faults.lose_answer_after_effect())
    with pytest.raises(DeliveryDelayedError):
        await rig.deliver()
    rig.clock.step(seconds=15)  # the token has ended
    await rig.deliver()
    assert rig.d.dm(rig.d.ann).messages == []
    assert rig.message_ids == [str(rig.placeholder.id)]


async def test_a_result_that_became_the_first_answer_is_not_doubled_when_the_permission_is_back(
    rig: Rig,
) -> None:
    rig.d.channel.deny("send_messages")
    rig.d.faults.add("PATCH", BY_TOKEN, faults.lose_answer_after_effect())
    with pytest.raises(DeliveryDelayedError):
        await rig.deliver()
    rig.d.channel.allow("send_messages")
    rig.clock.step(seconds=1)
    await rig.deliver()
    assert rig.d.channel.all_messages == [rig.placeholder]
    assert not rig.placeholder.deleted
    assert rig.message_ids == [str(rig.placeholder.id)]


async def test_what_may_stand_already_keeps_back_no_message_that_was_never_sent(
    d: DiscordStandIn, bot: ImagineBot, clock: SteppedClock
) -> None:
    rig = await make_rig(d, bot, clock, images=12)
    d.faults.add("POST", MESSAGES, faults.lose_before_effect())
    with pytest.raises(DeliveryDelayedError):
        await rig.deliver()
    clock.step(minutes=3)  # the nonce is old, and now there is no looking and no sending
    d.channel.deny("read_message_history", "send_messages")
    await rig.deliver()
    assert len(rig.placeholder.images) == 10
    (rest,) = d.dm(d.ann).messages
    assert len(rest.images) == 2


async def test_with_every_way_closed_it_is_undeliverable_with_the_reason(rig: Rig) -> None:
    rig.d.channel.deny("view_channel")
    rig.d.ann.accepts_dms = False
    rig.clock.step(minutes=15)
    with pytest.raises(UndeliverableError, match=r"50001.*50007"):
        await rig.deliver()


async def test_a_locked_thread_falls_back_to_the_first_answer(rig: Rig) -> None:
    rig.d.channel.locked = True
    await rig.deliver()
    assert rig.d.channel.messages == [rig.placeholder]


async def test_a_deleted_channel_is_undeliverable(rig: Rig) -> None:
    rig.d.channel.delete()
    with pytest.raises(UndeliverableError, match="10003"):
        await rig.deliver()


async def test_a_closed_direct_message_falls_back_to_the_first_answer(
    d: DiscordStandIn, bot: ImagineBot, clock: SteppedClock
) -> None:
    rig = await make_rig(d, bot, clock, is_direct=True)
    d.ann.accepts_dms = False
    await rig.deliver()
    assert len(rig.placeholder.images) == 4


# ── The placeholder's place, looked at once more ────────────────────────────────────────────────


@pytest.fixture(params=["seen by all", "private"])
async def filled(rig: Rig, request: pytest.FixtureRequest) -> Rig:
    """Return a result that has taken the placeholder's place."""
    if request.param == "private":
        rig.job = replace(rig.job, is_private=True)
    else:
        rig.d.channel.deny("send_messages")
    assert await rig.deliver() == rig.clock.now() + timedelta(seconds=45)
    assert len(rig.placeholder.images) == 4
    return rig


async def test_a_result_that_stays_where_the_placeholder_was_is_done(filled: Rig) -> None:
    filled.clock.step(seconds=44)
    assert await filled.deliver([]) is not None  # too early to tell
    assert await filled.look() is None
    assert len(filled.d.edits) == 1


async def test_a_result_that_a_late_change_covered_up_is_put_there_again(filled: Rig) -> None:
    await filled.cover()
    assert await filled.look() == filled.clock.now()
    assert filled.message_ids == [None]
    assert await filled.deliver() == filled.clock.now() + timedelta(seconds=45)
    assert len(filled.placeholder.images) == 4
    assert await filled.look() is None
    assert filled.d.dm(filled.d.ann).messages == []


async def test_a_result_that_the_person_deleted_is_not_put_there_again(filled: Rig) -> None:
    filled.placeholder.deleted = True
    assert await filled.look() is None


async def test_a_result_that_nobody_can_look_at_any_more_is_done(filled: Rig) -> None:
    filled.d.channel.deny("read_message_history", "view_channel")
    filled.clock.step(minutes=15)
    assert await filled.look() is None


async def test_a_look_that_gets_no_answer_is_repeated(filled: Rig) -> None:
    await filled.cover()
    for route in (BY_TOKEN, ONE_MESSAGE):  # one of them is asked
        filled.d.faults.add("GET", route, faults.lose_answer_after_effect(), times=2)
    with pytest.raises(DeliveryDelayedError):
        await filled.look()
    assert await filled.deliver([]) == filled.clock.now()
