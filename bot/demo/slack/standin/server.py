"""The stand-in from outside: start it, let people act, look at what came of it."""

import asyncio
from contextlib import suppress
from typing import Any, Self

from aiohttp import web

from bot.demo.slack.standin import payloads
from bot.demo.slack.standin.content import Channel, Message, User
from bot.demo.slack.standin.delivery import Courier
from bot.demo.slack.standin.forms import choose, fill, find_element, initial_values
from bot.demo.slack.standin.interactions import Interaction, View
from bot.demo.slack.standin.routes import Routes
from bot.demo.slack.standin.sockets import Sockets
from bot.demo.slack.standin.state import State
from bot.demo.slack.standin.views import ViewMethods
from bot.demo.slack.standin.vocabulary import (
    COMMANDS,
    EVENTS,
    INTERACTIVE,
    JSON,
    PRIVATE,
    PUBLIC,
)
from bot.demo.slack.standin.world import World
from bot.demo.waiting import TIMEOUT_S


class SlackStandIn(State):
    """Slack on a local port: Web API, Socket Mode, files and signed requests, strict as the real.

    It starts with one public channel (`channel`) of two people (`ann`, `ben`) and the bot.
    """

    def __init__(self, world: World | None = None) -> None:
        super().__init__(world)
        self.ann: User = self.world.add_user("ann")
        self.ben: User = self.world.add_user("ben")
        self.channel: Channel = self.add_channel("art")
        self.port = 0
        self.sockets = Sockets(self)
        self._views = ViewMethods(self)
        self._courier = Courier(self, self.sockets, self._views)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = Routes(self, self.sockets, self._views).app()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        self.world.base_url = f"http://127.0.0.1:{self.port}"
        self.sockets.url = f"ws://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._courier.close()
        await self.sockets.close()
        assert self._runner is not None
        await self._runner.cleanup()

    # Addresses, as the bot's settings want them.

    @property
    def api_url(self) -> str:
        """The address of the Web API."""
        return f"{self.world.base_url}/api/"

    # The world.

    def add_user(
        self,
        name: str,
        *channels: Channel,
        team_id: str | None = None,
        locale: str = "en-US",
        is_admin: bool = False,
    ) -> User:
        """Add a person to channels (the first if none is named); another team's: a guest."""
        user = self.world.add_user(name, team_id=team_id, locale=locale, is_admin=is_admin)
        for channel in channels or (self.channel,):
            channel.members.add(user)
        return user

    def add_channel(
        self, name: str, *, private: bool = False, bot_is_member: bool = True
    ) -> Channel:
        """Add a channel of ann and ben."""
        kind = PRIVATE if private else PUBLIC
        channel = self.world.add_channel(name, self.ann, self.ben, kind=kind)
        if bot_is_member:
            channel.members.add(self.world.bot)
        return channel

    def dm(self, user: User) -> Channel:
        """Return the direct messages between the bot and `user`."""
        return self.world.dm(user)

    def say(
        self,
        user: User,
        channel: Channel,
        text: str,
        *files: tuple[str, bytes],
        thread: Message | None = None,
    ) -> Message:
        """Let a person write an ordinary message, with files by name and content."""
        return self.world.say(user, channel, text, *files, thread=thread)

    # What people do. Each waits up to `wait` seconds until the app has acknowledged it or Slack
    # has given up (0: not at all), and returns the interaction either way.

    async def slash(
        self,
        user: User,
        channel: Channel,
        text: str = "",
        *,
        command: str = "/imagine",
        wait: float = TIMEOUT_S,
    ) -> Interaction:
        """Send a slash command; Slack has none in threads and none for guests.

        Raises:
            AssertionError: it is not the app's, or this person cannot send it here.
        """
        assert command in self.commands, f"{command} is not among {sorted(self.commands)}"
        assert user in channel.members, f"{user.name} is not in {channel}"
        assert user.is_of(self.world.team_id), "guests cannot use commands"
        fields = payloads.command(self.world, user, channel, command, text)
        return await self._send(COMMANDS, user, fields, wait=wait, channel=channel)

    async def press(
        self, user: User, place: Message | View, name: str, *, wait: float = TIMEOUT_S
    ) -> Interaction:
        """Press a button of a message, a form or Home, by its text, action id or value."""
        return await self.choose(user, place, name, None, wait=wait)

    async def choose(
        self,
        user: User,
        place: Message | View,
        name: str,
        given: Any,
        *,
        wait: float = TIMEOUT_S,
    ) -> Interaction:
        """Choose in a menu of a message, a form or Home; options by value or text.

        Raises:
            AssertionError: this person does not see it, or it does not offer that.
        """
        self._check_seen(user, place)
        block, element = find_element(place.blocks, name)
        used = payloads.action(self.world, block, element, given)
        values = place.values if isinstance(place, View) else initial_values(place.blocks)
        if block["block_id"] in values and element["action_id"] in values[block["block_id"]]:
            values[block["block_id"]][element["action_id"]] = choose(element, given)
        payload = payloads.block_actions(self.world, user, place, [used], values)
        return await self._interact(user, place, payload, wait=wait)

    async def submit(
        self, view: View, values: dict[str, Any] | None = None, *, wait: float = TIMEOUT_S
    ) -> Interaction:
        """Send a form, with `values` by action id, block id or label.

        Files are a list of pairs of name and content.

        Raises:
            AssertionError: it is closed, or Slack's own client would not have sent it.
        """
        assert not view.is_closed, f"{view} is closed"
        given = {name: self._attached(view.user, value) for name, value in (values or {}).items()}
        view.values = fill(view.blocks, view.values, given)
        payload = payloads.submission(self.world, view)
        return await self._interact(view.user, view, payload, wait=wait)

    async def close(self, view: View, *, wait: float = TIMEOUT_S) -> Interaction | None:
        """Close a form; the app hears of it if it asked for that."""
        view.is_closed = True
        if not view.content.get("notify_on_close"):
            return None
        payload = payloads.closing(self.world, view)
        return await self._interact(view.user, view, payload, wait=wait)

    async def shortcut(
        self, user: User, message: Message, callback_id: str, *, wait: float = TIMEOUT_S
    ) -> Interaction:
        """Choose a shortcut from the menu of a message that `user` sees.

        Raises:
            AssertionError: it is not the app's, or the message is not there for this person.
        """
        self._check_seen(user, message)
        assert not message.is_ephemeral, "ephemeral messages have no shortcuts"
        known = self.shortcuts
        assert known is None or callback_id in known, f"{callback_id} is not among {known}"
        payload = payloads.message_shortcut(self.world, user, message, callback_id)
        return await self._interact(user, message, payload, wait=wait)

    async def open_home(self, user: User, *, wait: float = TIMEOUT_S) -> Interaction:
        """Open the app's Home tab; `home` has what it shows."""
        event = payloads.home_opened(self.world, user, self.homes.get(user.id))
        payload = payloads.event_callback(self.world, user, event)
        return await self._send(EVENTS, user, payload, wait=wait)

    def deliver(self, interaction: Interaction) -> None:
        """Begin to tell the app what somebody did."""
        self.interactions.append(interaction)
        self._courier.start(interaction)

    def _attached(self, user: User, value: Any) -> Any:
        if not isinstance(value, list) or not value or not isinstance(value[0], tuple):
            return value
        files = [self.world.add_file(user, name, data, len(data)) for name, data in value]
        for file in files:
            file.completed = True
        return [file.to_json() for file in files]

    def _check_seen(self, user: User, place: Message | View) -> None:
        if isinstance(place, View):
            assert place.user is user, f"{place} is not {user.name}'s"
            assert not place.is_closed, f"{place} is closed"
        else:
            assert place in place.channel.seen_by(user), f"{user.name} does not see {place}"

    async def _interact(
        self, user: User, place: Message | View, payload: JSON, *, wait: float
    ) -> Interaction:
        if isinstance(place, View):
            return await self._send(INTERACTIVE, user, payload, wait=wait, view=place)
        return await self._send(
            INTERACTIVE, user, payload, wait=wait, channel=place.channel, message=place
        )

    async def _send(
        self,
        kind: str,
        user: User,
        payload: JSON,
        *,
        wait: float,
        channel: Channel | None = None,
        message: Message | None = None,
        view: View | None = None,
    ) -> Interaction:
        interaction = Interaction(
            self.world,
            kind=kind,
            user=user,
            payload=payload,
            channel=channel,
            message=message,
            view=view,
        )
        self.deliver(interaction)
        if wait:
            with suppress(TimeoutError):
                # Not `wait_for`: before Python 3.12 it may swallow a cancellation.
                async with asyncio.timeout(wait):
                    await interaction.settled()
        return interaction

    # Looking and waiting.

    def home(self, user: User) -> View | None:
        """Return what the Home tab of a person shows."""
        return self.homes.get(user.id)

    def forms(self, user: User) -> list[View]:
        """Return the forms that are open before a person, the top one last."""
        return [v for v in self.views.values() if _is_open_form(v, user)]

    async def wait_until_connected(
        self,
        timeout: float = TIMEOUT_S,  # noqa: ASYNC109
        *,
        sockets: int = 1,
    ) -> None:
        """Wait until that many sockets of the app are open."""
        await self.wait_for(
            lambda: len(self.sockets.connections) >= sockets, timeout, what="a socket"
        )

    def story(self) -> str:
        """Tell the last requests and messages, for the message of a failed wait."""
        lines = [f"  {r.method} -> {r.status} {r.error or ''}" for r in self.requests[-20:]]
        lines += [f"  {i}" for i in self.interactions[-5:]]
        for channel in self.world.channels.values():
            lines += [f"  {channel}: {m}" for m in channel.all_messages[-5:]]
        lines += [f"  violation: {v}" for v in self.violations]
        return "\n".join(lines)


def _is_open_form(view: View, user: User) -> bool:
    return view.user is user and view.kind == "modal" and not view.is_closed
