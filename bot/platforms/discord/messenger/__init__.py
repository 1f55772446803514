"""Discord's messages: sent, found, changed and deleted; and who and what is there.

May import connection and rendering, and knows by which action a message of ours is told.
"""

from bot.platforms.discord.messenger.links import address_of
from bot.platforms.discord.messenger.messenger import DiscordMessenger
from bot.platforms.discord.messenger.platform import DiscordPlatform

__all__ = ["DiscordMessenger", "DiscordPlatform", "address_of"]
