"""`/imagine`: a prompt in, images into this channel."""

from functools import partial

import discord
from discord import app_commands
from discord.ext import commands

from bot.platforms.discord.answers import answer_with_placeholder
from bot.platforms.discord.bot import ImagineBot
from bot.wishes import Wish


class Imagine(commands.Cog):
    """The command that the bot is named after."""

    @app_commands.command(description="Draw pictures from your words")
    @app_commands.describe(prompt="What to draw; Midjourney parameters such as --ar 16:9 work too")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def imagine(self, interaction: discord.Interaction[ImagineBot], prompt: str) -> None:
        """Start a job and show its placeholder."""
        accept = partial(interaction.client.service.imagine, Wish(prompt=prompt))
        await answer_with_placeholder(interaction, accept)


async def setup(bot: ImagineBot) -> None:
    """Add the command; discord.py calls this by name."""
    await bot.add_cog(Imagine())
