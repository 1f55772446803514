"""A stand-in for Slack over its real wire protocol, for the demo and for tests.

It answers to the letter of the documentation. What goes wrong beyond that is planned in `faults`;
what breaks a published rule is noted in `violations`.
"""

from bot.demo.slack.standin import faults
from bot.demo.slack.standin.api import RequestRecord, Violation
from bot.demo.slack.standin.content import Button, Channel, File, Message, User
from bot.demo.slack.standin.interactions import Interaction, View
from bot.demo.slack.standin.server import SlackStandIn

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
