"""Our Discord client: who we are there, and no more. It knows no command and no screen by name."""

from bot.platforms.discord.client.bot import ImagineBot, point_at

__all__ = ["ImagineBot", "point_at"]
