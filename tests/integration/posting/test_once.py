"""Posting a result exactly once, whatever becomes of the first attempt."""

from datetime import timedelta

import pytest

from bot.domain.errors import DeliveryDelayedError, LostLeaseError, UndeliverableError
from bot.domain.jobs import Failure, FailureCode
from bot.platforms.discord import ImagineBot
from tests.clocks import SteppedClock
from tests.integration.messenger.fixtures import picture
from tests.integration.posting.fixtures import Rig, make_rig, tenure_of
from tests.standins.discord import DiscordStandIn, faults
from tests.standins.discord.routes import MESSAGES


async def test_a_result_is_one_new_message_and_the_placeholder_goes(rig: Rig) -> None:
    await rig.deliver()
    (result,) = rig.d.channel.messages
    assert result.images == [picture(index) for index in range(4)]
    assert result.pinged == {rig.d.ann.id}
    assert rig.message_ids == [str(result.id)]


async def test_a_repeated_delivery_posts_nothing_more(rig: Rig) -> None:
    await rig.deliver()
    await rig.deliver([])
    assert len(rig.d.channel.messages) == 1


async def test_the_nonce_is_the_job_and_the_part(rig: Rig) -> None:
    await rig.deliver()
    (sent,) = rig.d.calls("POST", MESSAGES)
    assert (sent.json["nonce"], sent.json["enforce_nonce"]) == (f"{rig.job.id}.0", True)


async def test_a_part_is_recorded_before_it_is_sent(rig: Rig) -> None:
    rig.deliveries.is_lost = True
    with pytest.raises(LostLeaseError):
        await rig.deliver()
    assert rig.results == []


async def test_nothing_leaves_for_a_delivery_that_another_process_may_have(rig: Rig) -> None:
    before = len(rig.d.requests)
    with pytest.raises(LostLeaseError):
        await rig.deliver(tenure=tenure_of(rig.clock, timedelta()))
    assert len(rig.d.requests) == before


async def test_24_images_come_as_three_cards(
    d: DiscordStandIn, bot: ImagineBot, clock: SteppedClock
) -> None:
    rig = await make_rig(d, bot, clock, images=24)
    await rig.deliver()
    assert [len(message.images) for message in rig.results] == [10, 10, 4]
    assert rig.results[2].labels == [
        *("21", "22", "23", "24"),
        *("V21", "V22", "V23", "V24"),
        *("Again", "Edit", "Delete", "Details"),
    ]


async def test_a_failure_is_a_message_that_says_so(
    d: DiscordStandIn, bot: ImagineBot, clock: SteppedClock
) -> None:
    failure = Failure(code=FailureCode.QUOTA)
    rig = await make_rig(d, bot, clock, images=0, failure=failure)
    await rig.deliver()
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
    rig: Rig, trouble: faults.Action
) -> None:
    rig.d.faults.add("POST", MESSAGES, trouble)
    with pytest.raises(DeliveryDelayedError):
        await rig.deliver()
    rig.clock.step(seconds=5)
    await rig.deliver()
    assert len(rig.d.channel.messages) == 1


async def test_a_message_deleted_by_somebody_counts_as_delivered(rig: Rig) -> None:
    rig.d.faults.add("POST", MESSAGES, faults.status(404, 10008))
    await rig.deliver()
    assert rig.d.channel.messages == []
    assert rig.message_ids == ["0"]


async def test_with_an_old_nonce_the_card_that_arrived_is_found(rig: Rig) -> None:
    rig.d.faults.add("POST", MESSAGES, faults.lose_answer_after_effect())
    with pytest.raises(DeliveryDelayedError):
        await rig.deliver()
    rig.clock.step(minutes=3)
    rig.d.forget_nonces()
    await rig.deliver()
    (result,) = rig.d.channel.messages
    assert rig.message_ids == [str(result.id)]


async def test_a_card_is_found_behind_many_messages(rig: Rig) -> None:
    for number in range(250):
        rig.d.say(rig.d.ben, rig.d.channel, f"chat {number}")
    rig.d.faults.add("POST", MESSAGES, faults.lose_answer_after_effect())
    with pytest.raises(DeliveryDelayedError):
        await rig.deliver()
    rig.clock.step(minutes=3)
    rig.d.forget_nonces()
    await rig.deliver()
    assert len(rig.results) == 1
    assert len(rig.d.calls("GET", MESSAGES)) == 3


async def test_with_an_old_nonce_and_no_card_the_placeholder_becomes_the_result(
    rig: Rig,
) -> None:
    await lose_the_first_send(rig)
    await rig.deliver()
    assert rig.d.channel.messages == [rig.placeholder]
    assert rig.placeholder.images == [picture(index) for index in range(4)]
    assert rig.message_ids == [str(rig.placeholder.id)]


async def test_a_placeholder_that_became_the_result_is_never_deleted(rig: Rig) -> None:
    await lose_the_first_send(rig)
    await rig.deliver()
    await rig.deliver([])
    assert rig.d.channel.messages == [rig.placeholder]


async def test_with_an_old_nonce_and_unreadable_history_the_placeholder_becomes_the_result(
    rig: Rig,
) -> None:
    await lose_the_first_send(rig)
    rig.d.channel.deny("read_message_history")
    await rig.deliver()
    assert rig.d.channel.messages == [rig.placeholder]


async def test_with_an_old_nonce_and_no_placeholder_a_proven_absence_lets_it_be_sent(
    rig: Rig,
) -> None:
    await lose_the_first_send(rig)
    rig.placeholder.deleted = True
    rig.d.say(rig.d.ben, rig.d.channel, "hello")
    await rig.deliver()
    assert len(rig.results) == 1


async def test_with_nothing_to_go_by_there_is_no_blind_second_post(rig: Rig) -> None:
    await lose_the_first_send(rig)
    rig.placeholder.deleted = True
    rig.d.channel.deny("read_message_history")
    with pytest.raises(UndeliverableError):
        await rig.deliver()
    assert rig.results == []


async def lose_the_first_send(rig: Rig) -> None:
    rig.d.faults.add("POST", MESSAGES, faults.lose_before_effect())
    with pytest.raises(DeliveryDelayedError):
        await rig.deliver()
    rig.clock.step(minutes=3)
    rig.d.forget_nonces()


async def test_a_long_rate_limit_delays_by_what_discord_says(rig: Rig) -> None:
    rig.d.faults.add("POST", MESSAGES, faults.status(429, retry_after=90))
    with pytest.raises(DeliveryDelayedError) as delayed:
        await rig.deliver()
    assert delayed.value.retry_after == timedelta(seconds=90)


async def test_a_rejected_token_delays(rig: Rig) -> None:
    rig.d.faults.add("POST", MESSAGES, faults.status(401))
    with pytest.raises(DeliveryDelayedError):
        await rig.deliver()
