"""The demo's stand-in for Slack, whose secrets and people's words no log may hold."""

from collections.abc import Iterator

from bot.demo.slack.standin import (
    Button,
    Channel,
    File,
    Interaction,
    Message,
    RequestRecord,
    User,
    View,
    Violation,
    faults,
)
from bot.demo.slack.standin import SlackStandIn as DemoStandIn
from bot.demo.slack.standin.vocabulary import JSON
from bot.demo.slack.standin.world import World
from tests.redaction import forbid

__all__ = [
    "Button",
    "Channel",
    "File",
    "Interaction",
    "Message",
    "RequestRecord",
    "SlackStandIn",
    "User",
    "View",
    "Violation",
    "faults",
]


class SlackStandIn(DemoStandIn):
    def __init__(self, world: World | None = None) -> None:
        super().__init__(world)
        forbid(self.bot_token, self.app_token, self.signing_secret)

    def deliver(self, interaction: Interaction) -> None:
        forbid(interaction.secret, *_words(interaction.payload))
        super().deliver(interaction)


def _words(payload: JSON) -> Iterator[str]:
    """Yield what somebody wrote; a single word may well stand in a log."""
    written = [payload.get("text")]
    if payload.get("type") == "view_submission":
        fields = payload["view"]["state"]["values"].values()
        written += [state.get("value") for elements in fields for state in elements.values()]
    yield from (text for text in written if isinstance(text, str) and " " in text)
