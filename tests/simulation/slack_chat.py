"""Slack without a network: between slack_sdk's session and the stand-in's routes.

What people see is told in the words of the world: a message's id is its `ts`, a person's is ours.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp
from aiohttp import web

from bot.demo.slack.standin import payloads
from bot.demo.slack.standin.faults import Action, rate_limited, refuse, server_error
from bot.demo.slack.standin.forms import find_element
from bot.demo.slack.standin.routes import Routes
from bot.demo.slack.standin.views import ViewMethods
from bot.demo.slack.standin.vocabulary import COMMANDS, INTERACTIVE
from bot.demo.slack.standin.world import World
from bot.platforms.slack.commands.incoming import read_command
from bot.platforms.slack.ids import person_of
from bot.platforms.slack.payloads import Ack
from bot.ports.clock import Clock
from bot.services.requests import Request
from bot.wiring.parts import Parts
from tests.redaction import forbid
from tests.simulation.fault_injection import Border
from tests.simulation.late_calls import LOST_AND_LATE, LateCalls
from tests.simulation.slack_session import BASE_URL, Call, Session
from tests.simulation.virtual_time import VirtualTimeLoop
from tests.standins.slack import (
    Button,
    Channel,
    Interaction,
    Message,
    SlackStandIn,
    User,
    Violation,
)
from tests.wiring import identity_at, slack_of

METHODS = {
    "answer": "response_url",
    "send": "chat.postMessage",
    "change": "chat.update",
    "look": "conversations.history",
    "remove": "chat.delete",
    "all": "*",
}
FAULTS: dict[str, Action] = {
    **LOST_AND_LATE,
    "broken": server_error(503),
    "fails, and has done it": refuse("internal_error", after_effect=True),
    "slow down": rate_limited(2.0),
    "slow down for long": rate_limited(45.0),
}


@dataclass(frozen=True, slots=True)
class SeenUser:
    """Somebody who is there."""

    it: User

    @property
    def id(self) -> str:
        return person_of(self.it.team_id, self.it.id).id

    @property
    def mention(self) -> str:
        return self.it.mention


@dataclass(frozen=True, slots=True)
class SeenChannel:
    """A channel, or what the bot and a person write to each other."""

    it: Channel

    @property
    def id(self) -> str:
        return self.it.id

    @property
    def recipient(self) -> SeenUser | None:
        others = self.it.members - {self.it.world.bot}
        return SeenUser(*others) if self.it.id.startswith("D") else None

    @property
    def deleted(self) -> bool:
        return self.it.is_archived

    @property
    def all_messages(self) -> list["SeenMessage"]:
        return [SeenMessage(each) for each in self.it.all_messages]

    @property
    def messages(self) -> list["SeenMessage"]:
        return [SeenMessage(each) for each in self.it.messages]

    def seen_by(self, user: SeenUser) -> list["SeenMessage"]:
        return [SeenMessage(each) for each in self.it.seen_by(user.it)]

    def deny(self, permission: str) -> None:
        """Take something away: from most channels that one is in, one can also read."""
        if permission == "send_messages":
            self.it.is_read_only = True
        else:
            self.it.members.discard(self.it.world.bot)

    def allow(self, *_permissions: str) -> None:
        self.it.is_read_only = False
        self.it.members.add(self.it.world.bot)

    def delete(self) -> None:
        self.it.is_archived = True


@dataclass(frozen=True, slots=True)
class SeenButton:
    """A button, as people see it."""

    it: Button

    @property
    def custom_id(self) -> str:
        return self.it.action_id

    @property
    def label(self) -> str:
        return self.it.text


@dataclass(slots=True, unsafe_hash=True)
class SeenMessage:
    """A message of the bot."""

    it: Message

    loading = False  # Slack has no sign of that

    @property
    def id(self) -> str:
        return self.it.ts

    @property
    def channel(self) -> SeenChannel:
        return SeenChannel(self.it.channel)

    @property
    def deleted(self) -> bool:
        return self.it.deleted

    @deleted.setter
    def deleted(self, is_deleted: bool) -> None:
        self.it.deleted = is_deleted

    @property
    def ephemeral(self) -> bool:
        return self.it.is_ephemeral

    @property
    def visible_to(self) -> User | None:
        return self.it.visible_to

    @property
    def text(self) -> str:
        return self.it.shown_text

    @property
    def buttons(self) -> list[SeenButton]:
        return [SeenButton(each) for each in self.it.buttons]

    @property
    def pinged(self) -> set[str]:
        users = self.it.channel.world.users
        return {SeenUser(users[id_]).id for id_ in self.it.pinged if id_ in users}


class SimulatedSlack:
    """The stand-in, on the loop's own time."""

    # What says that an answer is to come: nothing does.
    answered: tuple[Any, ...] = ()

    def __init__(self, loop: VirtualTimeLoop) -> None:
        world = World(now=loop.time, time_of_day=lambda: loop.now().timestamp())
        world.base_url = BASE_URL
        self.slack = SlackStandIn(world)
        self.late_calls = LateCalls(loop)
        self.slack.hang = self.late_calls.hang
        self._routes = Routes(self.slack, self.slack.sockets, ViewMethods(self.slack))
        users = (self.slack.ann, self.slack.ben, self.slack.add_user("cat"))
        rooms = (self.slack.channel, self.slack.add_channel("more-art"))
        rooms[1].members.add(users[2])
        self.people = tuple(map(SeenUser, users))
        self.channels = tuple(map(SeenChannel, rooms))
        self.every_channel = (*self.channels, *map(self.dm, self.people))

    @property
    def ann(self) -> SeenUser:
        return self.people[0]

    @property
    def channel(self) -> SeenChannel:
        return self.channels[0]

    @property
    def violations(self) -> list[Violation]:
        return self.slack.violations

    def dm(self, user: SeenUser) -> SeenChannel:
        """Return what a person and the bot write to each other."""
        return SeenChannel(self.slack.dm(user.it))

    def close_dm(self, user: SeenUser) -> None:
        """Let the bot write nothing to a person any more."""
        self.slack.dm(user.it).is_read_only = True

    def ask(
        self,
        user: SeenUser,
        channel: SeenChannel,
        *,
        message: SeenMessage | None = None,
        custom_id: str = "",
        ago_s: float = 0.0,
    ) -> Interaction:
        """Let somebody send `/imagine`, or press a button of a message."""
        world = self.slack.world
        if message is None:
            payload = payloads.command(world, user.it, channel.it, "/imagine", "")
        else:
            used = payloads.action(world, *find_element(message.it.blocks, custom_id), None)
            payload = payloads.block_actions(world, user.it, message.it, [used], {})
        asked = Interaction(
            world,
            kind=COMMANDS if message is None else INTERACTIVE,
            user=user.it,
            payload=payload,
            channel=channel.it,
            message=None if message is None else message.it,
        )
        asked.trigger_id = world.new_id("")  # the same in every run
        asked.sent_at -= ago_s
        forbid(asked.secret)
        self.slack.interactions.append(asked)
        return asked

    async def call(self, call: Call) -> web.Response:
        """Answer a request, which may have its effect although nobody waits for it any more.

        Raises:
            ServerDisconnectedError: there is no answer.
        """
        answer: web.Response = await self.late_calls.run(self._answer(call))
        if call.is_cut:
            raise aiohttp.ServerDisconnectedError
        return answer

    async def _answer(self, call: Call) -> Any:
        kind, _, name = call.path.strip("/").partition("/")
        routes = {
            "api": ("method", self._routes.call),
            "upload": ("file", self._routes.upload),
            "response": ("secret", self._routes.respond),
        }
        field, answer = routes[kind]
        call.match_info = {field: name}
        request: Any = call
        return await answer(request)

    def fail(self, act: str, fault: str, *, times: int = 1) -> None:
        """Let the next calls of a kind, or all, meet trouble of this name."""
        self.slack.faults.add(METHODS[act], FAULTS[fault], times=times)

    def forget_troubles(self) -> None:
        """Let nothing more go wrong."""
        self.slack.faults.clear()

    def story(self) -> str:
        """Tell what was said where."""
        said = (each for room in self.every_channel for each in room.it.all_messages)
        return "\n".join(f"#{each.channel.id} {each} {each.metadata}" for each in said)


class SlackDoor:
    """How one process, with real slack_sdk, hears of things and answers."""

    def __init__(self, chat: SimulatedSlack, border: Border, _clock: Clock) -> None:
        slack = self._slack = chat.slack
        self.settings = {
            "discord_token": None,
            "slack_bot_token": slack.bot_token,
            "slack_app_token": slack.app_token,
            "slack_api_url": slack.api_url,
        }
        self.externals: dict[str, Any] = {"slack_session": Session(chat.call, border)}

    def open(self, parts: Parts) -> None:
        """Know who we are, without calling anybody."""
        chat = slack_of(parts)
        self._hearing = chat.hearing
        chat.identity.set(identity_at(self._slack))

    async def imagine(self, asked: Interaction, request: Request) -> None:
        """Hear of `/imagine`."""
        answering, screen = self._hearing.answering, self._hearing.screens.imagine
        handle = partial(screen.imagine, request=request)
        await answering.answer(read_command(self._told(asked)), self._ack(asked), handle)

    async def press(self, asked: Interaction) -> None:
        """Hear that somebody pressed a button."""
        await self._hearing.press(self._told(asked), self._ack(asked))

    def _told(self, asked: Interaction) -> dict[str, Any]:
        return payloads.addressed(asked, BASE_URL)

    def _ack(self, asked: Interaction) -> Ack:
        async def ack(**answer: Any) -> None:
            asked.acknowledge(answer, self._slack.world.now())

        return ack
