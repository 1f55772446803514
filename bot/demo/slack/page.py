"""The page: channels, messages, forms and the Home tab of the stand-in, and what people do there.

The server draws everything; `page.js` only sends what people do, and shows what changed.
"""

import asyncio
import html
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.demo.slack.blocks import Blocks, Json
from bot.demo.slack.mrkdwn import to_html
from bot.domain.errors import DemoError
from tests.standins.slack import Channel, File, Message, SlackStandIn, User, View

HERE = Path(__file__).parent
HOME = "home"  # in the address of the page: the Home tab in a channel's place
ACKNOWLEDGED_WITHIN_S = 5.0
MAX_BODY_BYTES = 40 * 1024 * 1024  # of a form with pictures
PORTS_TO_TRY = 20
LATEST = 100  # messages that are drawn
COMMAND = "/imagine"
COLOURS = ("#2b6cb0", "#b7791f", "#2f855a", "#97266d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """An entry of a message's menu."""

    name: str
    callback_id: str


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
        self._shortcuts = shortcuts
        self._read: dict[tuple[User, str], str] = {}  # the newest message seen, by channel id
        self._unknown: dict[tuple[User, str], tuple[str, str]] = {}  # a wrong command, and when

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
        drawn = PAGE.format(
            user=user.id,
            at=HOME if channel is None else channel.id,
            navigation=self._navigation(user, channel),
            title=self._title(channel),
            kind=HOME if channel is None else "channel",
            place=self._place(user, channel),
            composer="" if channel is None else COMPOSER,
        )
        return web.Response(text=drawn, content_type="text/html")

    async def _look(self, request: web.Request) -> web.Response:
        user, channel = self._user(request), self._channel(request)
        shown = {
            "place": self._place(user, channel),
            "form": self._form(user),
            "navigation": self._navigation(user, channel),
        }
        return web.json_response(shown)

    async def _file(self, request: web.Request) -> web.Response:
        file = self._slack.world.files.get(request.match_info["id"])
        if file is None or file.content is None or file.deleted:
            raise web.HTTPNotFound
        return web.Response(body=file.content, content_type=file.mimetype)

    # ── Drawing ──

    def _navigation(self, user: User, at: Channel | None) -> str:
        public, direct = self._slack.channel, self._slack.dm(user)
        people = "".join(
            _entry(each.name.capitalize(), each.id, at.id if at else HOME, _here(each is user))
            for each in (self._slack.ann, self._slack.ben)
        )
        return NAVIGATION.format(
            people=people,
            channel=_entry(f"# {public.name}", user.id, public.id, self._mark(user, public, at)),
            direct=_entry("imagine-bot", user.id, direct.id, self._mark(user, direct, at)),
            home=_entry("imagine-bot · Home", user.id, HOME, _here(at is None)),
        )

    def _mark(self, user: User, channel: Channel, at: Channel | None) -> str:
        """Return whether the person is in this channel, or has something to read there."""
        place, newest = (user, channel.id), _newest(user, channel)
        if at is channel:
            self._read[place] = newest
            return "here"
        return "unread" if newest > self._read.get(place, "") else ""

    def _title(self, channel: Channel | None) -> str:
        if channel is None:
            return "imagine-bot <small>Home</small>"
        if channel is self._slack.channel:
            return f"# {html.escape(channel.name)} <small>Ann, Ben and imagine-bot</small>"
        return "imagine-bot <small>only you and the bot</small>"

    def _place(self, user: User, channel: Channel | None) -> str:
        if channel is None:
            home = self._slack.home(user)
            return "" if home is None else self._view(home)
        shown = "".join(map(self._message, channel.seen_by(user)[-LATEST:]))
        return shown + self._failure(user, channel)

    def _view(self, view: View) -> str:
        return f'<div data-place="{view.id}">{self._blocks(view).draw(view.blocks)}</div>'

    def _form(self, user: User) -> str:
        forms = self._slack.forms(user)
        if not forms:
            return ""
        form = forms[-1]
        content = form.content
        return FORM.format(
            place=form.id,
            title=html.escape(form.title),
            blocks=self._blocks(form).draw(form.blocks),
            close=_words(content.get("close"), "Close"),
            submit=SUBMIT.format(words=_words(content["submit"])) if content.get("submit") else "",
        )

    def _message(self, message: Message) -> str:
        bot = message.author is self._slack.world.bot
        blocks = self._blocks()
        words = blocks.draw(message.blocks) if message.blocks else blocks.write(message.text)
        return MESSAGE.format(
            place=_key(message),
            kind="reply" if message.thread_ts not in {None, message.ts} else "",
            colour="#611f69" if bot else COLOURS[_number(message.author) % len(COLOURS)],
            initial="✦" if bot else message.author.name[0].upper(),
            who="imagine-bot" if bot else html.escape(message.author.name.capitalize()),
            app='<span class="app">APP</span>' if bot else "",
            when=datetime.fromtimestamp(float(message.ts), UTC).isoformat(),
            alone='<div class="alone">Only visible to you</div>' if message.is_ephemeral else "",
            words=words + "".join(map(_file, message.files)),
            menu="" if message.is_ephemeral else self._menu(),
        )

    def _menu(self) -> str:
        entries = "".join(
            f'<button type="button" data-shortcut="{each.callback_id}">{each.name}</button>'
            for each in self._shortcuts
        )
        return MENU.format(entries=entries)

    def _failure(self, user: User, channel: Channel) -> str:
        """Say what Slack says where no app has the command, or the app did not answer."""
        command, when = self._unknown.get((user, channel.id), ("", ""))
        if command and when == _newest(user, channel):
            return FAILURE.format(words=f"{html.escape(command)} is not a valid command.")
        theirs = [
            each
            for each in self._slack.interactions
            if each.user is user and each.channel is channel
        ]
        if not theirs or theirs[-1].failure is None:
            return ""
        return FAILURE.format(words=f"{COMMAND} failed: {html.escape(theirs[-1].failure)}")

    def _blocks(self, view: View | None = None) -> Blocks:
        names = {each.id: each.name.capitalize() for each in self._slack.world.users.values()}
        return Blocks(
            write=lambda text: to_html(text, names),
            address=self._address,
            errors={} if view is None else view.errors,
        )

    def _address(self, file_id: str) -> str | None:
        file = self._slack.world.files.get(file_id)
        is_seen = file is not None and not file.deleted and file.shares
        return f"/file/{file_id}" if is_seen else None

    # ── What people do ──

    async def _say(self, request: web.Request, given: Json) -> None:
        user, channel, text = self._user(request), self._channel(request), str(given["text"])
        if channel is None:
            return
        command, _, rest = text.partition(" ")
        if command.startswith("/") and command != COMMAND:
            self._unknown[user, channel.id] = command, _newest(user, channel)
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
        keyed = {each.id: each for each in views} | {_key(each): each for each in messages}
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


def _key(message: Message) -> str:
    return f"{message.channel.id}-{message.ts}"


def _number(user: User) -> int:
    return sum(map(ord, user.id))


def _file(file: File) -> str:
    return (
        f'<figure><img class="large" src="/file/{file.id}" alt="{html.escape(file.name)}"></figure>'
    )


def _words(text: Json | None, otherwise: str = "") -> str:
    return html.escape(text["text"] if text else otherwise)


def _newest(user: User, channel: Channel) -> str:
    return max((each.ts for each in channel.seen_by(user)), default="")


def _here(is_here: bool) -> str:
    return "here" if is_here else ""


def _entry(words: str, user_id: str, at: str, mark: str) -> str:
    return f'<a href="/?as={user_id}&amp;at={at}" class="{mark}">{html.escape(words)}</a>'


PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>imagine-bot in Slack: the demo</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
<body data-as="{user}" data-at="{at}">
<nav>{navigation}</nav>
<main>
<header>{title}</header>
<div id="place" class="{kind}">{place}</div>
<button id="newer" hidden>New messages ↓</button>
{composer}
</main>
<div id="form" hidden></div>
<script src="/page.js" type="module"></script>
</body>
</html>
"""
NAVIGATION = """<h1>The demo</h1>
<h2>Viewing as</h2><div class="people">{people}</div>
<h2>Channels</h2>{channel}
<h2>Direct messages</h2>{direct}
<h2>Apps</h2>{home}"""
COMPOSER = """<form id="composer" autocomplete="off">
<input name="text" aria-label="Message" placeholder="/imagine a fox in the snow" autofocus>
<button>Send</button>
</form>"""
MESSAGE = """<div class="message {kind}" data-place="{place}">
<div class="face" style="background:{colour}">{initial}</div>
<div>{alone}<span class="who">{who}</span>{app}<time class="when" datetime="{when}"></time>
<div>{words}</div></div>{menu}</div>"""
FORM = """<form data-place="{place}">
<h2>{title}</h2><div class="blocks">{blocks}</div>
<footer><button type="button" class="button" data-close>{close}</button>{submit}</footer></form>"""
MENU = """<details><summary aria-label="More actions">⋮</summary>
<div>{entries}</div></details>"""
FAILURE = '<div class="failure">{words}</div>'
SUBMIT = '<button class="button primary">{words}</button>'
