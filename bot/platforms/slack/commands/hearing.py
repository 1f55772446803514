"""The edge between Slack and the screens: one of them answers each thing that a person does.

Our messages and forms say in themselves what they are about, so any process understands all of
them. Whoever belongs to another workspace, as people of a shared channel may, is refused here,
whatever they do.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.cleaning import cleaned
from bot.domain.conversations import Conversation, Person
from bot.domain.errors import DeliveryError, NotAllowedError, UnavailableError
from bot.domain.messages import Message
from bot.domain.texts import msg
from bot.platforms.slack.commands.incoming import (
    At,
    Heard,
    is_in_form,
    is_ours,
    read_command,
    read_form,
    read_home,
    read_press,
    read_shortcut,
)
from bot.platforms.slack.commands.names import IMAGINE_FROM_IMAGE, JOB_DETAILS, USE_AS_STYLE
from bot.platforms.slack.commands.text import Word
from bot.platforms.slack.commands.text import read_command as read_text
from bot.platforms.slack.connection.identity import IdentityHolder
from bot.platforms.slack.ids import conversation_of, team_of, user_of
from bot.platforms.slack.messenger import SlackMessenger
from bot.platforms.slack.people import People
from bot.platforms.slack.reply import HomeReply, Occasion, SlackReply
from bot.platforms.slack.timings import SlackTimings
from bot.ports.clock import Clock
from bot.screens.bundle import Screens
from bot.screens.interaction import Interaction, SeenMessage
from bot.screens.job_list import Wanted
from bot.services.receipts import Receipt
from bot.services.requests import Request
from bot.services.timeouts import within

Payload: TypeAlias = Mapping[str, Any]
Ack: TypeAlias = Callable[..., Awaitable[Any]]
Handle: TypeAlias = Callable[[Interaction], Awaitable[None]]

log = structlog.get_logger(__name__)


@dataclass(kw_only=True, eq=False)
class Hearing:
    """Hears commands, presses, forms, menus of messages, and the Home tab."""

    screens: Screens
    client: AsyncWebClient
    session: aiohttp.ClientSession
    messenger: SlackMessenger
    people: People
    clock: Clock
    timings: SlackTimings
    identity: IdentityHolder
    allowed_teams: Collection[str]  # none: our own workspace alone
    is_closed: Callable[[], bool]  # whether this process is about to end

    async def command(self, body: Payload, ack: Ack) -> None:
        """Answer `/imagine`: with a screen if its name is all the text, else with jobs."""
        body = cleaned(body)
        command = read_text(str(body.get("text") or ""))
        handle = self._screen(command.word)
        if command.prompt:
            request = Request(prompt=command.prompt)
            handle = partial(self.screens.imagine.imagine, request=request)
        heard = replace(read_command(body), typed=command.prompt or None)
        await self._answer(heard, ack, handle)

    async def press(self, body: Payload, ack: Ack) -> None:
        """Answer a button or a menu of ours, in a message or in the Home tab."""
        body = cleaned(body)
        if is_in_form(body) or not is_ours(body):
            await ack()
            return
        await self._answer(read_press(body), ack, self.screens.edge.answer)

    async def form(self, body: Payload, ack: Ack) -> None:
        """Answer a form that was sent off."""
        heard = read_form(cleaned(body))
        if heard is None:
            await ack()
            return
        await self._answer(heard, ack, self.screens.edge.answer)

    async def shortcut(self, body: Payload, ack: Ack) -> None:
        """Answer an entry of a message's menu."""
        body = cleaned(body)
        handle = self._entries().get(str(body.get("callback_id")))
        if handle is None:
            await ack()
            return
        await self._answer(read_shortcut(body), ack, handle)

    async def home(self, body: Payload, ack: Ack) -> None:
        """Fill the Home tab of the person who opened it."""
        await ack()
        heard = read_home(cleaned(body))
        if heard is not None:
            await self._answer(heard, ack, self.screens.home.show)

    # ── What answers ────────────────────────────────────────────────────────────────────────────

    def _screen(self, word: Word | None) -> Handle:
        screens = self.screens
        match word:
            case Word.HELP:
                return screens.help.show
            case Word.JOBS:
                return partial(screens.jobs.show, wanted=Wanted())
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

    # ── One interaction ─────────────────────────────────────────────────────────────────────────

    async def _answer(self, heard: Heard, ack: Ack, handle: Handle) -> None:
        """Let a method of a screen answer; whatever it raises ends at the edge."""
        received_at, receipt = self.clock.now(), Receipt(self.clock, is_shown_later=True)
        conversation = heard.conversation or await self._direct(heard.person)
        reply = self._reply_to(heard, conversation, ack)
        profile = await self.people.profile(heard.person)
        interaction = Interaction(
            id=heard.id,
            received_at=received_at,
            person=heard.person,
            is_moderator=profile.is_admin,
            conversation=conversation,
            locale=profile.locale,
            reply=reply,
            receipt=receipt,
            action=heard.action,
            chosen=heard.chosen,
            fields=heard.fields,
            uploads=heard.uploads,
            typed=heard.typed,
            seen=None if heard.at is None else self._seen(heard.at, conversation),
        )
        await self.screens.edge.run(interaction, self._admitted(interaction, handle))
        if isinstance(reply, HomeReply) and reply.is_unchanged and not reply.is_given_up:
            await self.screens.edge.run(interaction, self.screens.home.show(interaction))

    async def _admitted(self, interaction: Interaction, handle: Handle) -> None:
        """Let only people of the allowed workspaces do anything, be it looking or deleting."""
        team_id = team_of(interaction.person.id)
        if team_id not in await self._teams():
            log.info("stranger_refused", team_id=team_id)
            raise NotAllowedError(
                msg("I only work for people of certain workspaces, and yours isn't one of them.")
            )
        await handle(interaction)

    async def _teams(self) -> Collection[str]:
        """Return the workspaces whose people may do something: at least our own."""
        if self.allowed_teams:
            return self.allowed_teams
        try:
            identity = await within(self.timings.person_within_s, self.identity.get())
        except TimeoutError as error:
            late = msg("I'm a bit slow right now, sorry. Please try again.")
            raise UnavailableError(late) from error
        return (identity.team_id,)

    def _reply_to(self, heard: Heard, conversation: Conversation, ack: Ack) -> SlackReply:
        at = heard.at
        occasion = Occasion(
            id=heard.id,
            person=heard.person,
            conversation=conversation,
            trigger_id=heard.trigger_id,
            response_url=heard.response_url,
            message_ts=None if at is None else at.ts,
            is_alone=at is not None and at.is_alone,
            actions=() if at is None else at.actions,
        )
        kind = HomeReply if heard.conversation is None else SlackReply
        return kind(
            occasion,
            ack=ack,
            client=self.client,
            session=self.session,
            messenger=self.messenger,
            is_closed=self.is_closed,
            timings=self.timings,
        )

    def _seen(self, at: At, conversation: Conversation) -> SeenMessage:
        message, us = Message(conversation=conversation, id=at.ts), self.identity.known
        return SeenMessage(
            message=message,
            is_ours=at.is_pressed or (us is not None and at.bot_id == us.bot_id),
            is_alone=at.is_alone,
            url=None if at.is_alone or us is None else self.messenger.address(message),
            actions=at.actions,
            pictures=at.pictures,
        )

    async def _direct(self, person: Person) -> Conversation:
        """Return where a person and the bot write to each other, for what is done in no channel."""
        try:
            return await within(self.timings.person_within_s, self.messenger.direct(person))
        except (DeliveryError, TimeoutError):  # a message to the person's id reaches them too
            return conversation_of(team_of(person.id), user_of(person.id), is_direct=True)
