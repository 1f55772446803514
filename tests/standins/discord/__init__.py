"""A stand-in for Discord over its real wire protocol, for tests of a bot process."""

from tests.standins.discord import faults
from tests.standins.discord.api import Edit, RequestRecord, Violation
from tests.standins.discord.content import Message, User
from tests.standins.discord.interactions import Interaction
from tests.standins.discord.places import Channel, Guild
from tests.standins.discord.server import DiscordStandIn

__all__ = [
    "Channel",
    "DiscordStandIn",
    "Edit",
    "Guild",
    "Interaction",
    "Message",
    "RequestRecord",
    "User",
    "Violation",
    "faults",
]
