"""`/settings`: what holds for everything a person asks for."""

from discord import Interaction, app_commands
from discord.ext import commands

from bot.platforms.discord import ImagineBot
from bot.platforms.discord.commands import answer


class Settings(commands.Cog):
    """What a person sets once."""

    @app_commands.command(description="Your defaults: speed, parameters, language, notifications")
    async def settings(self, heard: Interaction[ImagineBot]) -> None:
        """Show the panel."""
        await answer(heard, heard.client.screens.settings.show)


async def setup(bot: ImagineBot) -> None:
    """Add the command; discord.py calls this by name."""
    await bot.add_cog(Settings())
