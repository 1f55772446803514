"""The edge between Slack and the screens: one of them answers each thing that a person does.

Our messages and forms say in themselves what they are about, so any process understands all of
them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from bot.domain.cleaning import cleaned
from bot.domain.texts import msg
from bot.platforms.slack.commands.answering import Answering, Handle
from bot.platforms.slack.commands.incoming import (
    is_in_form,
    is_ours,
    read_command,
    read_form,
    read_home,
    read_press,
    read_shortcut,
    reading,
)
from bot.platforms.slack.commands.names import IMAGINE_FROM_IMAGE, JOB_DETAILS, USE_AS_STYLE
from bot.platforms.slack.commands.text import Word, parse_command
from bot.platforms.slack.payloads import Ack, Payload
from bot.screens.bundle import Screens
from bot.screens.job_list import Wanted
from bot.services.requests import Request


@dataclass(kw_only=True, eq=False)
class Hearing:
    """Hears commands, presses, forms, menus of messages, and the Home tab."""

    screens: Screens
    answering: Answering

    async def command(self, body: Payload, ack: Ack) -> None:
        """Answer `/imagine`: with a screen if its name is all the text, else with jobs."""
        body = cleaned(body)
        command = parse_command(str(body.get("text") or ""))
        handle = self._screen(command.word)
        if command.prompt:
            request = Request(prompt=command.prompt)
            handle = partial(self.screens.imagine.imagine, request=request)
        with reading():
            heard = read_command(body, command.prompt)
        await self.answering.answer(heard, ack, handle)

    async def press(self, body: Payload, ack: Ack) -> None:
        """Answer a button or a menu of ours, in a message or in the Home tab."""
        body = cleaned(body)
        with reading():
            heard = None if is_in_form(body) or not is_ours(body) else read_press(body)
        if heard is None:
            await ack()
        else:
            await self.answering.answer(heard, ack, self.screens.edge.route)

    async def form(self, body: Payload, ack: Ack) -> None:
        """Answer a form that was sent off."""
        with reading():
            heard = read_form(cleaned(body))
        if heard is None:
            await ack()
        else:
            await self.answering.answer(heard, ack, self.screens.edge.route)

    async def shortcut(self, body: Payload, ack: Ack) -> None:
        """Answer an entry of a message's menu."""
        body = cleaned(body)
        handle = self._entries().get(str(body.get("callback_id")))
        if handle is None:
            await ack()
        else:
            with reading():
                heard = read_shortcut(body)
            await self.answering.answer(heard, ack, handle)

    async def home(self, body: Payload, ack: Ack) -> None:
        """Fill the Home tab of the person who opened it."""
        with reading():
            heard = read_home(cleaned(body))
        if heard is None:
            await ack()
        else:
            await self.answering.answer(heard, ack, self.screens.home.show)

    def _screen(self, word: Word | None) -> Handle:
        screens = self.screens
        match word:
            case Word.HELP:
                return screens.help.show
            case Word.JOBS:
                return partial(screens.jobs.show, wanted=Wanted())
            case Word.PRESETS:
                return screens.presets.show_list
            case Word.QUEUE:
                return screens.queue.show
            case Word.SETTINGS:
                return screens.settings.show
            case None:
                return screens.imagine.compose

    def _entries(self) -> Mapping[str, Handle]:
        ask = self.screens.imagine.ask_for_words
        return {
            IMAGINE_FROM_IMAGE: partial(ask, option="image", title=msg("Imagine from this image")),
            USE_AS_STYLE: partial(ask, option="style", title=msg("Use as style")),
            JOB_DETAILS: self.screens.details.show_details_of,
        }
