"""The whole bot between Discord's stand-in and that of the Midjourney API, over the wire."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from bot.demo.chat_faults import Fault
from tests.acceptance.running import RunningBot
from tests.standins.discord import Channel, DiscordStandIn, Interaction, Message, User, faults
from tests.standins.discord.routes import MESSAGES, ONE_MESSAGE
from tests.standins.inprocess import BotTask
from tests.timing import TIMEOUT_S


@dataclass(kw_only=True)
class Wire(RunningBot):
    """A bot process, the two worlds it talks to, and its database."""

    discord: DiscordStandIn

    @classmethod
    @asynccontextmanager
    async def up(
        cls,
        folder: Path,
        **options: Any,
    ) -> AsyncIterator[Self]:
        """Start everything; options as `RunningBot.among`."""
        chat = {"discord": DiscordStandIn()}
        async with cls.among(chat, folder, **options) as wire:
            yield wire

    @property
    def chats(self) -> list[Any]:
        return [self.discord]

    async def wait_until_usable(self, processes: int = 1) -> None:
        await self.discord.wait_for(self._has_commands, what="registered commands")
        await self.discord.wait_until_connected(sessions=processes)

    def is_noticed_gone(self) -> bool:
        return not self.discord.gateway.live_sessions

    def _has_commands(self) -> bool:
        return bool(self.discord.commands[None])

    # ── What people do and see ──────────────────────────────────────────────────────────────────

    async def imagine(
        self,
        prompt: str,
        *,
        user: User | None = None,
        channel: Channel | None = None,
        wait: float = TIMEOUT_S,
        **options: Any,
    ) -> Interaction:
        """Send `/imagine` as Ann in the first channel, unless said otherwise."""
        discord = self.discord
        user, channel = user or discord.ann, channel or discord.channel
        return await discord.slash(user, channel, "imagine", prompt=prompt, wait=wait, **options)

    async def slash(
        self, command: str, *, channel: Channel | None = None, **options: Any
    ) -> Interaction:
        """Send another command as Ann."""
        return await self.discord.slash(
            self.discord.ann, channel or self.discord.channel, command, **options
        )

    async def says(self, message: Message, words: str) -> str:
        """Wait until a message says this, and give all that it says."""
        await self.wait_for(lambda: words in message.text, what=words)
        return message.text

    async def press_answer(self, asked: Interaction, label: str) -> Message:
        """Press a button of the answer, even behind "thinking…"; return what is said then."""

        def offered() -> list[Message]:
            shown = [message for message in (asked.response, *asked.followups) if message]
            return [message for message in shown if label in message.labels]

        [question] = await self.wait_for(offered, what=label)
        pressed = await self.discord.press(asked.user, question, label)
        assert pressed.response is not None
        return pressed.response

    def outcomes(self, prompt: str, channel: Channel | None = None) -> list[Message]:
        """Return the cards that show what became of a prompt: images, or why there are none."""
        shown = (channel or self.discord.channel).messages
        return [m for m in shown if _is_card(m) and prompt in m.text.splitlines()[0]]

    def disturb_results(
        self, fault: Any, *, channel: Channel | None = None, times: int | None = 1
    ) -> Fault:
        """Let a fault befall the next results, or those of one channel."""
        route = MESSAGES if channel is None else rf"/channels/{channel.id}/messages"
        return self.discord.faults.add("POST", route, fault, times=times)

    def disturb_removals(self, fault: Any) -> Fault:
        """Let a fault befall the next removal of a message."""
        return self.discord.faults.add("DELETE", ONE_MESSAGE, fault)

    @staticmethod
    def rate_limited(seconds: float) -> Any:
        """Return the fault of calls that shall be made later."""
        return faults.status(429, retry_after=seconds)

    def placeholders(self, channel: Channel | None = None) -> list[Message]:
        """Return the bot's messages that are not cards."""
        bot = self.discord.world.bot
        shown = (channel or self.discord.channel).messages
        return [m for m in shown if m.author is bot and not _is_card(m)]

    async def outcome(
        self, prompt: str, *, channel: Channel | None = None, within: float = TIMEOUT_S
    ) -> Message:
        """Wait for the first card of a prompt."""
        found = await self.wait_for(lambda: self.outcomes(prompt, channel), within, what=prompt)
        return found[0]

    async def settled(
        self, prompt: str, *, channel: Channel | None = None, within: float = TIMEOUT_S
    ) -> Message:
        """Wait until the placeholder has gone too, and give the only card of a prompt."""
        card = await self.outcome(prompt, channel=channel, within=within)
        await self.wait_for(lambda: not self.placeholders(channel), within, what="no placeholder")
        assert self.outcomes(prompt, channel) == [card]
        return card


def _is_card(message: Message) -> bool:
    """Whether this is an outcome: those can be deleted, placeholders cannot."""
    return any("Delete" in label for label in message.labels)


def links_of(card: Message) -> list[str]:
    """Return the addresses of the pictures that could not be fetched, as the buttons open them."""
    return [button.url for button in card.buttons if button.url is not None]


def up_here(folder: Path, **options: Any) -> AbstractAsyncContextManager[Wire]:
    """Do as `Wire.up` with the bot as a task of this process, for what needs no process of its own.

    It costs a third of the time. What is about signals, deaths, output or several processes, and
    one test of each way through the bot, has a real process.
    """
    return Wire.up(folder, make_bot=BotTask, **options)
