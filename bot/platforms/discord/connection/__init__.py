"""Discord at the other end of the line: its calls, what its answers mean, and staying connected.

May import domain, ports and Discord's `timings` only.
"""

from bot.platforms.discord.connection.invitation import invite_link, missing_permissions
from bot.platforms.discord.connection.running import run_discord

__all__ = ["invite_link", "missing_permissions", "run_discord"]
