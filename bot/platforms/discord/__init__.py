"""Discord: the client, what it hears and answers, and its messages.

`connection` keeps `client` at Discord; `commands` hands what people do to the screens, and `reply`
answers it; `messenger` sends, finds and changes messages; `rendering` turns views into them.
"""

from bot.platforms.discord.client import ImagineBot, our_commands, point_at, register_now
from bot.platforms.discord.connection import invite_link, missing_permissions, run_discord
from bot.platforms.discord.messenger import DiscordMessenger, DiscordPlatform

__all__ = [
    "DiscordMessenger",
    "DiscordPlatform",
    "ImagineBot",
    "invite_link",
    "missing_permissions",
    "our_commands",
    "point_at",
    "register_now",
    "run_discord",
]
