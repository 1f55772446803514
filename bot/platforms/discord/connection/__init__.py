"""Discord at the other end of the line: its calls, what its answers mean, and staying connected."""

from bot.platforms.discord.connection.running import run_discord

__all__ = ["run_discord"]
