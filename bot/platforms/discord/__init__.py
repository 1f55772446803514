"""Discord: the bot, its cards and buttons, and its messages.

`bot` and `connection` run it. `cards` and `panels` are what people see, `interactions` hears what
they do, `messenger` sends, finds and changes messages.
"""

from bot.platforms.discord.bot import ImagineBot, point_at
from bot.platforms.discord.connection import run_discord
from bot.platforms.discord.messenger import DiscordMessenger, DiscordPlatform

__all__ = ["DiscordMessenger", "DiscordPlatform", "ImagineBot", "point_at", "run_discord"]
