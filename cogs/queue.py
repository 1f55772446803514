"""`/queue`: how busy the bot is."""

from discord import Interaction, app_commands
from discord.ext import commands

from bot.platforms.discord import ImagineBot
from bot.platforms.discord.commands import answer


class Queue(commands.Cog):
    """Who waits, and how long a picture takes now."""

    @app_commands.command(description="How busy I am, and how long a picture takes now")
    async def queue(self, heard: Interaction[ImagineBot]) -> None:
        """Show the counts and an estimate."""
        await answer(heard, heard.client.screens.queue.show)


async def setup(bot: ImagineBot) -> None:
    """Add the command; discord.py calls this by name."""
    await bot.add_cog(Queue())
