"""The answer to one interaction, within 3 seconds. May import connection and rendering."""

from bot.platforms.discord.reply.reply import DiscordReply

__all__ = ["DiscordReply"]
