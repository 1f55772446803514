"""The answer to one interaction: what Discord is asked to do, whatever comes in between."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, TypeAlias

import discord
import pytest

from bot.clock import SystemClock
from bot.domain.errors import (
    MessageTooLargeError,
    ReplyGivenUpError,
    ReplyLostError,
    ReplyRefusedError,
    UnavailableError,
)
from bot.domain.texts import untranslated
from bot.domain.timings import TIMINGS
from bot.domain.views import (
    Action,
    Button,
    Buttons,
    Form,
    Notice,
    Picture,
    Pictures,
    TextField,
    View,
    Words,
)
from bot.platforms.discord.reply import DiscordReply
from bot.platforms.discord.timings import DiscordTimings
from bot.ports.reply import Place, SlowAnswer, Visibility
from tests.haste import UNHURRIED
from tests.integration.standins.discord.tiny_bot import TinyBot, logged_in
from tests.pictures import PNG
from tests.standins.discord import DiscordStandIn, Interaction, Message, faults
from tests.standins.discord.routes import CALLBACK
from tests.timing import TIMEOUT_S

ORIGINAL = r"/webhooks/\d+/[^/]+/messages/@original"
SOON = replace(UNHURRIED, thinking_after_s=0.0, slow_after_s=0.0, answer_timeout_s=TIMEOUT_S)

Handle: TypeAlias = Callable[[DiscordReply], Coroutine[Any, Any, None]]


def view(text: str, *elements: Any) -> View:
    return View(elements=(Words(text), *elements), locale="en")


def told(text: str) -> Notice:
    return Notice(text=untranslated(text), locale="en")


def picture(name: str) -> Pictures:
    return Pictures((Picture(file_name=name, data=PNG),))


class Person:
    """Ann, whose command or press is answered by what a test gives."""

    def __init__(self, d: DiscordStandIn, bot: TinyBot) -> None:
        self.d, self._bot = d, bot
        self.errors: list[BaseException] = []

    async def commands(
        self, handle: Handle, timings: DiscordTimings = UNHURRIED, *, wait: float = TIMEOUT_S
    ) -> Interaction:
        async with self._answered_by(handle, timings):
            return await self.d.slash(self.d.ann, self.d.channel, "ask", wait=wait)

    async def presses(
        self, handle: Handle, message: Message, timings: DiscordTimings = UNHURRIED
    ) -> Interaction:
        async with self._answered_by(handle, timings):
            return await self.d.press(self.d.ann, message, "Do it")

    @asynccontextmanager
    async def _answered_by(self, handle: Handle, timings: DiscordTimings) -> AsyncIterator[None]:
        """Let `handle` answer, and wait for its end."""
        is_over = asyncio.Event()

        async def on_interaction(heard: discord.Interaction[Any]) -> None:
            reply = DiscordReply(
                heard, clock=SystemClock(), timings=timings, answer_grace=TIMINGS.answer_grace
            )
            try:
                await handle(reply)
            except Exception as error:  # noqa: BLE001 - a test looks at it
                self.errors.append(error)
            is_over.set()

        self._bot.add_listener(on_interaction)
        try:
            yield
            await asyncio.wait_for(is_over.wait(), TIMEOUT_S)
        finally:
            self._bot.remove_listener(on_interaction)


@pytest.fixture
async def ann(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Person]:
    async with DiscordStandIn() as d, logged_in(d, monkeypatch) as bot:

        @bot.tree.command(description="Ask")
        async def ask(_heard: discord.Interaction[Any]) -> None:
            """Leave the answer to the test."""

        await bot.tree.sync()
        yield Person(d, bot)
        assert not list(map(str, d.violations))


async def after(event: asyncio.Event | None = None) -> str:
    await (event.wait() if event else asyncio.sleep(0.05))
    return "done"


async def with_button(ann: Person, place: Place = Place.HERE) -> Message:
    """Return a message of ours that carries a button."""
    button = Buttons(Button(label="Do it", action=Action("do")))
    asked = await ann.commands(lambda reply: shown(reply, view("a card", button), place))
    assert asked.response is not None
    return asked.response


async def shown(reply: DiscordReply, what: View, place: Place) -> None:
    await reply.show(what, place)


# ── A new message ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("place", [Place.HERE, Place.ALONE])
async def test_what_is_ready_is_answered_in_one_call(ann: Person, place: Place) -> None:
    async def handle(reply: DiscordReply) -> None:
        text = await reply.wait(after(), place)
        said = await reply.show(view(text), place)
        assert said.visibility is Visibility.SEEN

    asked = await ann.commands(handle)
    assert asked.response is not None
    assert (asked.response.text, asked.response.ephemeral) == ("done", place is Place.ALONE)
    assert not asked.deferred
    assert ann.errors == []


async def test_an_answer_for_one_person_is_not_put_where_everybody_looks(ann: Person) -> None:
    async def handle(reply: DiscordReply) -> None:
        await reply.wait(after(), Place.HERE)
        await reply.show(view("a secret"), Place.ALONE)

    asked = await ann.commands(handle, SOON)
    assert asked.deferred
    assert [message.text for message in asked.followups if message.ephemeral] == ["a secret"]
    assert [message.text for message in ann.d.channel.messages if not message.ephemeral] == []


async def test_files_are_sent_anew_when_an_answer_got_lost(ann: Person) -> None:
    ann.d.faults.add("PATCH", ORIGINAL, faults.lose_before_effect())

    async def handle(reply: DiscordReply) -> None:
        await reply.acknowledge(Place.HERE)
        await reply.show(view("look", picture("a.png")), Place.HERE)

    asked = await ann.commands(handle)
    assert asked.response is not None
    assert asked.response.images == [PNG]


async def test_what_is_too_large_may_be_answered_smaller(ann: Person) -> None:
    ann.d.faults.add("PATCH", ORIGINAL, faults.status(413, 40005))

    async def handle(reply: DiscordReply) -> None:
        await reply.acknowledge(Place.HERE)
        with pytest.raises(MessageTooLargeError):
            await reply.show(view("large", picture("a.png")), Place.HERE)
        await reply.show(view("small", picture("b.png")), Place.HERE)

    asked = await ann.commands(handle)
    assert asked.response is not None
    assert asked.response.text == "small"
    assert ann.errors == []


async def test_an_answer_that_never_arrives_is_said_to_be_lost(ann: Person) -> None:
    ann.d.faults.add("POST", CALLBACK, faults.status(503), times=None)

    async def handle(reply: DiscordReply) -> None:
        try:
            await reply.show(view("a panel"), Place.ALONE)
        finally:
            ann.d.faults.clear()
            await reply.tell(told("sorry"))

    asked = await ann.commands(handle, replace(UNHURRIED, answer_timeout_s=3.0))
    assert [type(error) for error in ann.errors] == [ReplyLostError]
    assert asked.response is not None
    assert asked.response.text == "sorry"


async def test_an_answer_that_discord_refuses_is_a_defect(ann: Person) -> None:
    ann.d.faults.add("POST", CALLBACK, faults.status(400, 50035))
    await ann.commands(lambda reply: shown(reply, view("odd"), Place.HERE), wait=0)
    assert [type(error) for error in ann.errors] == [ReplyRefusedError]


async def test_whoever_is_beaten_stops_work_without_jobs_and_says_nothing(ann: Person) -> None:
    ann.d.faults.add("POST", CALLBACK, faults.status(400, 40060))

    async def handle(reply: DiscordReply) -> None:
        try:
            await reply.wait(after(asyncio.Event()), Place.ALONE)
        finally:
            assert reply.is_given_up
            await reply.tell(told("nobody hears this"))

    asked = await ann.commands(handle, SOON, wait=0)
    assert [type(error) for error in ann.errors] == [ReplyGivenUpError]
    assert asked.followups == []


async def test_slow_work_is_said_to_be_slow_only_where_that_may_be_said(ann: Person) -> None:
    is_asked, may_end = asyncio.Event(), asyncio.Event()

    def may_be_said() -> bool:
        is_asked.set()
        return False

    async def slow() -> View:
        return view("I'm slow")

    async def handle(reply: DiscordReply) -> None:
        work = reply.wait(
            after(may_end), Place.HERE, slow=SlowAnswer(may_be_said=may_be_said, view=slow)
        )
        waiting = asyncio.ensure_future(work)
        await is_asked.wait()
        may_end.set()
        await reply.show(view(await waiting), Place.HERE)

    def answer() -> Awaitable[Interaction]:
        return ann.commands(handle, SOON)

    asked = await answer()
    assert asked.response is not None
    assert asked.response.text == "done"
    assert "I'm slow" not in str(ann.d.edits)


# ── The message at which somebody acted ─────────────────────────────────────────────────────────


@pytest.mark.parametrize("timings", [UNHURRIED, SOON], ids=["at once", "after a while"])
async def test_a_message_is_changed_in_its_place(ann: Person, timings: DiscordTimings) -> None:
    card = await with_button(ann)

    async def handle(reply: DiscordReply) -> None:
        text = await reply.wait(after(), Place.SAME)
        await reply.show(view(text, picture("a.png")), Place.SAME)

    await ann.presses(handle, card, timings)
    assert (card.text, card.images) == ("done", [PNG])
    assert ann.errors == []


async def test_files_of_an_earlier_view_go(ann: Person) -> None:
    card = await with_button(ann)
    button = Buttons(Button(label="Do it", action=Action("do")))
    illustrated = view("one", picture("a.png"), button)
    await ann.presses(lambda reply: shown(reply, illustrated, Place.SAME), card)
    await ann.presses(lambda reply: shown(reply, view("none"), Place.SAME), card)
    assert card.images == []


async def test_a_sentence_after_a_change_leaves_the_message_alone(ann: Person) -> None:
    card = await with_button(ann)

    async def handle(reply: DiscordReply) -> None:
        await reply.acknowledge(Place.SAME)
        await reply.show(view("changed"), Place.SAME)
        await reply.tell(told("by the way"))

    pressed = await ann.presses(handle, card)
    assert card.text == "changed"
    assert [(each.text, each.ephemeral) for each in pressed.followups] == [("by the way", True)]


@pytest.mark.parametrize("place", [Place.HERE, Place.ALONE])
async def test_a_sentence_takes_the_place_of_thinking_whose_call_was_lost(
    ann: Person, place: Place
) -> None:
    """It would stand there for a quarter of an hour, and the person would hear nothing."""
    ann.d.faults.add("POST", CALLBACK, faults.lose_answer_after_effect())

    async def handle(reply: DiscordReply) -> None:
        await reply.acknowledge(place)
        await reply.tell(told("no"))

    asked = await ann.commands(handle)
    assert asked.response is not None
    assert asked.response.deleted
    assert [(each.text, each.ephemeral) for each in asked.followups] == [("no", True)]


async def test_a_sentence_that_got_lost_is_said_once_more(ann: Person) -> None:
    ann.d.faults.add("POST", CALLBACK, faults.lose_before_effect())
    asked = await ann.commands(lambda reply: reply.tell(told("no")))
    assert asked.response is not None
    assert (asked.response.text, asked.response.ephemeral) == ("no", True)


async def test_a_sentence_takes_the_place_of_thinking_but_not_of_an_answer(ann: Person) -> None:
    async def handle(reply: DiscordReply) -> None:
        await reply.acknowledge(Place.HERE)
        await reply.show(view("the answer"), Place.HERE)
        await reply.tell(told("by the way"))

    asked = await ann.commands(handle)
    assert asked.response is not None
    assert (asked.response.text, asked.response.deleted) == ("the answer", False)
    assert asked.followups[0].ephemeral


async def test_a_message_is_removed(ann: Person) -> None:
    card = await with_button(ann)
    await ann.presses(lambda reply: reply.remove(), card)
    assert card.deleted


@pytest.mark.parametrize("place", [Place.HERE, Place.ALONE])
async def test_only_what_one_person_sees_is_dismissed(ann: Person, place: Place) -> None:
    card = await with_button(ann, place)

    async def handle(reply: DiscordReply) -> None:
        await reply.acknowledge(Place.SAME)
        await reply.dismiss()

    await ann.presses(handle, card)
    assert card.deleted is (place is Place.ALONE)


# ── Forms ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_form_is_opened(ann: Person) -> None:
    field = TextField(name="words", label=untranslated("Words"), max_length=10)
    form = Form(
        title=untranslated("Change it"), action=Action("sent"), fields=(field,), locale="en"
    )
    asked = await ann.commands(lambda reply: reply.open_form(form))
    assert asked.modal is not None
    assert asked.modal["custom_id"] == "imagine:sent"


async def test_what_a_form_needs_may_come_too_late_for_it(ann: Person) -> None:
    async def handle(reply: DiscordReply) -> None:
        await reply.wait_for_form(after())

    await ann.commands(handle, replace(UNHURRIED, form_within_s=0.0), wait=0)
    assert [type(error) for error in ann.errors] == [UnavailableError]
