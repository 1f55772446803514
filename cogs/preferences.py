"""`/settings`: what holds for everything a person asks for."""

from discord import Interaction, app_commands
from discord.ext import commands

from bot.platforms.discord.bot import ImagineBot
from bot.platforms.discord.panels.settings import my_settings
from bot.platforms.discord.reply.private import answer_privately


class Settings(commands.Cog):
    """What a person sets once."""

    @app_commands.command(description="Your defaults: speed, parameters, language, notifications")
    async def settings(self, interaction: Interaction[ImagineBot]) -> None:
        """Show the panel."""
        await answer_privately(interaction, my_settings(interaction))


async def setup(bot: ImagineBot) -> None:
    """Add the command; discord.py calls this by name."""
    await bot.add_cog(Settings())
