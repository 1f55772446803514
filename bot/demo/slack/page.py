"""The page's server: it gives out what `drawing` draws, and takes what people do there.

`page.js` only sends what people do, and shows what changed.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.demo.slack.blocks import Json
from bot.demo.slack.drawing import COMMAND, HOME, Drawing, Shortcut, key_of
from bot.demo.slack.standin import Channel, Message, SlackStandIn, User, View
from bot.domain.errors import DemoError

HERE = Path(__file__).parent
ACKNOWLEDGED_WITHIN_S = 5.0
MAX_BODY_BYTES = 40 * 1024 * 1024  # of a form with pictures
PORTS_TO_TRY = 20


@dataclass(frozen=True, slots=True)
class SlackPage:
    """Where the page is."""

    port: int

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    async def wait_closed(self) -> None:
        """Wait for ever: the page has no way to end the demo."""
        await asyncio.Event().wait()


@asynccontextmanager
async def open_page(
    slack: SlackStandIn, port: int, shortcuts: tuple[Shortcut, ...]
) -> AsyncIterator[SlackPage]:
    """Serve the page at `port`, or at the next one that is free; 0 takes any.

    Raises:
        DemoError: none of them is free.
    """
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.add_routes(list(Page(slack, shortcuts).routes()))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        yield SlackPage(await _bind(runner, port))
    finally:
        await runner.cleanup()


async def _bind(runner: web.AppRunner, port: int) -> int:
    last = min(port + PORTS_TO_TRY, 65536) - 1
    for candidate in range(port, last + 1):
        with suppress(OSError):
            await web.TCPSite(runner, "127.0.0.1", candidate).start()
            return int(runner.addresses[-1][1])
    raise DemoError(f"no port from {port} to {last} is free; choose another with --port")


class Page:
    """Answers the browser: what one person sees, and what they do."""

    def __init__(self, slack: SlackStandIn, shortcuts: tuple[Shortcut, ...]) -> None:
        self._slack = slack
        self._drawing = Drawing(slack, shortcuts)

    def routes(self) -> Iterator[web.RouteDef]:
        """Return all addresses of the page."""
        yield web.get("/", self._page)
        yield web.get("/look", self._look)
        yield web.get("/file/{id}", self._file)
        for name in ("page.css", "page.js"):
            yield web.get(f"/{name}", partial(_static, name))
        deeds = {
            "say": self._say,
            "press": self._press,
            "choose": self._choose,
            "shortcut": self._shortcut,
            "submit": self._submit,
            "close": self._close,
        }
        for name, do in deeds.items():
            yield web.post(f"/{name}", partial(_done, do))

    # ── Who looks, and at what ──

    def _user(self, request: web.Request) -> User:
        wanted = request.query.get("as")
        people = (self._slack.ann, self._slack.ben)
        return next((each for each in people if each.id == wanted), people[0])

    def _channel(self, request: web.Request) -> Channel | None:
        """Return the channel; None: the Home tab."""
        at = request.query.get("at")
        return None if at == HOME else self._slack.world.channels.get(at or "", self._slack.channel)

    async def _page(self, request: web.Request) -> web.Response:
        user, channel = self._user(request), self._channel(request)
        if channel is None:
            await self._slack.open_home(user, wait=ACKNOWLEDGED_WITHIN_S)
        return web.Response(text=self._drawing.page(user, channel), content_type="text/html")

    async def _look(self, request: web.Request) -> web.Response:
        user, channel = self._user(request), self._channel(request)
        return web.json_response(self._drawing.changing(user, channel))

    async def _file(self, request: web.Request) -> web.Response:
        file = self._slack.world.files.get(request.match_info["id"])
        if file is None or file.content is None or file.deleted:
            raise web.HTTPNotFound
        return web.Response(body=file.content, content_type=file.mimetype)

    # ── What people do ──

    async def _say(self, request: web.Request, given: Json) -> None:
        user, channel, text = self._user(request), self._channel(request), str(given["text"])
        if channel is None:
            return
        command, _, rest = text.partition(" ")
        if command.startswith("/") and command != COMMAND:
            self._drawing.refuse(command, user, channel)
        elif command == COMMAND:
            await self._slack.slash(user, channel, rest.strip(), wait=ACKNOWLEDGED_WITHIN_S)
        else:
            self._slack.say(user, channel, text)

    async def _press(self, request: web.Request, given: Json) -> None:
        place = self._found(str(given["place"]))
        user = self._user(request)
        await self._slack.press(user, place, given["name"], wait=ACKNOWLEDGED_WITHIN_S)

    async def _choose(self, request: web.Request, given: Json) -> None:
        if not given["value"]:
            return
        place, user = self._found(str(given["place"])), self._user(request)
        await self._slack.choose(
            user, place, given["name"], given["value"], wait=ACKNOWLEDGED_WITHIN_S
        )

    async def _shortcut(self, request: web.Request, given: Json) -> None:
        place = self._found(str(given["place"]))
        if isinstance(place, Message):
            user = self._user(request)
            await self._slack.shortcut(user, place, given["name"], wait=ACKNOWLEDGED_WITHIN_S)

    async def _submit(self, _request: web.Request, given: Json) -> None:
        view = self._found(str(given["place"]))
        if isinstance(view, View):
            values = dict(_values(given, view))
            await self._slack.submit(view, values, wait=ACKNOWLEDGED_WITHIN_S)

    async def _close(self, _request: web.Request, given: Json) -> None:
        view = self._found(str(given["place"]))
        if isinstance(view, View):
            await self._slack.close(view, wait=0)

    def _found(self, key: str) -> Message | View:
        """Return the message or view of this key.

        Raises:
            HTTPNotFound: it is there no more.
        """
        slack = self._slack
        views = [*slack.views.values(), *slack.homes.values()]
        messages = (
            each for channel in slack.world.channels.values() for each in channel.all_messages
        )
        keyed = {each.id: each for each in views} | {key_of(each): each for each in messages}
        if key not in keyed:
            raise web.HTTPNotFound
        return keyed[key]


async def _done(
    do: Callable[[web.Request, Json], Awaitable[None]], request: web.Request
) -> web.Response:
    """Do what a person does; what Slack's own page would not offer any more is left."""
    try:
        await do(request, await request.post())
    except AssertionError as error:  # pressed while it was drawn anew
        return web.Response(status=409, text=str(error))
    return web.Response(status=204)


async def _static(name: str, _request: web.Request) -> web.Response:
    kind = "text/css" if name.endswith("css") else "text/javascript"
    text = await asyncio.to_thread((HERE / name).read_text, "utf-8")
    return web.Response(text=text, content_type=kind)


def _values(given: Any, view: View) -> Iterator[tuple[str, Any]]:
    """Return what was filled in, by action id, as the stand-in takes it."""
    for block in view.blocks:
        element = block.get("element")
        if element is None:
            continue
        name = element["action_id"]
        found = [each for each in given.getall(name, []) if each]
        match element["type"]:
            case "file_input":
                files = [each for each in found if getattr(each, "filename", "")]
                yield name, [(each.filename, each.file.read()) for each in files]
            case "checkboxes":
                yield name, found
            case _:
                yield name, found[0] if found else None
