"""Posting a result exactly once, whatever becomes of the first attempt."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.errors import DeliveryDelayedError, LostLeaseError, UndeliverableError
from bot.domain.jobs import Failure, FailureCode
from bot.platforms.discord import ImagineBot
from bot.services.leases import LEASE, Lease, Term
from tests.clocks import SteppedClock
from tests.integration.posting.stage import Stage, picture, staged
from tests.standins.discord import DiscordStandIn, faults
from tests.standins.discord.routes import MESSAGES


async def test_a_result_is_one_new_message_and_the_placeholder_goes(stage: Stage) -> None:
    await stage.deliver()
    (result,) = stage.d.channel.messages
    assert result.images == [picture(index) for index in range(4)]
    assert result.pinged == {stage.d.ann.id}
    assert stage.message_ids == [str(result.id)]


async def test_a_repeated_delivery_posts_nothing_more(stage: Stage) -> None:
    await stage.deliver()
    await stage.deliver([])
    assert len(stage.d.channel.messages) == 1


async def test_the_nonce_is_the_job_and_the_part(stage: Stage) -> None:
    await stage.deliver()
    (sent,) = stage.d.calls("POST", MESSAGES)
    assert (sent.json["nonce"], sent.json["enforce_nonce"]) == (f"{stage.job.id}.0", True)


async def test_a_part_is_recorded_before_it_is_sent(stage: Stage) -> None:
    stage.log.is_lost = True
    with pytest.raises(LostLeaseError):
        await stage.deliver()
    assert stage.results == []


async def test_nothing_leaves_for_a_delivery_that_another_process_may_have(stage: Stage) -> None:
    before = len(stage.d.requests)
    lease = Lease(stage.clock, Term.beginning(stage.clock.now() - LEASE))
    with lease.guarding(), pytest.raises(LostLeaseError):
        await stage.deliver()
    assert len(stage.d.requests) == before


async def test_a_send_kept_back_by_a_rate_limit_until_its_lease_is_over_does_not_leave(
    stage: Stage,
) -> None:
    stage.d.faults.add("POST", MESSAGES, faults.status(429, retry_after=0.5))
    lease = Lease(stage.clock, Term.beginning(stage.clock.now()))
    with lease.guarding():
        delivering = asyncio.create_task(stage.deliver())
    await stage.d.wait_for(lambda: stage.d.calls("POST", MESSAGES))
    stage.clock.step(seconds=LEASE.total_seconds())
    with pytest.raises(LostLeaseError):
        await delivering
    assert [call.status for call in stage.d.calls("POST", MESSAGES)] == [429]


async def test_24_images_come_as_three_cards(
    d: DiscordStandIn, bot: ImagineBot, clock: SteppedClock
) -> None:
    stage = await staged(d, bot, clock, images=24)
    await stage.deliver()
    assert [len(message.images) for message in stage.results] == [10, 10, 4]
    assert stage.results[2].labels == [
        *("21", "22", "23", "24"),
        *("V21", "V22", "V23", "V24"),
        *("Again", "Edit", "Delete", "Details"),
    ]


async def test_a_failure_is_a_message_that_says_so(
    d: DiscordStandIn, bot: ImagineBot, clock: SteppedClock
) -> None:
    failure = Failure(code=FailureCode.QUOTA)
    stage = await staged(d, bot, clock, images=0, failure=failure)
    await stage.deliver()
    (result,) = d.channel.messages
    assert "failed" in result.text
    assert "quota" in result.text


@pytest.mark.parametrize(
    "trouble",
    [
        faults.lose_answer_after_effect(),
        faults.garbage(after_effect=True),
        faults.lose_before_effect(),
        faults.status(503),
    ],
)
async def test_an_unknown_outcome_is_repeated_without_a_second_post(
    stage: Stage, trouble: faults.Action
) -> None:
    stage.d.faults.add("POST", MESSAGES, trouble)
    with pytest.raises(DeliveryDelayedError):
        await stage.deliver()
    stage.clock.step(seconds=5)
    await stage.deliver()
    assert len(stage.d.channel.messages) == 1


async def test_a_message_deleted_by_somebody_counts_as_delivered(stage: Stage) -> None:
    stage.d.faults.add("POST", MESSAGES, faults.status(404, 10008))
    await stage.deliver()
    assert stage.d.channel.messages == []
    assert stage.message_ids == ["0"]


async def test_with_an_old_nonce_the_card_that_arrived_is_found(stage: Stage) -> None:
    stage.d.faults.add("POST", MESSAGES, faults.lose_answer_after_effect())
    with pytest.raises(DeliveryDelayedError):
        await stage.deliver()
    stage.clock.step(minutes=3)
    stage.d.forget_nonces()
    await stage.deliver()
    (result,) = stage.d.channel.messages
    assert stage.message_ids == [str(result.id)]


async def test_a_card_is_found_behind_many_messages(stage: Stage) -> None:
    for number in range(250):
        stage.d.say(stage.d.ben, stage.d.channel, f"chat {number}")
    stage.d.faults.add("POST", MESSAGES, faults.lose_answer_after_effect())
    with pytest.raises(DeliveryDelayedError):
        await stage.deliver()
    stage.clock.step(minutes=3)
    stage.d.forget_nonces()
    await stage.deliver()
    assert len(stage.results) == 1
    assert len(stage.d.calls("GET", MESSAGES)) == 3


async def test_with_an_old_nonce_and_no_card_the_placeholder_becomes_the_result(
    stage: Stage,
) -> None:
    await lose_the_first_send(stage)
    await stage.deliver()
    assert stage.d.channel.messages == [stage.placeholder]
    assert stage.placeholder.images == [picture(index) for index in range(4)]
    assert stage.message_ids == [str(stage.placeholder.id)]


async def test_a_placeholder_that_became_the_result_is_never_deleted(stage: Stage) -> None:
    await lose_the_first_send(stage)
    await stage.deliver()
    await stage.deliver([])
    assert stage.d.channel.messages == [stage.placeholder]


async def test_with_an_old_nonce_and_unreadable_history_the_placeholder_becomes_the_result(
    stage: Stage,
) -> None:
    await lose_the_first_send(stage)
    stage.d.channel.deny("read_message_history")
    await stage.deliver()
    assert stage.d.channel.messages == [stage.placeholder]


async def test_with_an_old_nonce_and_no_placeholder_a_proven_absence_lets_it_be_sent(
    stage: Stage,
) -> None:
    await lose_the_first_send(stage)
    stage.placeholder.deleted = True
    stage.d.say(stage.d.ben, stage.d.channel, "hello")
    await stage.deliver()
    assert len(stage.results) == 1


async def test_with_nothing_to_go_by_there_is_no_blind_second_post(stage: Stage) -> None:
    await lose_the_first_send(stage)
    stage.placeholder.deleted = True
    stage.d.channel.deny("read_message_history")
    with pytest.raises(UndeliverableError):
        await stage.deliver()
    assert stage.results == []


async def lose_the_first_send(stage: Stage) -> None:
    stage.d.faults.add("POST", MESSAGES, faults.lose_before_effect())
    with pytest.raises(DeliveryDelayedError):
        await stage.deliver()
    stage.clock.step(minutes=3)
    stage.d.forget_nonces()


async def test_a_long_rate_limit_delays_by_what_discord_says(stage: Stage) -> None:
    stage.d.faults.add("POST", MESSAGES, faults.status(429, retry_after=90))
    with pytest.raises(DeliveryDelayedError) as delayed:
        await stage.deliver()
    assert delayed.value.retry_after == timedelta(seconds=90)


async def test_a_rejected_token_delays(stage: Stage) -> None:
    stage.d.faults.add("POST", MESSAGES, faults.status(401))
    with pytest.raises(DeliveryDelayedError):
        await stage.deliver()
