"""A Discord in memory: one server with a channel and its people. The real discord.py runs in it.

SimCord does the work. Where it has no public way for what the demo needs (a clock that goes, a page
that shows what nobody there caused), this reaches into it; `pyproject.toml` bounds the version.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import discord
import simcord

from bot.errors import DemoError
from bot.platforms.discord import ImagineBot

if TYPE_CHECKING:
    from simcord.preview import Preview

BOT_NAME, SERVER, CHANNEL = "imagine-bot", "The demo's server", "pictures"
TOPIC = "Pictures from words: type /imagine"
PEOPLE = ("Ann", "Ben")
HINT = (
    "Hello {first}! Type `/imagine` below, then what you want to see: *a lighthouse at sunset*.\n"
    "{second} is here too: choose who you are at “Viewing as”, at the top."
)

PORTS_TO_TRY = 20


class _RunningClock:
    """What SimCord takes for its clock, but going: its own stands at the first of January 2026."""

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
    bot_arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def run_bot(self, bot: ImagineBot, _token: str) -> None:
        """Let this bot in until cancelled; see `app.Outside.run_discord`."""
        await self.env.restart_bot(bot)
        await bot.register_commands()
        self.bot_arrived.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.bot_arrived.clear()


@asynccontextmanager
async def open_discord(*, is_strict: bool = False) -> AsyncIterator[OfflineDiscord]:
    """Give the server, without a bot yet. Every task started within sees it in place of Discord.

    A strict one raises, at the end, what a bot's callbacks have raised.
    """
    nobody = discord.Client(
        intents=discord.Intents(guilds=True)
    )  # holds the place until the bot comes
    async with simcord.run(nobody, check_errors=is_strict) as env:
        backend: Any = env.backend
        backend.clock = _RunningClock()
        assert nobody.user is not None
        await nobody.user.edit(username=BOT_NAME)
        guild = env.create_guild(SERVER)
        yield OfflineDiscord(
            env=env,
            guild=guild,
            channel=guild.create_text_channel(CHANNEL, topic=TOPIC),
            people=tuple(
                guild.add_member(env.create_user(name.lower(), global_name=name)) for name in PEOPLE
            ),
        )


class DiscordPage:
    """The server as a page in a browser that shows what happens as it happens.

    SimCord's page shows a snapshot and asks twice a second for a newer one, which is only taken
    after an action of its viewer. `Preview.refresh()` takes one too, but waits for the bot before
    that, and what a viewer does in the meantime is refused so harshly that the page gives up. So
    this takes the snapshot at the very moment when the page asks: nothing can come in between, and
    the page never holds an older one than it acts upon.
    """

    def __init__(self, world: OfflineDiscord, preview: "Preview") -> None:
        """Keep what `preview` shows up to date."""
        self._world = world
        self._preview: Any = preview
        self._changes = 0
        self._shown: dict[str, int] = {}  # by page: how many changes its snapshot holds
        self._answer = self._preview._page_payload  # noqa: SLF001
        self._preview._page_payload = self._answer_anew  # noqa: SLF001
        world.env.backend.subscribers.append(self._notice)

    @property
    def url(self) -> str:
        """The address, with the key that the page asks for."""
        return str(self._preview.url)

    async def greet(self) -> None:
        """Say in the channel what to type."""
        first, second = PEOPLE
        channel = self._world.env.bot.get_partial_messageable(self._world.channel.id)
        await channel.send(HINT.format(first=first, second=second))

    async def wait_closed(self) -> None:
        """Wait until somebody ends the session in the page."""
        await self._preview.wait_closed()

    def _notice(self, event: str, _payload: Mapping[str, Any]) -> None:
        if event.startswith("MESSAGE_"):
            self._changes += 1
            # "In 6 seconds" is counted from here, also in the snapshot that follows an action.
            self._preview.capture_time = datetime.now(UTC)

    def _answer_anew(self, page: Any) -> Any:
        """Answer a page that asks for its snapshot."""
        is_busy = self._preview._active_action is not None  # noqa: SLF001 - it takes one itself
        if self._shown.get(page.id) != self._changes and not is_busy:
            self._shown[page.id] = self._changes
            self._preview._publish(page, reason="refresh")  # noqa: SLF001
        return self._answer(page)


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
    last = min(port + PORTS_TO_TRY, 65536) - 1
    for candidate in range(port, last + 1):
        preview = world.env.preview(
            world.channel,
            viewers=world.people,
            layout="channel",
            timezone=_local_timezone(),
            port=candidate,
        )
        with suppress(simcord.SetupError):
            return await preview.__aenter__()
    raise DemoError(f"no port from {port} to {last} is free; choose another with --port")


def _local_timezone() -> str:
    """Give the name of this machine's time zone, so that the page's times are the reader's."""
    place = Path("/etc/localtime").resolve().parts
    name = "/".join(itertools.dropwhile(lambda part: part != "zoneinfo", place))
    return name.removeprefix("zoneinfo/") or "UTC"
