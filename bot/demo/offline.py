"""The Discord in memory as a chat of the demo, with what a newcomer finds there."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from bot.demo import welcome
from bot.demo.discord import DiscordPage, OfflineDiscord, open_discord, open_page
from bot.demo.midjourney import MidjourneyStandIn
from bot.wiring.externals import RunDiscord


@dataclass(frozen=True, slots=True)
class DemoDiscord:
    """The server, as the demo uses it; see `DemoChat`."""

    world: OfflineDiscord

    @property
    def settings(self) -> Mapping[str, object]:
        """See `DemoChat.settings`."""
        return self.world.settings

    @property
    def run_discord(self) -> RunDiscord:
        """See `DemoChat.run_discord`."""
        return self.world.run_discord

    async def welcome(self, midjourney: MidjourneyStandIn) -> None:
        """See `DemoChat.welcome`."""
        await self.world.bot_arrived.wait()
        await welcome.show_example(self.world, midjourney)
        await welcome.greet(self.world)

    def open_page(self, port: int) -> AbstractAsyncContextManager[DiscordPage]:
        """See `DemoChat.open_page`."""
        return open_page(self.world, port)


@asynccontextmanager
async def open_demo_discord() -> AsyncIterator[DemoDiscord]:
    """Open the server, without a bot."""
    async with open_discord() as world:
        yield DemoDiscord(world)
