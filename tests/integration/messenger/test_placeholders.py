"""The placeholder's message: changed, read and deleted, as its author or by the token."""

from dataclasses import replace

import pytest

from bot.domain.errors import (
    DeniedError,
    MessageGoneError,
    MessageInDoubtError,
    MessageTooLargeError,
    NotSentError,
    UnreadableError,
)
from bot.domain.messages import Message
from bot.domain.views import View
from bot.platforms.discord import ImagineBot
from tests.integration.messenger.fixtures import Rig, messenger_of, picture, respond
from tests.standins.discord import faults
from tests.standins.discord.routes import BY_TOKEN, ONE_MESSAGE


async def replaced(rig: Rig, view: View | None = None) -> Message:
    return await rig.messenger.replace(rig.placeholder, view or rig.result, key=rig.key)


async def shown(rig: Rig) -> Message | None:
    return await rig.messenger.shows(rig.placeholder, key=rig.key)


def message_of(rig: Rig) -> Message:
    return Message(conversation=rig.conversation, id=str(rig.shown.id))


# ── Replacing ───────────────────────────────────────────────────────────────────────────────────


async def test_it_becomes_the_result_by_its_author(rig: Rig) -> None:
    assert await replaced(rig) == message_of(rig)
    assert rig.shown.images == [picture(index) for index in range(4)]
    assert [edit.via for edit in rig.d.edits] == ["channel"]


async def test_it_says_how_the_job_stands(rig: Rig) -> None:
    assert await replaced(rig, rig.progress) == message_of(rig)
    assert "drawing it now" in rig.shown.text


async def test_a_repeat_shows_the_same(rig: Rig) -> None:
    assert await replaced(rig) == await replaced(rig)
    assert rig.shown.images == [picture(index) for index in range(4)]


async def test_out_of_sight_it_is_changed_by_the_token(rig: Rig) -> None:
    rig.d.channel.deny("view_channel")
    assert await replaced(rig) == message_of(rig)
    assert len(rig.shown.images) == 4
    assert rig.d.edits[-1].via == "token"


async def test_a_private_one_is_changed_by_the_token_alone(rig: Rig) -> None:
    rig.make_private()
    await replaced(rig)
    assert rig.d.calls("PATCH", ONE_MESSAGE) == []
    assert [edit.via for edit in rig.d.edits] == ["token"]


async def test_a_private_one_cannot_be_changed_without_the_token(rig: Rig) -> None:
    rig.make_private()
    rig.clock.step(minutes=15)
    with pytest.raises(DeniedError):
        await replaced(rig)


async def test_out_of_sight_it_cannot_be_changed_without_the_token(rig: Rig) -> None:
    rig.d.channel.deny("view_channel")
    rig.clock.step(minutes=15)
    with pytest.raises(DeniedError, match="50001"):
        await replaced(rig)


async def test_a_token_that_ended_early_denies_it(rig: Rig) -> None:
    rig.make_private()
    rig.d.faults.add("PATCH", BY_TOKEN, faults.status(401, 50027))
    with pytest.raises(DeniedError, match="50027"):
        await replaced(rig)


@pytest.mark.parametrize("is_private", [False, True])
async def test_one_that_was_deleted_is_gone(rig: Rig, is_private: bool) -> None:
    rig.job = replace(rig.job, is_private=is_private)
    rig.shown.deleted = True
    with pytest.raises(MessageGoneError):
        await replaced(rig)


async def test_one_that_was_deleted_is_gone_without_the_token_too(rig: Rig) -> None:
    rig.shown.deleted = True
    rig.clock.step(minutes=15)
    with pytest.raises(MessageGoneError):
        await replaced(rig)


async def test_one_whose_id_got_lost_is_asked_for(rig: Rig) -> None:
    rig.forget_placeholder()
    assert await replaced(rig) == message_of(rig)


async def test_one_whose_id_got_lost_with_the_token_cannot_be_changed(rig: Rig) -> None:
    rig.forget_placeholder()
    rig.clock.step(minutes=15)
    with pytest.raises(DeniedError):
        await replaced(rig)


async def test_what_another_process_said_in_its_place_is_no_placeholder(
    rig: Rig, bot: ImagineBot
) -> None:
    other = await rig.d.slash(rig.d.ann, rig.d.channel, "imagine", prompt="a fox", wait=0)
    await respond(bot, other, {"type": 4, "data": {"content": "No."}})
    rig.forget_placeholder(interaction_id=str(other.id), reply_token=other.token)
    with pytest.raises(MessageGoneError):
        await replaced(rig)


@pytest.mark.parametrize("trouble", [faults.lose_answer_after_effect(), faults.status(503)])
async def test_a_change_without_an_answer_is_in_doubt(rig: Rig, trouble: faults.Action) -> None:
    rig.d.faults.add("PATCH", ONE_MESSAGE, trouble, times=None)
    with pytest.raises(MessageInDoubtError):
        await replaced(rig)


async def test_a_change_that_takes_too_long_is_in_doubt(rig: Rig, bot: ImagineBot) -> None:
    rig.messenger = messenger_of(bot, rig.clock, placeholder_timeout_s=0.05)
    rig.d.faults.add("PATCH", ONE_MESSAGE, faults.hang(1))
    with pytest.raises(MessageInDoubtError):
        await replaced(rig, rig.progress)


async def test_a_long_rate_limit_is_no_change(rig: Rig) -> None:
    rig.d.faults.add("PATCH", ONE_MESSAGE, faults.status(429, retry_after=90))
    with pytest.raises(NotSentError):
        await replaced(rig)


async def test_files_that_are_too_large_are_told(rig: Rig) -> None:
    rig.d.faults.add("PATCH", ONE_MESSAGE, faults.status(413, 40005))
    with pytest.raises(MessageTooLargeError):
        await replaced(rig)
    assert rig.d.calls("PATCH", BY_TOKEN) == []


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────


async def test_it_shows_the_result_that_took_its_place(rig: Rig) -> None:
    await replaced(rig)
    assert await shown(rig) == message_of(rig)


async def test_it_does_not_show_a_result_that_did_not(rig: Rig) -> None:
    assert await shown(rig) is None


async def test_out_of_sight_it_is_read_by_the_token(rig: Rig) -> None:
    await replaced(rig)
    rig.d.channel.deny("view_channel")
    assert await shown(rig) == message_of(rig)


async def test_a_private_one_is_read_by_the_token(rig: Rig) -> None:
    rig.make_private()
    await replaced(rig)
    assert await shown(rig) == message_of(rig)


async def test_a_private_one_cannot_be_read_without_the_token(rig: Rig) -> None:
    rig.make_private()
    rig.clock.step(minutes=15)
    with pytest.raises(UnreadableError):
        await shown(rig)


async def test_one_that_was_deleted_shows_nothing(rig: Rig) -> None:
    rig.shown.deleted = True
    with pytest.raises(MessageGoneError):
        await shown(rig)


async def test_a_look_without_an_answer_may_be_repeated(rig: Rig) -> None:
    rig.d.faults.add("GET", ONE_MESSAGE, faults.lose_answer_after_effect(), times=2)
    with pytest.raises(NotSentError):
        await shown(rig)


# ── Deleting ────────────────────────────────────────────────────────────────────────────────────


async def test_it_is_deleted_by_its_author(rig: Rig) -> None:
    await rig.messenger.delete(rig.placeholder)
    assert rig.shown.deleted
    assert rig.d.calls("DELETE", BY_TOKEN) == []


async def test_out_of_sight_it_is_deleted_by_the_token(rig: Rig) -> None:
    rig.d.faults.add("DELETE", ONE_MESSAGE, faults.status(403, 50001))
    await rig.messenger.delete(rig.placeholder)
    assert rig.shown.deleted


async def test_a_private_one_is_deleted_by_the_token(rig: Rig) -> None:
    rig.make_private()
    await rig.messenger.delete(rig.placeholder)
    assert rig.shown.deleted
    assert rig.d.calls("DELETE", ONE_MESSAGE) == []


async def test_one_whose_id_got_lost_is_deleted(rig: Rig) -> None:
    rig.forget_placeholder()
    await rig.messenger.delete(rig.placeholder)
    assert rig.shown.deleted


async def test_one_that_nobody_may_delete_stays(rig: Rig) -> None:
    rig.d.faults.add("DELETE", ONE_MESSAGE, faults.status(403, 50001))
    rig.clock.step(minutes=15)
    await rig.messenger.delete(rig.placeholder)
    assert not rig.shown.deleted


async def test_one_that_is_gone_already_is_fine(rig: Rig) -> None:
    rig.shown.deleted = True
    await rig.messenger.delete(rig.placeholder)


async def test_a_deletion_without_an_answer_is_in_doubt(rig: Rig) -> None:
    rig.d.faults.add("DELETE", ONE_MESSAGE, faults.status(503))
    with pytest.raises(MessageInDoubtError):
        await rig.messenger.delete(rig.placeholder)
