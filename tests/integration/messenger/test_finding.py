"""Looking for a message of our own that may have arrived."""

import pytest

from bot.domain.errors import NotSentError, UnreadableError
from bot.domain.messages import Message
from bot.screens.result import result_view, single_image_view
from tests.integration.messenger.fixtures import Rig, picture, pictures
from tests.standins.discord import faults
from tests.standins.discord.routes import MESSAGES


async def send(rig: Rig, *, key: str = "") -> Message:
    return await rig.messenger.send(rig.conversation, rig.result, key=key or rig.key)


async def find(rig: Rig) -> Message | None:
    return await rig.messenger.find(rig.conversation, key=rig.key, placeholder=rig.placeholder)


async def test_what_was_sent_is_found_by_its_key(rig: Rig) -> None:
    message = await send(rig)
    assert await find(rig) == message


async def test_it_is_found_behind_many_messages(rig: Rig) -> None:
    for number in range(250):
        rig.d.say(rig.d.ben, rig.d.channel, f"chat {number}")
    message = await send(rig)
    assert await find(rig) == message
    assert len(rig.d.calls("GET", MESSAGES)) == 3


async def test_it_is_found_where_the_placeholder_is_not_known(rig: Rig) -> None:
    rig.forget_placeholder()
    message = await send(rig)
    assert await find(rig) == message


async def test_it_is_found_where_neither_placeholder_nor_time_are_known(rig: Rig) -> None:
    message = await send(rig)
    rig.forget_placeholder(interaction_id=None)
    assert await find(rig) == message


async def test_a_direct_message_is_found_by_its_own_key(rig: Rig) -> None:
    direct = await rig.messenger.direct(rig.job.origin.person)
    message = await rig.messenger.send(direct, rig.result, key=f"{rig.key}d")
    found = await rig.messenger.find(direct, key=f"{rig.key}d", placeholder=rig.placeholder)
    assert found == message


async def test_an_empty_direct_conversation_has_none(rig: Rig) -> None:
    direct = await rig.messenger.direct(rig.job.origin.person)
    found = await rig.messenger.find(direct, key=f"{rig.key}d", placeholder=rig.placeholder)
    assert found is None


async def test_another_message_of_the_result_is_not_it(rig: Rig) -> None:
    second = result_view(rig.job, 1, pictures(rig.job))
    await rig.messenger.send(rig.conversation, second, key=f"{rig.job.id}.1")
    assert await find(rig) is None


async def test_a_picture_posted_by_itself_is_not_it(rig: Rig) -> None:
    image, person = pictures(rig.job)[0], rig.job.origin.person
    view = single_image_view(rig.job, image, person, "en")
    await rig.messenger.send(rig.conversation, view, key=f"{rig.job.id}.1")
    assert await find(rig) is None


async def test_a_message_of_a_person_with_the_same_picture_is_not_it(rig: Rig) -> None:
    rig.d.say(rig.d.ben, rig.d.channel, "look", ("fox.png", picture(0)))
    assert await find(rig) is None


async def test_a_channel_that_cannot_be_read_tells_nothing(rig: Rig) -> None:
    await send(rig)
    rig.d.channel.deny("read_message_history")
    with pytest.raises(UnreadableError):
        await find(rig)


async def test_a_channel_out_of_sight_tells_nothing(rig: Rig) -> None:
    rig.d.channel.deny("view_channel")
    with pytest.raises(UnreadableError):
        await find(rig)


async def test_a_channel_where_too_much_was_said_tells_nothing(rig: Rig) -> None:
    for number in range(500):
        rig.d.say(rig.d.ben, rig.d.channel, f"chat {number}")
    await send(rig)
    with pytest.raises(UnreadableError):
        await find(rig)


async def test_a_search_without_an_answer_may_be_repeated(rig: Rig) -> None:
    rig.d.faults.add("GET", MESSAGES, faults.lose_answer_after_effect(), times=2)
    with pytest.raises(NotSentError):
        await find(rig)
