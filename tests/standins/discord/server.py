"""The stand-in as a test drives it: start it, let people act, look at what came of it."""

import re
from typing import Any, Self

from aiohttp import web

from tests.redaction import forbid
from tests.standins.discord.api import RateLimit, RequestRecord
from tests.standins.discord.content import Message, User
from tests.standins.discord.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    MODAL_SUBMIT,
    Interaction,
    autocomplete_data,
    command_data,
    find_component,
    menu_data,
    modal_data,
)
from tests.standins.discord.places import Channel, Guild
from tests.standins.discord.rest import BASE, build_app
from tests.standins.discord.state import State
from tests.standins.discord.vocabulary import JSON, Intent
from tests.standins.discord.world import World
from tests.timing import TIMEOUT_S


class DiscordStandIn(State):
    """Discord on a local port: REST, gateway and CDN, as strict as the real one.

    It starts with one guild (`guild`), one text channel (`channel`) and two people (`ann`, `ben`).
    """

    def __init__(self, *, token: str = "stand-in.bot.token", world: World | None = None) -> None:
        super().__init__(token=token, world=world)
        forbid(token)
        self.guild: Guild = self.world.add_guild("Team")
        self.channel: Channel = self.world.add_channel(self.guild, "art")
        self.ann: User = self.world.add_user("ann", self.guild)
        self.ben: User = self.world.add_user("ben", self.guild)
        self.port = 0
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(build_app(self), access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.world.cdn_url = self.cdn_url
        self.gateway.url = self.gateway_url
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.gateway.close()
        assert self._runner is not None
        await self._runner.cleanup()

    # Addresses, as the bot's settings want them.

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}{BASE}"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/gateway"

    @property
    def cdn_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point a bot process at this stand-in."""
        return {
            "DISCORD_TOKEN": self.token,
            "DISCORD_API_URL": self.api_url,
            "DISCORD_GATEWAY_URL": self.gateway_url,
            "DISCORD_CDN_URL": self.cdn_url,
        }

    # The world.

    def add_guild(self, name: str, *, bot_is_member: bool = True) -> Guild:
        """Add a guild; `bot_is_member=False`: one where the app is only user-installed."""
        return self.world.add_guild(name, bot_is_member=bot_is_member)

    def add_channel(self, name: str, *, guild: Guild | None = None) -> Channel:
        """Add a text channel, to the first guild unless said otherwise."""
        return self.world.add_channel(guild or self.guild, name)

    def add_thread(
        self, parent: Channel, name: str, *, private: bool = False, bot_is_inside: bool = True
    ) -> Channel:
        """Add a thread to a channel; a private one may leave the bot outside."""
        return self.world.add_thread(parent, name, private=private, bot_is_inside=bot_is_inside)

    def add_user(self, name: str, *guilds: Guild, locale: str = "en-US") -> User:
        """Add a person, as a member of `guilds` (the first guild if none is named)."""
        return self.world.add_user(name, *(guilds or (self.guild,)), locale=locale)

    def dm(self, user: User) -> Channel:
        """Return the direct message channel between the bot and `user`."""
        return self.world.dm(user)

    def say(self, user: User, channel: Channel, content: str, *files: tuple[str, bytes]) -> Message:
        """Let a person write an ordinary message, with files by name and content."""
        return self.world.say(user, channel, content, *files)

    # What people do. Each waits up to `wait` seconds for the bot's first answer (0: not at all)
    # and gives the interaction either way.

    async def slash(
        self,
        user: User,
        channel: Channel,
        command: str,
        *,
        locale: str | None = None,
        wait: float = TIMEOUT_S,
        **options: Any,
    ) -> Interaction:
        """Send a slash command once it is listed; subcommands after a space: `"jobs list"`.

        Raises:
            AssertionError: it is not registered, or its form would not accept the options.
        """
        name, *path = command.split()
        listed = await self.listed_command(name, channel)
        data = command_data(self.world, listed, path, options)
        return await self._send(COMMAND, user, channel, data, locale=locale, wait=wait)

    async def autocomplete(
        self,
        user: User,
        channel: Channel,
        command: str,
        option: str,
        value: str,
        *,
        locale: str | None = None,
        wait: float = TIMEOUT_S,
        **others: Any,
    ) -> Interaction:
        """Type `value` into an option; the suggestions are in the answer's `choices`."""
        name, *path = command.split()
        listed = await self.listed_command(name, channel)
        data = autocomplete_data(listed, path, option, value, others)
        return await self._send(AUTOCOMPLETE, user, channel, data, locale=locale, wait=wait)

    async def choose_from_menu(
        self,
        user: User,
        message: Message,
        command: str,
        *,
        locale: str | None = None,
        wait: float = TIMEOUT_S,
    ) -> Interaction:
        """Choose a command from the menu of a message that `user` sees ("Apps").

        Raises:
            AssertionError: it is not registered, or not for such a channel.
        """
        assert message in message.channel.seen_by(user), f"{user.name} does not see {message}"
        data = menu_data(await self.listed_command(command, message.channel, kind=3), message)
        return await self._send(COMMAND, user, message.channel, data, locale=locale, wait=wait)

    async def press(
        self,
        user: User,
        message: Message,
        label_or_custom_id: str,
        *,
        locale: str | None = None,
        wait: float = TIMEOUT_S,
    ) -> Interaction:
        """Press a button of a message that `user` sees."""
        component = find_component(message, label_or_custom_id, {2})
        data = _component_data(component)
        return await self._use(user, message, data, locale=locale, wait=wait)

    async def select(
        self,
        user: User,
        message: Message,
        custom_id: str,
        values: list[str],
        *,
        locale: str | None = None,
        wait: float = TIMEOUT_S,
    ) -> Interaction:
        """Choose values in a menu of a message that `user` sees."""
        component = find_component(message, custom_id, {3})
        data = _component_data(component) | {"values": values}
        return await self._use(user, message, data, locale=locale, wait=wait)

    async def submit_modal(
        self,
        opened: Interaction,
        values: dict[str, Any] | None = None,
        *,
        wait: float = TIMEOUT_S,
    ) -> Interaction:
        """Send off the modal that answered `opened`, with `values` by custom id or label."""
        assert opened.modal is not None, f"{opened} was not answered with a modal"
        data = modal_data(self.world, opened.modal, values or {})
        return await self._send(
            MODAL_SUBMIT,
            opened.user,
            opened.channel,
            data,
            locale=opened.locale,
            wait=wait,
            message=opened.message,
        )

    async def _use(
        self, user: User, message: Message, data: JSON, *, locale: str | None, wait: float
    ) -> Interaction:
        assert message in message.channel.seen_by(user), f"{user.name} does not see {message}"
        return await self._send(
            COMPONENT, user, message.channel, data, locale=locale, wait=wait, message=message
        )

    async def _send(
        self,
        kind: int,
        user: User,
        channel: Channel,
        data: JSON,
        *,
        locale: str | None,
        wait: float,
        message: Message | None = None,
    ) -> Interaction:
        interaction = Interaction(
            self.world,
            kind=kind,
            user=user,
            channel=channel,
            data=data,
            locale=locale,
            message=message,
        )
        self.interactions[interaction.id] = interaction
        self.gateway.emit("INTERACTION_CREATE", interaction.to_json(), Intent.NONE)
        if wait:
            try:
                await interaction.answered(wait)
            except AssertionError:
                return interaction
        return interaction

    def command(self, name: str, channel: Channel | None = None, *, kind: int = 1) -> JSON:
        """Return a registered slash command, or with `kind` 3 one for messages.

        Raises:
            AssertionError: it is not registered, or not for such a channel.
        """
        scopes = [None if channel is None or channel.guild is None else channel.guild.id, None]
        listed = [c for scope in scopes for c in self.commands.get(scope, []) if c["type"] == kind]
        found = [c for c in listed if c["name"] == name]
        assert found, f"/{name} is not among the registered {[c['name'] for c in listed]}"
        contexts = found[0].get("contexts")
        is_dm = channel is not None and channel.guild is None
        assert contexts is None or is_dm in contexts, f"/{name} is not offered here: {contexts}"
        return found[0]

    async def listed_command(self, name: str, channel: Channel, *, kind: int = 1) -> JSON:
        """Return `command(…)` once the bot has registered any: nobody can send it earlier.

        Raises:
            AssertionError: it is not registered, or not for such a channel.
        """
        await self.wait_for(lambda: any(self.commands.values()), what="registered commands")
        return self.command(name, channel, kind=kind)

    # Looking and waiting.

    async def wait_until_connected(
        self,
        timeout: float = TIMEOUT_S,  # noqa: ASYNC109
        *,
        sessions: int = 1,
    ) -> None:
        """Wait until that many gateway sessions of the bot are live."""
        await self.wait_for(
            lambda: len(self.gateway.live_sessions) >= sessions, timeout, what="a live session"
        )

    def calls(self, method: str = "*", route: str = "") -> list[RequestRecord]:
        """Return the bot's requests, by method and by route template or a regular expression."""
        return [
            r
            for r in self.requests
            if method in {"*", r.method}
            and (not route or r.route == route or re.fullmatch(route, r.path))
        ]

    def story(self) -> str:
        """Tell the last requests and messages, for the message of a failed wait."""
        lines = [f"  {r.method} {r.path} -> {r.status} {r.code or ''}" for r in self.requests[-20:]]
        for channel in self.world.channels.values():
            lines += [f"  {channel}: {m}" for m in channel.all_messages[-5:]]
        lines += [f"  violation: {v}" for v in self.violations]
        return "\n".join(lines)

    # Trouble.

    def limit_rate(self, method: str, route: str, *, limit: int, per: float) -> None:
        """Return a route Discord's rate limit headers, and 429 to those who ignore them."""
        self.rate_limits[method, route] = RateLimit(limit=limit, per=per)

    def forget_nonces(self) -> None:
        """Let the few minutes be over in which Discord knows a nonce again."""
        self.nonces.clear()

    def drop_gateway(self, code: int | None = None) -> None:
        """End all gateway connections: cut the wire, or close with a code."""
        self.gateway.drop(code)

    @property
    def refuse_new_connections(self) -> bool:
        """Whether the gateway refuses the websocket handshake."""
        return self.gateway.refuse_new_connections

    @refuse_new_connections.setter
    def refuse_new_connections(self, refuse: bool) -> None:
        self.gateway.refuse_new_connections = refuse


def _component_data(component: JSON) -> JSON:
    return {
        "custom_id": component["custom_id"],
        "component_type": component["type"],
        "id": component["id"],
    }
