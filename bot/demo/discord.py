"""A Discord in memory: one server with a channel and its people. The real discord.py runs in it.

SimCord does the work. Where it has no public way for what the demo needs (a clock that goes, a page
that shows what nobody there caused), this reaches into it; `pyproject.toml` bounds the version.
"""

import asyncio
import io
import itertools
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import discord
import simcord
from aiohttp import web
from PIL import Image, UnidentifiedImageError
from pydantic import SecretStr
from simcord.backend.cdn import CDN_BASE
from simcord.http import router
from simcord.preview._media import MediaInfo, MediaWorker
from simcord.preview._server import PreviewServer

from bot.demo.artist import draw_picture
from bot.domain.errors import DemoError
from bot.platforms.discord import ImagineBot, point_at

if TYPE_CHECKING:
    from simcord.preview import Preview

BOT_NAME, SERVER, CHANNEL = "imagine-bot", "The demo's server", "pictures"
TOPIC = "Pictures from words: type /imagine"
PEOPLE = ("Ann", "Ben")

STYLE = Path(__file__).with_name("page.css")
SCRIPT = Path(__file__).with_name("page.js")
# Nothing answers there (RFC 2606): what should slip past the Discord in memory goes nowhere.
NOWHERE_URL, NOWHERE_GATEWAY = "https://discord.invalid/api/v10", "wss://gateway.discord.invalid/"
AVATAR = "lighthouse"  # the name of its picture
PORTS_TO_TRY = 20
SETTLE_TIMEOUT_S = 60.0  # for what an act of somebody sets off, on a slow machine


class _RunningClock:
    """A running clock for SimCord, whose own stands still at the first of January 2026."""

    elapsed = 0.0  # of virtual time, for the timers that tests fire early

    def now(self) -> datetime:
        return datetime.now(UTC)

    def advance(self, seconds: float) -> None:
        self.elapsed += seconds


@dataclass(slots=True, kw_only=True)
class OfflineDiscord:
    """The server, and whichever bot is in it at the moment."""

    env: simcord.Env
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    people: tuple[simcord.MemberActor, ...]
    cdn_url: str  # the origin that serves what was attached to messages
    bot_arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def settings(self) -> Mapping[str, object]:
        """What lets the bot in, by the fields of `Settings`."""
        return {
            "discord_token": SecretStr("none"),
            "discord_api_url": NOWHERE_URL,
            "discord_gateway_url": NOWHERE_GATEWAY,
            "discord_cdn_url": self.cdn_url,
        }

    async def run_discord(self, bot: ImagineBot, _token: str) -> None:
        """Let this bot in until cancelled; see `Externals.run_discord`."""
        await self.env.restart_bot(bot)
        await bot.register_commands()
        self.bot_arrived.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.bot_arrived.clear()


@asynccontextmanager
async def open_discord() -> AsyncIterator[OfflineDiscord]:
    """Open the server, without a bot. Tasks started within see it in place of Discord."""
    point_at(NOWHERE_URL, NOWHERE_GATEWAY)
    nobody = discord.Client(intents=discord.Intents(guilds=True))  # until the bot comes
    env = simcord.Env(nobody, settle_timeout=SETTLE_TIMEOUT_S)
    backend: Any = env.backend
    backend.clock = _RunningClock()
    backend.subscribers.append(partial(_let_answers_take_long, backend))
    backend.subscribers.append(partial(_let_presses_reach_their_message, backend))
    with _decoded_paths():
        # Not `simcord.run`: that must be left in the very context in which it was entered.
        await env.start()
        try:
            assert nobody.user is not None
            await nobody.user.edit(username=BOT_NAME)
            backend.bot_user.avatar = AVATAR
            async with _serve_attachments(env) as cdn_url:
                yield _furnish(env, cdn_url)
        finally:
            await env.shutdown()


@contextmanager
def _decoded_paths() -> Iterator[None]:
    """Let SimCord read percent-encoded paths, as Discord does.

    discord.py sends `@original` as `%40original`, which SimCord takes for the id of a message.
    """
    dispatch = router.dispatch

    def dispatch_decoded(backend: Any, method: str, path: str, **request: Any) -> Any:
        segments = [unquote(segment).replace("/", "%2F") for segment in path.split("/")]
        return dispatch(backend, method, "/".join(segments), **request)

    router.dispatch = dispatch_decoded
    try:
        yield
    finally:
        router.dispatch = dispatch


def _let_answers_take_long(backend: Any, event: str, payload: Mapping[str, Any]) -> None:
    """Let an answer come after Discord's three seconds, on a machine that is busy."""
    if event == "INTERACTION_CREATE":
        backend.interactions[int(payload["id"])].initial_response_deadline = None


def _let_presses_reach_their_message(backend: Any, event: str, payload: Mapping[str, Any]) -> None:
    """Let the token of a press delete the message of the button, where one person alone sees it.

    Discord does; SimCord knows only of the messages that a press has made.
    """
    if event != "INTERACTION_CREATE":
        return
    press = backend.interactions[int(payload["id"])]
    if press.source_message_id is None:
        return
    if backend.get_message(press.channel_id, press.source_message_id).is_ephemeral:
        press.followup_ids.append(press.source_message_id)


@asynccontextmanager
async def _serve_attachments(env: simcord.Env) -> AsyncIterator[str]:
    """Return SimCord's attachments an address; its own exists in memory only."""

    async def answer(request: web.Request) -> web.Response:
        data = env.backend.cdn.get(CDN_BASE + request.path)
        return web.Response(body=data) if data is not None else web.Response(status=404)

    app = web.Application()
    app.router.add_get("/attachments/{path:.+}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def _furnish(env: simcord.Env, cdn_url: str) -> OfflineDiscord:
    guild = env.create_guild(SERVER)
    people = (env.create_user(name.lower(), global_name=name) for name in PEOPLE)
    return OfflineDiscord(
        env=env,
        guild=guild,
        channel=guild.create_text_channel(CHANNEL, topic=TOPIC),
        people=tuple(guild.add_member(person) for person in people),
        cdn_url=cdn_url,
    )


class _QuickMediaWorker(MediaWorker):
    """Passes pictures on to the page as they are.

    SimCord decodes and encodes each in a process of its own, one after the other, and refuses what
    exceeds a short queue: twelve cards at once would take 16 seconds and lack half their pictures.
    """

    async def validate(
        self, key: str, blob: bytes, *, media_time: float | None = None
    ) -> MediaInfo:
        """Describe a picture; leave everything that moves or sounds to SimCord."""
        with io.BytesIO(blob) as file, suppress(UnidentifiedImageError), Image.open(file) as image:
            if (
                media_time is None
                and image.format == "PNG"
                and not getattr(image, "n_frames", 1) > 1
            ):
                return _described(image, blob)
        return await super().validate(key, blob, media_time=media_time)


def _described(picture: Image.Image, data: bytes) -> MediaInfo:
    return MediaInfo(
        format="PNG",
        width=picture.width,
        height=picture.height,
        frames=1,
        decoded_bytes=picture.width * picture.height * 4,
        normalized=data,
        content_type="image/png",
    )


class DiscordPage:
    """The server as a page in a browser that shows what happens as it happens.

    SimCord's page shows a snapshot and asks twice a second for a newer one, which is only taken
    after an action of its viewer. `Preview.refresh()` takes one too, but waits for the bot before
    that, and what a viewer does in the meantime is refused so harshly that the page gives up. So
    this takes the snapshot at the very moment when the page asks: nothing can come in between, and
    the page never holds an older one than it acts upon.
    """

    def __init__(self, world: OfflineDiscord, preview: Any) -> None:
        """Keep what a `simcord.preview.Preview` shows up to date."""
        self._world = world
        self._preview = preview
        self._events = 0
        self._shown: dict[str, int] = {}  # by page: how many changes its snapshot holds
        self._answer, self._act = preview._page_payload, preview._action  # noqa: SLF001
        preview._page_payload, preview._action = self._answer_anew, self._act_anyway  # noqa: SLF001
        preview._media_worker = _QuickMediaWorker()  # noqa: SLF001
        world.env.backend.subscribers.append(self._notice)

    @property
    def url(self) -> str:
        """The address, with the key that the page asks for."""
        return str(self._preview.url)

    @property
    def port(self) -> int:
        """Where it is served, which may not be where it should have been."""
        return int(urlsplit(self.url).port or 0)

    async def wait_closed(self) -> None:
        """Wait until somebody ends the session in the page."""
        await self._preview.wait_closed()

    def _notice(self, event: str, _payload: Mapping[str, Any]) -> None:
        if event.startswith("MESSAGE_"):
            self._events += 1
            self._tell_time()

    @property
    def _changes(self) -> int:
        """How much has happened. What one person alone sees is no event, but a call of the bot."""
        return self._events + len(self._world.env.backend.http_requests)

    def _tell_time(self) -> None:
        """Count "in 6 seconds" from now on, also in the snapshot that follows an action."""
        self._preview.capture_time = datetime.now(UTC)

    def _answer_anew(self, page: Any) -> Any:
        """Answer a page that asks for its snapshot."""
        is_busy = self._preview._active_action is not None  # noqa: SLF001 - it takes one itself
        changes = self._changes
        if self._shown.get(page.id) != changes and not is_busy:
            self._shown[page.id] = changes
            self._tell_time()
            self._preview._publish(page, reason="refresh")  # noqa: SLF001
        return self._answer(page)

    async def _act_anyway(self, page_id: str, action: dict[str, Any]) -> Any:
        """Carry out an action also if a message came while it was under way; it may be for another.

        Whether its own button or command is still there is looked at anyway.
        """
        self._tell_time()  # what is shown to one person alone is no event
        page = self._preview._get_page(page_id)  # noqa: SLF001
        if "published_revision" in action:
            action = {**action, "published_revision": page.revision}
        return await self._act(page_id, action)


@asynccontextmanager
async def open_page(world: OfflineDiscord, port: int) -> AsyncIterator[DiscordPage]:
    """Serve the page on loopback at `port`, or at the next one that is free; 0 takes any.

    Raises:
        DemoError: none of them is free.
    """
    preview = await _start_preview(world, port)
    try:
        yield DiscordPage(world, preview)
    finally:
        await preview.close()


async def _start_preview(world: OfflineDiscord, port: int) -> "Preview":
    _put_on_our_page()
    last = min(port + PORTS_TO_TRY, 65536) - 1
    avatar = f"{CDN_BASE}/avatars/{world.env.backend.bot_user.id}/{AVATAR}.png"
    picture = await asyncio.to_thread(_draw_avatar)
    for candidate in range(port, last + 1):
        preview = world.env.preview(
            world.channel,
            viewers=world.people,
            layout="channel",
            timezone=_local_timezone(),
            assets={avatar: (f"{AVATAR}.png", picture)},
            port=candidate,
        )
        with suppress(simcord.SetupError):
            return await preview.__aenter__()
    raise DemoError(f"no port from {port} to {last} is free; choose another with --port")


def _put_on_our_page() -> None:
    """Serve our style and script in the place of SimCord's, which they begin with."""
    files, types = PreviewServer._STATIC_FILES, PreviewServer._STATIC_CONTENT_TYPES  # noqa: SLF001
    files |= {"/preview.css": str(STYLE), "/simcord.css": "preview.css"}
    files |= {"/app.js": str(SCRIPT), "/simcord.js": "app.js"}
    types |= {str(STYLE): "text/css", str(SCRIPT): "application/javascript"}


def _local_timezone() -> str:
    """Return the name of this machine's time zone, so that the page's times are the reader's."""
    place = Path("/etc/localtime").resolve().parts
    name = "/".join(itertools.dropwhile(lambda part: part != "zoneinfo", place))
    return name.removeprefix("zoneinfo/") or "UTC"


def _draw_avatar() -> bytes:
    """Cut the lighthouse out of a picture by our own artist."""
    picture = Image.open(io.BytesIO(draw_picture("a lighthouse at sunset", 0, long_side=512)))
    png = io.BytesIO()
    picture.crop((310, 170, 510, 370)).save(png, "PNG")
    return png.getvalue()
