"""A Slack of the demo's own: a workspace with a channel, two people and the bot."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass

from pydantic import SecretStr

from bot.demo.faults import Outcome
from bot.demo.midjourney import MidjourneyStandIn
from bot.demo.slack.drawing import Shortcut
from bot.demo.slack.page import SlackPage, open_page
from bot.demo.slack.standin import Message, SlackStandIn
from bot.demo.slack.standin.vocabulary import JSON
from bot.platforms.slack.commands.names import IMAGINE_FROM_IMAGE, JOB_DETAILS, USE_AS_STYLE

SHORTCUTS = (
    Shortcut(name="Imagine from this image", callback_id=IMAGINE_FROM_IMAGE),
    Shortcut(name="Use as style", callback_id=USE_AS_STYLE),
    Shortcut(name="Job details", callback_id=JOB_DETAILS),
)
EXAMPLE = "a fox in the forest at sunset --ar 3:2"
EXAMPLE_S = 1.0  # what the example takes
TIMEOUT_S = 20.0  # then the demo begins without its example
WELCOME = (
    "*Welcome to the demo.* This is the real bot, and above is what it makes of `/imagine`: its "
    "buttons work. Type one of these below, or what you want to see:"
)
THINGS_TO_TRY = (
    "/imagine a castle by the sea at dawn --ar 16:9\n"
    "/imagine a {red, blue, golden} bird on a spring morning\n"
    "/imagine\n"
    "/imagine help"
)
NOTE = (
    "The pictures are drawings of this demo, made on your machine; Midjourney's look different. "
    "Ben is here too: choose who you are at the top left. On the left you also find the bot's "
    "direct messages and its Home."
)


@dataclass(frozen=True, slots=True)
class DemoSlack:
    """The workspace, as the demo uses it; see `DemoChat`."""

    slack: SlackStandIn
    run_discord: None = None

    @property
    def settings(self) -> Mapping[str, object]:
        """See `DemoChat.settings`."""
        return {
            "slack_bot_token": SecretStr(self.slack.bot_token),
            "slack_app_token": SecretStr(self.slack.app_token),
            "slack_api_url": self.slack.api_url,
        }

    async def welcome(self, midjourney: MidjourneyStandIn) -> None:
        """See `DemoChat.welcome`."""
        await self.slack.wait_until_connected(TIMEOUT_S)
        midjourney.faults.outcomes.add(Outcome(seconds=EXAMPLE_S))
        channel = self.slack.channel
        with suppress(AssertionError):
            await self.slack.slash(self.slack.ann, channel, EXAMPLE, wait=TIMEOUT_S)
            await self.slack.wait_for(
                lambda: any(each.pictures for each in channel.messages), TIMEOUT_S
            )
        self._greet()

    def _greet(self) -> None:
        world, channel = self.slack.world, self.slack.channel
        blocks: list[JSON] = [
            {"type": "section", "text": {"type": "mrkdwn", "text": WELCOME}},
            {"type": "section", "text": {"type": "mrkdwn", "text": f"```{THINGS_TO_TRY}```"}},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": NOTE}]},
        ]
        world.post(
            Message(
                ts=world.new_ts(), channel=channel, author=world.bot, text=WELCOME, blocks=blocks
            )
        )

    def open_page(self, port: int) -> AbstractAsyncContextManager[SlackPage]:
        """See `DemoChat.open_page`."""
        return open_page(self.slack, port, SHORTCUTS)


@asynccontextmanager
async def open_slack() -> AsyncIterator[DemoSlack]:
    """Open the workspace; the bot comes by Socket Mode."""
    async with SlackStandIn() as slack:
        yield DemoSlack(slack)
