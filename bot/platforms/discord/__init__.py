"""Discord: the bot, its cards and buttons, and the posting of results.

`bot` and `connection` run it. `cards` and `panels` are what people see, `interactions` hears what
they do, `posting` brings results into channels.
"""

from bot.platforms.discord.bot import ImagineBot, point_at
from bot.platforms.discord.connection import run_discord
from bot.platforms.discord.posting.delivery import DiscordPlatform

__all__ = ["DiscordPlatform", "ImagineBot", "point_at", "run_discord"]
