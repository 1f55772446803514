"""One process's connections to Slack, without a network; stands for those of aiohttp."""

import json
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.simulation.fault_injection import Border

BASE_URL = "https://slack.example"
JSON_TYPE = "application/json"


class Session:
    """One process's connections to Slack; stands for aiohttp's `ClientSession`."""

    closed = False

    def __init__(self, answer: "Answer", border: Border) -> None:
        self._answer = answer
        self._border = border

    def request(self, _verb: str, url: str, **options: Any) -> "Exchange":
        return Exchange(self._answer, self._border, Call(url, options))

    def post(self, url: str, **options: Any) -> "Exchange":
        return self.request("POST", url, **options)


class Call:
    """A request, as far as the stand-in's routes look at it."""

    def __init__(self, url: str, options: Mapping[str, Any]) -> None:
        self.path = url.removeprefix(BASE_URL)
        self.headers: Mapping[str, str] = options.get("headers") or {}
        self.query = {key: str(value) for key, value in (options.get("params") or {}).items()}
        self.match_info: dict[str, str] = {}
        self.is_cut = False
        self._json = options.get("json")
        self._data: Any = options.get("data")
        self.content_type = "application/octet-stream" if self._json is None else JSON_TYPE

    @property
    def transport(self) -> Self:
        """Return what the stand-in breaks, instead of an answer."""
        return self

    def abort(self) -> None:
        self.is_cut = True

    async def text(self) -> str:
        return json.dumps(self._json)

    async def post(self) -> Mapping[str, Any]:
        return self._data if isinstance(self._data, dict) else {}

    async def read(self) -> bytes:
        return bytes(self._data)


class Exchange:
    """A request and its answer; what slack_sdk and we need of `ClientResponse`."""

    def __init__(self, answer: "Answer", border: Border, call: Call) -> None:
        self._answer = answer
        self._border = border
        self._call = call

    async def __aenter__(self) -> Self:
        place = f"chat {self._call.path.removeprefix('/api/').removeprefix('/')}"
        await self._border.cross(place, aiohttp.ServerDisconnectedError)
        answer = await self._answer(self._call)
        await self._border.cross(place, aiohttp.ServerDisconnectedError, is_back=True)
        self.status, self.headers = answer.status, answer.headers
        self.content_type, self.ok = answer.content_type, answer.status < HTTPStatus.BAD_REQUEST
        self._text = answer.text or ""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Do nothing: there is nothing to close."""

    async def text(self, **_options: Any) -> str:
        return self._text

    async def json(self) -> Any:
        return json.loads(self._text)


Answer = Callable[[Call], Awaitable[web.Response]]  # what the stand-in makes of a request
