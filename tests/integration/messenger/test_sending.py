"""New messages: what Discord is asked, and what its answers mean."""

from datetime import timedelta

import discord
import pytest

from bot.domain.errors import (
    DeniedError,
    MessageInDoubtError,
    MessageTooLargeError,
    NotSentError,
    UndeliverableError,
    UnexplainedError,
)
from bot.domain.jobs import Failure, FailureCode
from bot.domain.messages import Message
from bot.platforms.discord import ImagineBot
from bot.screens.result import done_notice, failure_view
from tests.clocks import SteppedClock
from tests.integration.messenger.fixtures import Rig, make_rig, picture
from tests.standins.discord import DiscordStandIn, faults
from tests.standins.discord.routes import MESSAGES
from tests.standins.ports import free_port


async def send(rig: Rig) -> Message:
    return await rig.messenger.send(rig.conversation, rig.result, key=rig.key)


async def test_a_result_is_a_new_message_that_notifies_its_person_alone(rig: Rig) -> None:
    message = await send(rig)
    _, sent = rig.d.channel.messages
    assert message == Message(conversation=rig.conversation, id=str(sent.id))
    assert sent.images == [picture(index) for index in range(4)]
    assert sent.pinged == {rig.d.ann.id}


async def test_discord_is_to_keep_to_the_key(rig: Rig) -> None:
    await send(rig)
    (sent,) = rig.d.calls("POST", MESSAGES)
    assert (sent.json["nonce"], sent.json["enforce_nonce"]) == (rig.key, True)


async def test_a_repeated_send_gives_the_first_message(rig: Rig) -> None:
    assert await send(rig) == await send(rig)
    assert len(rig.d.channel.messages) == 2


async def test_a_failure_is_a_message_that_says_so(
    d: DiscordStandIn, bot: ImagineBot, clock: SteppedClock
) -> None:
    rig = await make_rig(d, bot, clock, images=0, failure=Failure(code=FailureCode.QUOTA))
    await rig.messenger.send(rig.conversation, failure_view(rig.job), key=rig.key)
    assert "quota" in d.channel.messages[-1].text


async def test_that_it_is_done_is_a_direct_message_with_a_link(rig: Rig) -> None:
    conversation = await rig.messenger.direct(rig.job.origin.person)
    url = rig.messenger.address(Message(conversation=rig.conversation, id="42"))
    await rig.messenger.send(conversation, done_notice(rig.job, url), key=f"{rig.job.id}.done")
    (sent,) = rig.d.dm(rig.d.ann).messages
    link = f"https://discord.com/channels/{rig.d.guild.id}/{rig.d.channel.id}/42"
    assert sent.content == f"Your pictures are ready: {link}"
    assert rig.d.calls("POST", MESSAGES)[-1].json["nonce"] == f"{rig.job.id}.done"


# ── It may have arrived, or certainly did not ───────────────────────────────────────────────────


@pytest.mark.parametrize(
    "trouble",
    [
        faults.lose_answer_after_effect(),
        faults.lose_before_effect(),
        faults.garbage(after_effect=True),
        faults.status(503),
    ],
)
async def test_an_answer_that_tells_nothing_leaves_it_in_doubt(
    rig: Rig, trouble: faults.Action
) -> None:
    rig.d.faults.add("POST", MESSAGES, trouble)
    with pytest.raises(MessageInDoubtError):
        await send(rig)


async def test_a_long_rate_limit_is_no_send_and_tells_when_to_come_again(rig: Rig) -> None:
    rig.d.faults.add("POST", MESSAGES, faults.status(429, retry_after=90))
    with pytest.raises(NotSentError) as refused:
        await send(rig)
    assert refused.value.retry_after == timedelta(seconds=90)


async def test_a_ban_is_no_send_and_tells_when_to_come_again(rig: Rig) -> None:
    ban = faults.status(429, retry_after=90, from_discord=False)
    rig.d.faults.add("POST", MESSAGES, ban)
    with pytest.raises(NotSentError) as refused:
        await send(rig)
    assert refused.value.retry_after == timedelta(seconds=90)


async def test_a_rejected_bot_token_is_no_send(rig: Rig) -> None:
    rig.d.faults.add("POST", MESSAGES, faults.status(401))
    with pytest.raises(NotSentError):
        await send(rig)


async def test_without_a_connection_it_is_no_send(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(NotSentError):
        await send(rig)


async def test_a_rate_limit_after_a_lost_answer_leaves_it_in_doubt(rig: Rig) -> None:
    rig.d.faults.add("POST", MESSAGES, faults.garbage(502))  # discord.py repeats these by itself
    rig.d.faults.add("POST", MESSAGES, faults.status(429, retry_after=90))
    with pytest.raises(MessageInDoubtError):
        await send(rig)
    assert len(rig.d.calls("POST", MESSAGES)) == 2


async def test_a_refusal_after_a_lost_answer_leaves_it_in_doubt(rig: Rig) -> None:
    rig.d.faults.add("POST", MESSAGES, faults.garbage(502))
    rig.d.faults.add("POST", MESSAGES, faults.status(403, 50013))
    with pytest.raises(MessageInDoubtError):
        await send(rig)


# ── Refusals ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("permission", ["send_messages", "attach_files", "view_channel"])
async def test_without_permission_it_is_denied(rig: Rig, permission: str) -> None:
    rig.d.channel.deny(permission)
    with pytest.raises(DeniedError):
        await send(rig)


async def test_a_locked_thread_denies_it(rig: Rig) -> None:
    rig.d.channel.locked = True
    with pytest.raises(DeniedError):
        await send(rig)


async def test_who_takes_no_direct_messages_denies_it(
    d: DiscordStandIn, bot: ImagineBot, clock: SteppedClock
) -> None:
    rig = await make_rig(d, bot, clock, is_direct=True)
    d.ann.accepts_dms = False
    with pytest.raises(DeniedError, match="50007"):
        await send(rig)


async def test_a_deleted_channel_takes_nothing_ever(rig: Rig) -> None:
    rig.d.channel.delete()
    with pytest.raises(UndeliverableError, match="10003"):
        await send(rig)


@pytest.mark.parametrize("status", [400, 403, 404, 405])
async def test_a_refusal_without_a_code_of_discords_may_pass(rig: Rig, status: int) -> None:
    """A proxy's page, for example: it says nothing of what may be done there."""
    rig.d.faults.add("POST", MESSAGES, faults.status(status))
    with pytest.raises(UnexplainedError):
        await send(rig)


async def test_whoever_took_too_long_to_be_heard_may_have_been(rig: Rig) -> None:
    rig.d.faults.add("POST", MESSAGES, faults.status(408))
    with pytest.raises(MessageInDoubtError):
        await send(rig)


async def test_files_that_are_too_large_are_told(rig: Rig) -> None:
    rig.d.faults.add("POST", MESSAGES, faults.status(413, 40005))
    with pytest.raises(MessageTooLargeError):
        await send(rig)


async def test_a_message_that_somebody_deleted_has_been_sent(rig: Rig) -> None:
    rig.d.faults.add("POST", MESSAGES, faults.status(404, 10008))
    assert (await send(rig)).id == "0"


async def test_a_direct_conversation_that_discord_refuses_is_denied(rig: Rig) -> None:
    rig.d.faults.add("POST", "/users/@me/channels", faults.status(403, 50007))
    with pytest.raises(DeniedError, match="50007"):
        await rig.messenger.direct(rig.job.origin.person)


async def test_a_direct_conversation_that_a_proxy_refuses_is_unexplained(rig: Rig) -> None:
    rig.d.faults.add("POST", "/users/@me/channels", faults.status(403))
    with pytest.raises(UnexplainedError):
        await rig.messenger.direct(rig.job.origin.person)
