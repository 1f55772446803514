"""What the demo needs of a chat that it plays."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bot.demo.midjourney import MidjourneyStandIn
from bot.wiring.externals import RunDiscord


class DemoPage(Protocol):
    """The page in which people look at the chat."""

    @property
    def url(self) -> str:
        """Its address."""

    @property
    def port(self) -> int:
        """Where it is served, which may not be where it should have been."""

    async def wait_closed(self) -> None:
        """Wait until somebody ends the demo in the page."""


class DemoChat(Protocol):
    """A chat that exists for the demo alone."""

    @property
    def settings(self) -> Mapping[str, object]:
        """What lets the bot into it, by the fields of `Settings`."""

    @property
    def run_discord(self) -> RunDiscord | None:
        """See `Externals.run_discord`."""

    async def welcome(self, midjourney: MidjourneyStandIn) -> None:
        """Wait for the bot; then let somebody ask for a first picture, and say what to try."""

    def open_page(self, port: int) -> AbstractAsyncContextManager[DemoPage]:
        """Serve the page at `port`, or at the next one that is free; 0 takes any.

        Raises:
            DemoError: none of them is free.
        """
