"""The whole bot between Slack's stand-in and that of the Midjourney API, over the wire."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from bot.demo.chat_faults import Fault
from bot.demo.slack.standin.content import buttons_in
from bot.screens import actions
from tests.acceptance.running import RunningBot
from tests.slack_manifest import listed, values
from tests.standins.discord import DiscordStandIn
from tests.standins.inprocess import BotTask
from tests.standins.ports import free_port
from tests.standins.slack import (
    Channel,
    Interaction,
    Message,
    RequestRecord,
    SlackStandIn,
    User,
    View,
    faults,
)
from tests.timing import TIMEOUT_S

POST = "chat.postMessage"


@dataclass(kw_only=True)
class SlackWire(RunningBot):
    """A bot process, Slack and the provider, and Discord too if a test wants both."""

    slack: SlackStandIn
    discord: DiscordStandIn | None = None

    @classmethod
    @asynccontextmanager
    async def up(
        cls,
        folder: Path,
        *,
        over_http: bool = False,
        discord: DiscordStandIn | None = None,
        **options: Any,
    ) -> AsyncIterator[Self]:
        """Start everything, in Socket Mode unless `over_http`; options as `RunningBot.among`."""
        slack, port = SlackStandIn(), free_port()
        slack.commands, slack.shortcuts = set(values("command")), set(values("callback_id"))
        slack.scopes = set(listed("bot"))
        if over_http:
            slack.use_http(f"http://127.0.0.1:{port}")
        chats = {"slack": slack} if discord is None else {"slack": slack, "discord": discord}
        async with cls.among(chats, folder, port=port, **options) as wire:
            yield wire

    @property
    def chats(self) -> list[Any]:
        return [self.slack] if self.discord is None else [self.slack, self.discord]

    async def wait_until_usable(self, processes: int = 1) -> None:
        if self.slack.request_url is None:
            await self.slack.wait_until_connected(sockets=processes)
        else:
            await self.bot.ready()
        if self.discord is not None:
            await self.discord.wait_until_connected(sessions=processes)

    def is_noticed_gone(self) -> bool:
        sessions = self.discord.gateway.live_sessions if self.discord else []
        return not self.slack.sockets.connections and not sessions

    # ── What people do and see ──────────────────────────────────────────────────────────────────

    async def imagine(
        self,
        text: str,
        *,
        user: User | None = None,
        channel: Channel | None = None,
        wait: float = TIMEOUT_S,
    ) -> Interaction:
        """Send `/imagine` as Ann in the first channel, unless said otherwise."""
        slack = self.slack
        return await slack.slash(user or slack.ann, channel or slack.channel, text, wait=wait)

    async def press(
        self, place: Message | View, name: str, *, user: User | None = None
    ) -> Interaction:
        """Press a button as Ann, unless said otherwise; its emoji need not be named."""
        shown = place.buttons if isinstance(place, Message) else buttons_in(place.blocks)
        found = [each for each in shown if name in {each.text, each.text.partition(" ")[2]}]
        assert found, f"{name} is not among {[each.text for each in shown]}"
        return await self.slack.press(user or self.slack.ann, place, found[0].action_id)

    async def form(self, interaction: Interaction) -> View:
        """Wait for the form that it opens, which may come after its acknowledgement."""
        await self.wait_for(lambda: interaction.views, what=f"a form of {interaction}")
        return interaction.form

    def cards(self, prompt: str, channel: Channel | None = None) -> list[Message]:
        """Return the messages that show what became of a prompt: images, or why there are none."""
        return [m for m in self._said(channel) if _is_card(m) and prompt in m.shown_text]

    def placeholders(self, channel: Channel | None = None) -> list[Message]:
        """Return the bot's messages that everybody sees and that are no cards."""
        return [m for m in self._said(channel) if not _is_card(m)]

    def _said(self, channel: Channel | None) -> list[Message]:
        bot = self.slack.world.bot
        return [m for m in (channel or self.slack.channel).messages if m.author is bot]

    async def card(
        self, prompt: str, *, channel: Channel | None = None, within: float = TIMEOUT_S
    ) -> Message:
        """Wait for the first card of a prompt."""
        found = await self.wait_for(lambda: self.cards(prompt, channel), within, what=prompt)
        return found[0]

    async def placeholder(self, words: str = "", *, channel: Channel | None = None) -> Message:
        """Wait for the first placeholder that says this."""

        def said() -> list[Message]:
            return [m for m in self.placeholders(channel) if words in m.shown_text]

        return (await self.wait_for(said, what=f"a placeholder with {words!r}"))[0]

    async def settled(
        self, prompt: str, *, channel: Channel | None = None, within: float = TIMEOUT_S
    ) -> Message:
        """Wait until the placeholder has gone too, and give the only card of a prompt."""
        card = await self.card(prompt, channel=channel, within=within)
        await self.wait_for(lambda: not self.placeholders(channel), within, what="no placeholder")
        assert self.cards(prompt, channel) == [card]
        return card

    async def told(
        self, words: str = "", *, user: User | None = None, channel: Channel | None = None
    ) -> Message:
        """Wait for what Ann alone, unless said otherwise, is told in the first channel."""
        user = user or self.slack.ann

        def said() -> list[Message]:
            heard = (channel or self.slack.channel).ephemeral(user)
            return [m for m in heard if words in m.shown_text]

        return (await self.wait_for(said, what=f"{user.name} is told {words!r}"))[-1]

    def disturb_results(
        self, fault: Any, *, channel: Channel | None = None, times: int | None = 1
    ) -> Fault:
        """Let a fault befall the next results, or those of one channel."""

        def is_meant(args: Any) -> bool:
            return has_pictures(args) and (channel is None or args["channel"] == channel.id)

        return self.slack.faults.add(POST, fault, times=times, when=is_meant)

    def disturb_removals(self, fault: Any) -> Fault:
        """Let a fault befall the next removal of a message."""
        return self.slack.faults.add("chat.delete", fault)

    @staticmethod
    def rate_limited(seconds: float) -> Any:
        """Return the fault of calls that shall be made later."""
        return faults.rate_limited(seconds)

    def result_posts(self) -> list[RequestRecord]:
        """Return the calls that post messages with pictures."""
        return [call for call in self.slack.calls(POST) if has_pictures(call.args)]


def up_here(folder: Path, **options: Any) -> AbstractAsyncContextManager[SlackWire]:
    """Do as `SlackWire.up` with the bot as a task of this process; see `wire.up_here`."""
    return SlackWire.up(folder, make_bot=BotTask, **options)


def has_pictures(args: Any) -> bool:
    """Whether a call posts a result: what a fault of `POST` may be limited to."""
    return "slack_file" in str(args.get("blocks"))


def _is_card(message: Message) -> bool:
    """Whether this is an outcome: those can be deleted, placeholders cannot."""
    names = {button.action_id.partition(":")[2].partition(":")[0] for button in message.buttons}
    return bool(names & {actions.DELETE, actions.TAKE_DOWN})
