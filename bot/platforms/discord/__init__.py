"""Discord: the client, what it hears and answers, and its messages.

`connection` keeps `client` at Discord; `commands` hands what people do to the screens, and `reply`
answers it; `messenger` sends, finds and changes messages; `rendering` turns views into them.
"""

from bot.platforms.discord.client import ImagineBot, point_at
from bot.platforms.discord.connection import run_discord
from bot.platforms.discord.messenger import DiscordMessenger, DiscordPlatform

__all__ = ["DiscordMessenger", "DiscordPlatform", "ImagineBot", "point_at", "run_discord"]
