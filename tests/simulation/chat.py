"""Discord without a network: between discord.py's session and the stand-in's routes."""

import re
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

import aiohttp
from aiohttp import web

from bot.domain.jobs import JOB_ID_PATTERN
from tests.simulation.fault_injection import Border
from tests.simulation.late_calls import LateCalls
from tests.simulation.virtual_time import VirtualTimeLoop
from tests.standins.discord import DiscordStandIn, Message, RequestRecord
from tests.standins.discord.api import BODY, Body, Upload, _parse
from tests.standins.discord.callbacks import CallbackRoutes
from tests.standins.discord.messages import MessageRoutes
from tests.standins.discord.rest import BASE, Lost, ObjectRoutes, Pipeline
from tests.standins.discord.world import World

_MARK = re.compile(rf"imagine:delete:({JOB_ID_PATTERN.pattern}):(\d+)")


class Chat(DiscordStandIn):
    """The stand-in, on the loop's own time, with a DM channel for each of its people."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__(world=World(now=loop.time, time_of_day=lambda: loop.now().timestamp()))
        self.world.cdn_url = "https://cdn.example"
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
        self._pipeline = _Pipeline(self)

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

    def cards(self) -> dict[tuple[str, int], list[Message]]:
        """Return all messages that ever were the card of a part of a job, by job id and part."""
        found: dict[tuple[str, int], list[Message]] = {}
        for channel in self.world.channels.values():
            for message in channel.all_messages:
                for job_id, part in _marks(message):
                    found.setdefault((job_id, part), []).append(message)
        return found


def _marks(message: Message) -> list[tuple[str, int]]:
    ids = [button.custom_id or "" for button in message.buttons]
    return [(found[1], int(found[2])) for found in map(_MARK.fullmatch, ids) if found]


def _as_pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))


class _Pipeline(Pipeline):
    """The stand-in's, in which a request that hangs is told when to go on."""

    def __init__(self, chat: Chat) -> None:
        super().__init__(chat)
        self._hang = chat.late_calls.hang  # type: ignore[method-assign]


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
        place = f"discord {self._method} {self._path}"
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
