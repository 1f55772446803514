"""Our Discord client: who we are there, and no more. It knows no command and no screen by name."""

from bot.platforms.discord.client.bot import ImagineBot, point_at
from bot.platforms.discord.client.registration import our_commands, register_now

__all__ = ["ImagineBot", "our_commands", "point_at", "register_now"]
