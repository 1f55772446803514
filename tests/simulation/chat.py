"""Discord without a network: between discord.py's session and the stand-in's routes."""

import asyncio
import re
from collections.abc import Mapping
from functools import partial
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

import aiohttp
import discord
from aiohttp import web

from bot.platforms.discord.commands.answering import answer, on_interaction
from bot.platforms.discord.timings import DISCORD_TIMINGS
from bot.ports.clock import Clock
from bot.services.requests import Request
from bot.wiring.parts import Parts
from tests.simulation.fault_injection import Border
from tests.simulation.late_calls import LOST_AND_LATE, LateCalls
from tests.simulation.virtual_time import VirtualTimeLoop
from tests.standins.discord import (
    Channel,
    DiscordStandIn,
    Interaction,
    Message,
    RequestRecord,
    User,
)
from tests.standins.discord.api import BODY, Body, Upload, _parse
from tests.standins.discord.callbacks import CallbackRoutes
from tests.standins.discord.faults import Action, Status
from tests.standins.discord.interactions import COMMAND, COMPONENT
from tests.standins.discord.messages import MessageRoutes
from tests.standins.discord.rest import BASE, Lost, ObjectRoutes, Pipeline
from tests.standins.discord.world import World
from tests.wiring import bot_of

CDN_URL = "https://cdn.example"
METHODS = {
    "answer": "POST",
    "send": "POST",
    "change": "PATCH",
    "look": "GET",
    "remove": "DELETE",
    "all": "*",
}
FAULTS: dict[str, Action] = {
    **LOST_AND_LATE,
    "broken": Status(status=503),
    "slow down": Status(status=429, retry_after=2.0),
    "slow down for long": Status(status=429, retry_after=45.0),
}


class Chat(DiscordStandIn):
    """The stand-in, on the loop's own time, with a DM channel for each of its people."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__(world=World(now=loop.time, time_of_day=lambda: loop.now().timestamp()))
        self.world.cdn_url = CDN_URL
        self.answer_deadline_s = 3.0  # as Discord has it
        self.cat = self.add_user("cat")
        self.people = (self.ann, self.ben, self.cat)
        self.channels = (self.channel, self.add_channel("more-art"))
        for channel in self.channels:  # nobody can tell an empty channel from one we may not read
            self.say(self.ann, channel, "Good morning!")
        self._routes = [
            (route.method, _as_pattern(route.path), route.path, route.handler)
            for part in (ObjectRoutes(self), MessageRoutes(self), CallbackRoutes(self))
            for route in part.routes()
        ]
        self.late_calls = LateCalls(loop)
        self.hang = self.late_calls.hang
        self._pipeline = Pipeline(self)

    async def call(self, method: str, path: str, call: "_Call") -> web.Response:
        """Answer a request, which may have its effect although nobody waits for it any more.

        Raises:
            Lost: there is no answer.
        """
        return await self.late_calls.run(self._answer(method, path, call))

    async def _answer(self, method: str, path: str, call: "_Call") -> web.Response:
        """Answer as the stand-in does over the wire."""
        template, handler, call.match_info = self._find(method, path)
        record = RequestRecord(
            method=method,
            route=template,
            path=path,
            query=call.query,
            at=self.world.now(),
            json=call[BODY].json,
            files={},
            user_agent="",
        )
        request: Any = call
        response: Any = await self._pipeline._answer(request, handler, record)
        return response

    def _find(self, method: str, path: str) -> tuple[str, Any, dict[str, str]]:
        for wanted, pattern, template, handler in self._routes:
            found = pattern.fullmatch(path)
            if wanted == method and found is not None:
                return template, handler, found.groupdict()
        raise AssertionError(f"the stand-in has no {method} {path}")

    @property
    def answered(self) -> list[Interaction]:
        """What people asked, whose answers may say that more is to come."""
        return [*self.interactions.values()]

    def close_dm(self, user: User) -> None:
        """Let the bot write nothing to a person any more."""
        user.accepts_dms = False

    @property
    def every_channel(self) -> list[Channel]:
        """All channels, also those between one person and the bot."""
        return [*self.world.channels.values()]

    def ask(
        self,
        user: User,
        channel: Channel,
        *,
        message: Message | None = None,
        custom_id: str = "",
        ago_s: float = 0.0,
    ) -> Interaction:
        """Let somebody send `/imagine`, or press a button of a message."""
        pressed = {"custom_id": custom_id, "component_type": 2, "id": 1}
        command = {"id": "1", "name": "imagine", "type": 1, "options": []}
        asked = Interaction(
            self.world,
            kind=COMPONENT if custom_id else COMMAND,
            user=user,
            channel=channel,
            data=pressed if custom_id else command,
            locale=None,
            message=message,
        )
        asked.sent_at -= ago_s
        self.interactions[asked.id] = asked
        return asked

    def fail(self, act: str, fault: str, *, times: int = 1) -> None:
        """Let the next calls of a kind, or all, meet trouble of this name."""
        self.faults.add(METHODS[act], ".*", FAULTS[fault], times=times)

    def forget_troubles(self) -> None:
        """Let nothing more go wrong."""
        self.faults.clear()


class DiscordDoor:
    """How one process, with real discord.py, hears of things and answers."""

    def __init__(self, chat: Chat, border: Border, _clock: Clock) -> None:
        self._chat = chat
        self._border = border
        self.settings: dict[str, Any] = {}
        self.externals: dict[str, Any] = {"discord_timings": DISCORD_TIMINGS}

    def open(self, parts: Parts) -> None:
        """Do what a login does, without calling anybody."""
        self._bot = bot = bot_of(parts)
        session: Any = Wire(self._chat, self._border)
        bot.http._HTTPClient__session = session  # type: ignore[attr-defined]
        bot.http._global_over = asyncio.Event()
        bot.http._global_over.set()
        bot.http.token = self._chat.token
        state: Any = bot._connection
        state.user = discord.ClientUser(state=state, data=self._chat.world.bot.to_json())  # type: ignore[arg-type]
        state.application_id = self._chat.application_id
        bot.usable.set()

    async def imagine(self, asked: Interaction, request: Request) -> None:
        """Hear of `/imagine`."""
        await answer(
            self._heard(asked), partial(self._bot.screens.imagine.imagine, request=request)
        )

    async def press(self, asked: Interaction) -> None:
        """Hear that somebody pressed a button."""
        await on_interaction(self._heard(asked))

    def _heard(self, asked: Interaction) -> discord.Interaction[Any]:
        data: Any = asked.to_json()
        return discord.Interaction(data=data, state=self._bot._connection)


def _as_pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))


class _Call(dict[Any, Any]):
    """A request, as far as the stand-in's routes look at it."""

    def __init__(self, body: Body, headers: Mapping[str, str], query: Mapping[str, str]) -> None:
        super().__init__({BODY: body})
        self.headers = headers
        self.query = dict(query)
        self.match_info: dict[str, str] = {}


class Wire:
    """One process's connections to Discord; stands where discord.py has its `ClientSession`."""

    closed = False

    def __init__(self, chat: Chat, border: Border) -> None:
        self._chat = chat
        self._border = border

    def request(self, method: str, url: str, **options: Any) -> "_Exchange":
        path = unquote(url.partition(BASE)[2])
        headers = options.get("headers") or {}
        call = _Call(_body(options.get("data")), headers, options.get("params") or {})
        return _Exchange(self._chat, self._border, method, path, call)

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""


class _Exchange:
    """A request and its answer; what discord.py needs of `ClientResponse`."""

    reason = ""

    def __init__(self, chat: Chat, border: Border, method: str, path: str, call: _Call) -> None:
        self._chat = chat
        self._border = border
        self._method = method
        self._path = path
        self._call = call

    async def __aenter__(self) -> Self:
        place = f"chat {self._method} {self._path}"
        await self._border.cross(place, aiohttp.ServerDisconnectedError)
        try:
            response = await self._chat.call(self._method, self._path, self._call)
        except Lost:
            raise aiohttp.ServerDisconnectedError from None
        await self._border.cross(place, aiohttp.ServerDisconnectedError, is_back=True)
        self.status = response.status
        self.headers = {**response.headers, "content-type": response.content_type}
        self._text = (response.body or b"").decode()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Do nothing: there is nothing to close."""

    async def text(self, encoding: str = "utf-8") -> str:
        return self._text


def _body(data: Any) -> Body:
    """Read what discord.py would send: JSON, or a form with files."""
    body = Body()
    if isinstance(data, str):
        _parse(body, data)
    elif isinstance(data, aiohttp.FormData):
        for options, _, value in data._fields:
            if options["name"] == "payload_json":
                _parse(body, value)
            else:
                index = int(options["name"].removeprefix("files[").removesuffix("]"))
                body.uploads[index] = Upload(options["filename"], value.read())
    return body
