"""Discord's messages: sent, found, changed and deleted. May import rendering, and the core."""

from bot.platforms.discord.messenger.messenger import DiscordMessenger

__all__ = ["DiscordMessenger"]
