"""The bot: the least of Discord that it needs, and its commands once their extensions are loaded.

Extensions are loaded by name, so nothing here imports what hears people.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeAlias

import discord
import structlog
from discord import app_commands, gateway, http
from discord.ext import commands
from yarl import URL

from bot.domain.timings import TIMINGS
from bot.platforms.discord.client.cleaning import clean_interaction
from bot.platforms.discord.client.events import read_with_care
from bot.platforms.discord.connection.invitation import invite_link
from bot.platforms.discord.connection.requests import WatchfulConnector
from bot.platforms.discord.timings import DISCORD_TIMINGS, DiscordTimings
from bot.ports.clock import Clock
from bot.ports.observer import UNOBSERVED, Observer
from bot.ports.settings import SettingStore
from bot.screens.bundle import Screens

log = structlog.get_logger(__name__)

EXTENSIONS = (
    "bot.platforms.discord.commands",
    "cogs.imagine",
    "cogs.context_menus",
    "cogs.jobs",
    "cogs.presets",
    "cogs.preferences",
    "cogs.queue",
    "cogs.help",
)
Work: TypeAlias = Callable[[], Awaitable[None]]
AsLeader: TypeAlias = Callable[[str, Work], Awaitable[None]]

# Commands belong to servers that invited the bot, and work there and in direct messages with it.
WHERE_INSTALLED = app_commands.AppInstallationType(guild=True, user=False)
WHERE_USABLE = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)


async def at_once(_name: str, work: Work) -> None:
    """Do `work`: there are no other processes."""
    await work()


def point_at(api_url: str, gateway_url: str) -> None:
    """Let discord.py talk to these addresses instead of Discord's; call it before the login.

    For proxies that share rate limits between processes, and for tests. Holds for the process.
    """
    http.Route.BASE = api_url.rstrip("/")
    gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)


class ImagineTree(app_commands.CommandTree["ImagineBot"]):
    """The commands; what goes wrong in one is answered by `commands`."""

    async def interaction_check(self, interaction: "discord.Interaction[ImagineBot]", /) -> bool:
        """Clean what the person sent, before discord.py reads it; nothing is refused here."""
        clean_interaction(interaction)
        return True


class ImagineBot(commands.Bot):
    """Our Discord client. It keeps no messages and no members, and can ping nobody by default."""

    def __init__(
        self,
        *,
        screens: Screens,
        settings: SettingStore,
        clock: Clock,
        as_leader: AsLeader = at_once,
        observer: Observer = UNOBSERVED,
        answer_grace: timedelta = TIMINGS.answer_grace,
        discord_timings: DiscordTimings = DISCORD_TIMINGS,
    ) -> None:
        """Build it; `as_leader` does what only one process may do at a time."""
        # It never speaks, so nobody need install what speaking takes.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            command_prefix=commands.when_mentioned,  # no text commands; avoids a warning
            tree_cls=ImagineTree,
            allowed_installs=WHERE_INSTALLED,
            allowed_contexts=WHERE_USABLE,
            help_command=None,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_ratelimit_timeout=discord_timings.max_rate_limit_wait_s,
        )
        read_with_care(self._connection.parsers)
        self.screens = screens
        self.clock = clock
        self.answer_grace = answer_grace
        self.discord_timings = discord_timings
        self.usable = asyncio.Event()  # set once messages can be sent; the gateway may come later
        self._settings = settings
        self._as_leader = as_leader
        self.observer = observer
        self._is_connected = False
        self._has_said_ready = False
        self._gateway_task: asyncio.Task[object] | None = None

    async def login(self, token: str) -> None:
        """Log in, over connections that are watched; they cannot be made without a running loop."""
        if self.http.connector is discord.utils.MISSING:
            self.http.connector = WatchfulConnector(self.observer)
        await super().login(token)

    async def setup_hook(self) -> None:
        """Define the commands; the last step of a login, and without the network."""
        for extension in EXTENSIONS:
            await self.load_extension(extension)
        self.usable.set()

    async def on_connect(self) -> None:
        """Note that the gateway let us in; the servers are known by now."""
        self._is_connected = True
        if not self._has_said_ready:
            self._has_said_ready = True
            self._say_ready()

    def _say_ready(self) -> None:
        """Say who we are and in how many servers, and how to get into one."""
        count = len(self.guilds)
        said = f"Ready as {self.user} in {'1 server' if count == 1 else f'{count} servers'}"
        if count == 0 and self.application_id is not None:
            log.warning(said, hint=f"invite it with {invite_link(self.application_id)}")
        else:
            log.info(said)

    async def on_resumed(self) -> None:
        """Note that the gateway let us in again."""
        self._is_connected = True

    async def on_disconnect(self) -> None:
        """Note that the connection to the gateway is lost."""
        self._is_connected = False

    async def is_connected(self) -> bool:
        """Whether the gateway tells us what people do."""
        return self._is_connected

    async def register_commands(self) -> None:
        """Tell Discord our commands if they changed: it allows only 200 new ones a day."""
        await self._as_leader("commands:discord", self._register_changed_commands)

    async def _register_changed_commands(self) -> None:
        digest = await self._commands_digest()
        key = f"commands:{self.application_id}"
        if await self._settings.get(key) == digest:
            return
        await self.tree.sync()
        await self._settings.put(key, digest)
        log.info("commands_registered", digest=digest[:8])

    async def connect(self, *, reconnect: bool = True) -> None:
        """Stay at the gateway until it refuses us; REST goes on working then."""
        self._gateway_task = asyncio.current_task()
        try:
            await super().connect(reconnect=reconnect)
        finally:
            self._gateway_task = None

    async def close(self) -> None:
        """Close everything for good.

        Only when we want it: discord.py also calls this from within `connect` when the gateway
        refuses us, and that would end deliveries and make a second `connect` impossible.
        """
        if self._gateway_task is None or asyncio.current_task() is not self._gateway_task:
            await super().close()

    async def command_payloads(self) -> list[dict[str, Any]]:
        """Return all that `tree.sync` would send, in every language."""
        translator = self.tree.translator
        assert translator is not None, "the commands are defined by `setup_hook`"
        return [
            await command.get_translated_payload(self.tree, translator)
            for command in self.tree.get_commands()
        ]

    async def _commands_digest(self) -> str:
        payload = await self.command_payloads()
        payload.sort(key=lambda command: (command["type"], command["name"]))
        return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
