"""A Discord in memory: one server with a channel and its people. The real discord.py runs in it.

SimCord does the work. Its page shows a snapshot: what no action of a viewer caused appears only
when the snapshot is taken anew, and that is refused while an action is still being carried out.
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

REFRESH_RETRY_S = 0.05
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
    nobody = discord.Client(intents=discord.Intents.none())  # holds the place until the bot comes
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
                guild.add_member(env.create_user(name.lower(), global_name=name))
                for name in PEOPLE
            ),
        )


class DiscordPage:
    """The server as a page in a browser that shows what happens as it happens."""

    def __init__(self, world: OfflineDiscord, preview: "Preview") -> None:
        """Keep this preview up to date while `follow` runs."""
        self._world = world
        self._preview = preview
        self._has_changed = asyncio.Event()

    @property
    def url(self) -> str:
        """The address, with the key that the page asks for."""
        return self._preview.url

    async def greet(self) -> None:
        """Say in the channel what to type."""
        first, second = PEOPLE
        channel = self._world.env.bot.get_partial_messageable(self._world.channel.id)
        await channel.send(HINT.format(first=first, second=second))

    async def wait_closed(self) -> None:
        """Wait until somebody ends the session in the page."""
        await self._preview.wait_closed()

    async def follow(self) -> None:
        """Show every change, until cancelled."""
        listeners = self._world.env.backend.subscribers
        listeners.append(self._notice)
        try:
            while True:
                await self._has_changed.wait()
                self._has_changed.clear()
                await self._refresh()
        finally:
            listeners.remove(self._notice)

    def _notice(self, event: str, _payload: Mapping[str, Any]) -> None:
        if event.startswith("MESSAGE_"):
            # "In 6 seconds" is counted from here; by itself only a refresh would move it, and that
            # is too late for an answer that the page shows by itself.
            self._preview.capture_time = datetime.now(UTC)
            self._has_changed.set()

    async def _refresh(self) -> None:
        while True:
            # Refused while an action is carried out, and when the bot works for too long.
            with suppress(simcord.SetupError, TimeoutError):
                await self._preview.refresh()
                return
            await asyncio.sleep(REFRESH_RETRY_S)


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
