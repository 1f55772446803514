"""A stand-in for Slack over its real wire protocol, for tests of a bot process."""

from tests.standins.slack import faults
from tests.standins.slack.api import RequestRecord, Violation
from tests.standins.slack.content import Button, Channel, File, Message, User
from tests.standins.slack.interactions import Interaction, View
from tests.standins.slack.server import SlackStandIn

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
