"""`/help`: what the bot can do."""

from discord import Interaction, app_commands
from discord.ext import commands

from bot.platforms.discord import ImagineBot
from bot.platforms.discord.commands import answer


class Help(commands.Cog):
    """One screen with examples to try."""

    @app_commands.command(name="help", description="What I can do, with examples to try")
    async def help_(self, heard: Interaction[ImagineBot]) -> None:
        """Show what the bot can do."""
        await answer(heard, heard.client.screens.help.show)


async def setup(bot: ImagineBot) -> None:
    """Add the command; discord.py calls this by name."""
    await bot.add_cog(Help())
