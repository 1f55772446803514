"""From what was heard to an interaction, and the way to answer it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversations import Conversation
from bot.platforms.slack.commands.admission import Admission
from bot.platforms.slack.commands.incoming import Heard
from bot.platforms.slack.commands.places import Places
from bot.platforms.slack.commands.repeats import DoubleClicks, Repeats
from bot.platforms.slack.messenger import SlackMessenger
from bot.platforms.slack.payloads import Ack
from bot.platforms.slack.people import People
from bot.platforms.slack.reply import HomeReply, Occasion, SlackReply
from bot.platforms.slack.timings import SlackTimings
from bot.ports.clock import Clock
from bot.screens.bundle import Screens
from bot.screens.interaction import Interaction, SeenMessage
from bot.services.receipts import Receipt

Handle: TypeAlias = Callable[[Interaction], Awaitable[None]]


@dataclass(kw_only=True, eq=False)
class Answering:
    """Lets a method of a screen answer, for those who may be here."""

    screens: Screens
    client: AsyncWebClient
    session: aiohttp.ClientSession
    messenger: SlackMessenger
    people: People
    places: Places
    admission: Admission
    clock: Clock
    timings: SlackTimings
    is_closed: Callable[[], bool]  # whether this process is about to end

    def __post_init__(self) -> None:
        self._repeats = Repeats()
        self._double_clicks = DoubleClicks()

    async def answer(self, heard: Heard, ack: Ack, handle: Handle) -> None:
        """Let `handle` answer, once; whatever it raises ends at the edge."""
        await self._repeats.once(
            heard.delivery_id, ack, partial(self._answer, heard, handle=handle)
        )

    async def _answer(self, heard: Heard, ack: Ack, *, handle: Handle) -> None:
        if self._is_double_click(heard):
            await ack()
            return
        came_at_s = asyncio.get_running_loop().time()
        received_at, receipt = self.clock.now(), Receipt(self.clock, is_shown_later=True)
        profile = await self.people.profile(heard.person)
        heard = self.admission.placed_in_our_workspace(heard, profile)
        heard, conversation = await self._placed(heard, ack)
        seen = self.places.seen(heard.at, conversation)
        occasion = self._occasion(heard, conversation, seen, came_at_s=came_at_s)
        reply = self._reply_to(occasion, ack, is_home=heard.conversation is None)
        interaction = Interaction(
            id=heard.id,
            received_at=received_at,
            person=heard.person,
            is_moderator=profile.is_admin and self.admission.is_of_our_workspace(heard.person),
            conversation=conversation,
            locale=profile.locale,
            reply=reply,
            receipt=receipt,
            action=heard.action,
            chosen=heard.chosen,
            fields=heard.fields,
            uploads=heard.uploads,
            typed=heard.typed,
            seen=seen,
        )
        await self._run(interaction, reply, handle)

    def _is_double_click(self, heard: Heard) -> bool:
        if heard.pressed_at_s is None:
            return False
        press = (heard.person, heard.at and heard.at.ts, heard.action)
        return self._double_clicks.is_second(press, heard.pressed_at_s)

    async def _run(self, interaction: Interaction, reply: SlackReply, handle: Handle) -> None:
        edge = self.screens.edge
        await edge.run(interaction, self._admitted(interaction, handle))
        if isinstance(reply, HomeReply) and reply.lacks_screen and not reply.is_given_up:
            await edge.run(interaction, self.screens.home.show(interaction))

    async def _placed(self, heard: Heard, ack: Ack) -> tuple[Heard, Conversation]:
        """Return where it was done."""
        conversation = heard.conversation
        if conversation is None:
            return heard, await self.places.direct(heard.person)
        if self.places.names_copy(heard):
            await ack()
            heard = await self.places.with_verified_copy(heard)
        return heard, conversation

    async def _admitted(self, interaction: Interaction, handle: Handle) -> None:
        await self.admission.check(interaction.person)
        await handle(interaction)

    def _occasion(
        self,
        heard: Heard,
        conversation: Conversation,
        seen: SeenMessage | None,
        *,
        came_at_s: float,
    ) -> Occasion:
        at = heard.at
        return Occasion(
            id=heard.id,
            person=heard.person,
            conversation=conversation,
            trigger_id=heard.trigger_id,
            response_url=heard.response_url,
            message_ts=None if at is None else at.ts,
            is_ephemeral=at is not None and at.is_ephemeral,
            actions=() if seen is None else seen.actions,
            fields=heard.fields or {},
            home_screen=heard.home_screen,
            bot_name=self.admission.identity.bot_name,
            came_at_s=came_at_s,
        )

    def _reply_to(self, occasion: Occasion, ack: Ack, *, is_home: bool) -> SlackReply:
        kind = HomeReply if is_home else SlackReply
        return kind(
            occasion,
            ack=ack,
            client=self.client,
            session=self.session,
            messenger=self.messenger,
            is_closed=self.is_closed,
            timings=self.timings,
        )
