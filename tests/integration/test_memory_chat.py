"""The chat in memory keeps what a platform promises; else the simulation would show nothing."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest

from bot.domain.conversations import Origin
from bot.domain.errors import DeniedError, MessageGoneError, MessageInDoubtError, ReplyLostError
from bot.domain.texts import msg
from bot.domain.views import Notice, View, Words
from bot.ports.messenger import Placeholder
from bot.ports.reply import Place, Visibility
from tests.simulation.fault_injection import Border
from tests.simulation.memory import MemoryMessenger, MemoryReply
from tests.simulation.memory_chat import Asked, MemoryChat
from tests.simulation.memory_line import Line
from tests.simulation.virtual_time import VirtualTimeLoop

VIEW = View(elements=(Words(msg("a fox")),), locale="en")
OTHER = View(elements=(Words(msg("a cat")),), locale="en")
NO = Notice(text=msg("No."), locale="en")


@pytest.fixture
def loop() -> Iterator[VirtualTimeLoop]:
    loop = VirtualTimeLoop()
    yield loop
    loop.close()


@pytest.fixture
def chat(loop: VirtualTimeLoop) -> MemoryChat:
    return MemoryChat(loop)


@pytest.fixture
def line(chat: MemoryChat) -> Line:
    return Line(chat, Border(Random(0)))


@pytest.fixture
def messenger(line: Line) -> MemoryMessenger:
    return MemoryMessenger(line)


@pytest.fixture
def asked(chat: MemoryChat) -> Asked:
    return chat.ask(chat.ann, chat.channel)


def placeholder_of(asked: Asked, loop: VirtualTimeLoop) -> Placeholder:
    origin = Origin(
        person=asked.user.person,
        conversation=asked.channel.conversation,
        interaction_id=str(asked.id),
        reply_token="a token",
        reply_token_ends_at=loop.now() + timedelta(minutes=14),
    )
    return Placeholder(origin=origin, is_private=False)


# ── Messages ────────────────────────────────────────────────────────────────────────────────────


def test_a_repeated_send_gives_the_first_message(
    loop: VirtualTimeLoop, chat: MemoryChat, messenger: MemoryMessenger
) -> None:
    send = messenger.send
    chat.fail("send", "lost on the way back")
    with pytest.raises(MessageInDoubtError):
        loop.let(send(chat.channel.conversation, VIEW, key="j.0"))
    loop.let(send(chat.channel.conversation, VIEW, key="j.0"))
    assert [message.key for message in chat.channel.messages] == ["j.0"]


def test_long_afterwards_it_makes_a_second_one(
    loop: VirtualTimeLoop, chat: MemoryChat, messenger: MemoryMessenger
) -> None:
    for _ in range(2):
        loop.let(messenger.send(chat.channel.conversation, VIEW, key="j.0"))
        loop.pass_time(121)
    assert len(chat.channel.messages) == 2


def test_where_the_bot_may_not_write_it_is_denied(
    loop: VirtualTimeLoop, chat: MemoryChat, messenger: MemoryMessenger
) -> None:
    chat.channel.deny("send_messages")
    with pytest.raises(DeniedError):
        loop.let(messenger.send(chat.channel.conversation, VIEW, key="j.0"))


def test_a_placeholder_becomes_what_replaces_it(
    loop: VirtualTimeLoop, chat: MemoryChat, messenger: MemoryMessenger, line: Line, asked: Asked
) -> None:
    loop.let(MemoryReply(line, asked).show(VIEW, Place.HERE))
    placeholder = placeholder_of(asked, loop)
    loop.let(messenger.replace(placeholder, OTHER, key="j.0"))
    assert loop.let(messenger.shows(placeholder, key="j.0")) is not None
    assert [message.text for message in chat.channel.messages] == ["a cat"]


def test_what_another_process_told_is_no_placeholder(
    loop: VirtualTimeLoop, messenger: MemoryMessenger, line: Line, asked: Asked
) -> None:
    loop.let(MemoryReply(line, asked).tell(NO))
    with pytest.raises(MessageGoneError):
        loop.let(messenger.replace(placeholder_of(asked, loop), VIEW, key="j"))


def test_a_change_that_was_given_up_may_still_be_made(
    loop: VirtualTimeLoop, chat: MemoryChat, messenger: MemoryMessenger, line: Line, asked: Asked
) -> None:
    loop.let(MemoryReply(line, asked).show(VIEW, Place.HERE))
    chat.fail("remove", "done late")
    deleting = loop.create_task(messenger.delete(placeholder_of(asked, loop)))
    for _ in range(5):
        loop.settle()
        chat.late_calls.stay_awake(6)
        loop.settle()
        loop.pass_time(6)
        chat.late_calls.wake_others()
    loop.settle()
    assert isinstance(deleting.exception(), MessageInDoubtError)
    assert chat.channel.messages == []


# ── Answers ─────────────────────────────────────────────────────────────────────────────────────


def test_one_of_two_processes_answers(
    loop: VirtualTimeLoop, chat: MemoryChat, line: Line, asked: Asked
) -> None:
    first, second = MemoryReply(line, asked), MemoryReply(line, asked)
    shown = loop.let(first.show(VIEW, Place.HERE))
    assert loop.let(second.show(VIEW, Place.HERE)) == shown
    assert len(chat.channel.messages) == 1


def test_a_lost_answer_is_given_again_and_stands_once(
    loop: VirtualTimeLoop, chat: MemoryChat, line: Line, asked: Asked
) -> None:
    chat.fail("answer", "lost on the way back")
    shown = loop.let(MemoryReply(line, asked).show(VIEW, Place.HERE))
    assert shown.visibility is Visibility.SEEN
    assert len(chat.channel.messages) == 1


def test_an_answer_that_certainly_did_not_arrive_is_lost(
    loop: VirtualTimeLoop, chat: MemoryChat, line: Line, asked: Asked
) -> None:
    chat.fail("answer", "lost there", times=2)
    with pytest.raises(ReplyLostError):
        loop.let(MemoryReply(line, asked).show(VIEW, Place.HERE))


def test_an_answer_that_comes_too_late_is_seen_by_nobody(
    loop: VirtualTimeLoop, chat: MemoryChat, line: Line
) -> None:
    late = chat.ask(chat.ann, chat.channel, ago_s=4.0)
    reply = MemoryReply(line, late)
    assert loop.let(reply.show(VIEW, Place.HERE)).visibility is Visibility.NOT_SEEN
    assert reply.is_given_up
    assert chat.messages == {}


def test_an_answer_takes_the_place_of_its_sign(
    loop: VirtualTimeLoop, chat: MemoryChat, line: Line, asked: Asked
) -> None:
    reply = MemoryReply(line, asked)
    answering = loop.create_task(reply.wait(asyncio.sleep(2.0, "done"), Place.HERE))
    loop.settle()
    loop.pass_time(1.5)
    loop.settle()
    assert [message.loading for message in chat.channel.messages] == [True]
    loop.pass_time(1.5)
    loop.settle()
    assert answering.result() == "done"
    loop.let(reply.show(VIEW, Place.HERE))
    assert [message.text for message in chat.channel.messages] == ["a fox"]


def test_what_is_for_one_person_takes_away_a_sign_for_all(
    loop: VirtualTimeLoop, chat: MemoryChat, line: Line, asked: Asked
) -> None:
    reply = MemoryReply(line, asked)
    loop.let(reply.acknowledge(Place.HERE))
    loop.let(reply.show(VIEW, Place.ALONE))
    assert chat.channel.messages == []
    assert [message.text for message in chat.channel.seen_by(chat.ann)] == ["a fox"]
