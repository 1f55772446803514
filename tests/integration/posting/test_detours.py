"""Where the bot may not post: the placeholder's place, a direct message, or no way at all."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import DeliveryDelayedError, UndeliverableError
from bot.platforms.discord import ImagineBot
from tests.clocks import SteppedClock
from tests.integration.posting.stage import Stage, staged
from tests.standins.discord import DiscordStandIn, faults
from tests.standins.discord.routes import BY_TOKEN, MESSAGES


@pytest.mark.parametrize("permission", ["send_messages", "attach_files", "view_channel"])
async def test_without_permission_the_first_answer_becomes_the_result(
    stage: Stage, permission: str
) -> None:
    stage.d.channel.deny(permission)
    await stage.deliver()
    assert stage.d.channel.messages == [stage.placeholder]
    assert len(stage.placeholder.images) == 4
    assert stage.d.edits[-1].via == "token"


async def test_without_permission_and_token_the_result_comes_as_a_direct_message(
    stage: Stage,
) -> None:
    stage.d.channel.deny("view_channel")
    stage.clock.step(minutes=15)
    await stage.deliver()
    (result,) = stage.d.dm(stage.d.ann).messages
    assert len(result.images) == 4
    assert stage.log.delivery.channel_id == str(stage.d.dm(stage.d.ann).id)


async def test_a_direct_message_is_not_doubled_by_a_lost_answer(stage: Stage) -> None:
    stage.d.channel.deny("view_channel")
    stage.clock.step(minutes=15)
    dm = stage.d.dm(stage.d.ann)
    route = rf"/channels/{dm.id}/messages"
    stage.d.faults.add("POST", route, faults.lose_answer_after_effect())
    with pytest.raises(DeliveryDelayedError):
        await stage.deliver()
    stage.clock.step(minutes=3)
    stage.d.forget_nonces()
    await stage.deliver()
    assert len(dm.messages) == 1


async def test_a_result_that_became_the_first_answer_at_the_last_moment_is_not_doubled(
    stage: Stage,
) -> None:
    stage.d.channel.deny("send_messages")
    stage.clock.step(minutes=13, seconds=50)
    stage.d.faults.add("PATCH", BY_TOKEN, faults.lose_answer_after_effect())
    with pytest.raises(DeliveryDelayedError):
        await stage.deliver()
    stage.clock.step(seconds=15)  # the token has ended
    await stage.deliver()
    assert stage.d.dm(stage.d.ann).messages == []
    assert stage.message_ids == [str(stage.placeholder.id)]


async def test_a_result_that_became_the_first_answer_is_not_doubled_when_the_permission_is_back(
    stage: Stage,
) -> None:
    stage.d.channel.deny("send_messages")
    stage.d.faults.add("PATCH", BY_TOKEN, faults.lose_answer_after_effect())
    with pytest.raises(DeliveryDelayedError):
        await stage.deliver()
    stage.d.channel.allow("send_messages")
    stage.clock.step(seconds=1)
    await stage.deliver()
    assert stage.d.channel.all_messages == [stage.placeholder]
    assert not stage.placeholder.deleted
    assert stage.message_ids == [str(stage.placeholder.id)]


async def test_what_may_stand_already_keeps_back_no_message_that_was_never_sent(
    d: DiscordStandIn, bot: ImagineBot, clock: SteppedClock
) -> None:
    stage = await staged(d, bot, clock, images=12)
    d.faults.add("POST", MESSAGES, faults.lose_before_effect())
    with pytest.raises(DeliveryDelayedError):
        await stage.deliver()
    clock.step(minutes=3)  # the nonce is old, and now there is no looking and no sending
    d.channel.deny("read_message_history", "send_messages")
    await stage.deliver()
    assert len(stage.placeholder.images) == 10
    (rest,) = d.dm(d.ann).messages
    assert len(rest.images) == 2


async def test_with_every_way_closed_it_is_undeliverable_with_the_reason(stage: Stage) -> None:
    stage.d.channel.deny("view_channel")
    stage.d.ann.accepts_dms = False
    stage.clock.step(minutes=15)
    with pytest.raises(UndeliverableError, match=r"50001.*50007"):
        await stage.deliver()


async def test_a_locked_thread_falls_back_to_the_first_answer(stage: Stage) -> None:
    stage.d.channel.locked = True
    await stage.deliver()
    assert stage.d.channel.messages == [stage.placeholder]


async def test_a_deleted_channel_is_undeliverable(stage: Stage) -> None:
    stage.d.channel.delete()
    with pytest.raises(UndeliverableError, match="10003"):
        await stage.deliver()


async def test_a_closed_direct_message_is_undeliverable(
    d: DiscordStandIn, bot: ImagineBot, clock: SteppedClock
) -> None:
    stage = await staged(d, bot, clock, is_direct=True)
    d.ann.accepts_dms = False
    with pytest.raises(UndeliverableError, match="50007"):
        await stage.deliver()


# ── The placeholder's place, looked at once more ────────────────────────────────────────────────


@pytest.fixture(params=["seen by all", "private"])
async def filled(stage: Stage, request: pytest.FixtureRequest) -> Stage:
    """Give a result that has taken the placeholder's place."""
    if request.param == "private":
        stage.job = replace(stage.job, is_private=True)
    else:
        stage.d.channel.deny("send_messages")
    assert await stage.deliver() == stage.clock.now() + timedelta(seconds=30)
    assert len(stage.placeholder.images) == 4
    return stage


async def test_a_result_that_stays_where_the_placeholder_was_is_done(filled: Stage) -> None:
    filled.clock.step(seconds=29)
    assert await filled.deliver([]) is not None  # too early to tell
    assert await filled.look() is None
    assert len(filled.d.edits) == 1


async def test_a_result_that_a_late_change_covered_up_is_put_there_again(filled: Stage) -> None:
    await filled.cover()
    assert await filled.look() == filled.clock.now()
    assert filled.message_ids == [None]
    assert await filled.deliver() == filled.clock.now() + timedelta(seconds=30)
    assert len(filled.placeholder.images) == 4
    assert await filled.look() is None
    assert filled.d.dm(filled.d.ann).messages == []


async def test_a_result_that_the_person_deleted_is_not_put_there_again(filled: Stage) -> None:
    filled.placeholder.deleted = True
    assert await filled.look() is None


async def test_a_result_that_nobody_can_look_at_any_more_is_done(filled: Stage) -> None:
    filled.d.channel.deny("read_message_history", "view_channel")
    filled.clock.step(minutes=15)
    assert await filled.look() is None


async def test_a_look_that_gets_no_answer_is_repeated(filled: Stage) -> None:
    await filled.cover()
    filled.d.faults.add("GET", BY_TOKEN, faults.lose_answer_after_effect(), times=2)
    with pytest.raises(DeliveryDelayedError):
        await filled.look()
    assert await filled.deliver([]) == filled.clock.now()
