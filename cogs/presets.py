"""`/preset`: parameters and words that a person keeps under a name."""

from functools import partial

from discord import Interaction, app_commands
from discord.app_commands import Range, Transform
from discord.ext import commands

from bot.domain.people import Preset
from bot.platforms.discord import ImagineBot
from bot.platforms.discord.commands import answer
from bot.platforms.discord.commands.options import PresetName
from bot.services.personal import MAX_NAME, MAX_PARAMETERS, MAX_SUFFIX


class Presets(commands.GroupCog, group_name="preset", group_description="Your presets"):
    """What a person keeps for use with /imagine."""

    @app_commands.command(description="Save parameters or words under a name")
    @app_commands.describe(
        name="What to call it; a preset of the same name is replaced",
        parameters="Such as --ar 16:9 --stylize 250",
        words="Words to add to each prompt, such as: watercolour, soft light",
    )
    async def save(
        self,
        heard: Interaction[ImagineBot],
        name: Range[str, 1, MAX_NAME],
        parameters: Range[str, 1, MAX_PARAMETERS] = "",
        words: Range[str, 1, MAX_SUFFIX] = "",
    ) -> None:
        """Save or replace a preset."""
        preset = Preset(name=name, parameters=parameters, suffix=words)
        await answer(heard, partial(heard.client.screens.presets.save, preset=preset))

    @app_commands.command(name="list", description="All your presets")
    async def list_(self, heard: Interaction[ImagineBot]) -> None:
        """Show all presets."""
        await answer(heard, heard.client.screens.presets.show_list)

    @app_commands.command(description="What one of your presets does")
    @app_commands.describe(name="Which one")
    async def show(self, heard: Interaction[ImagineBot], name: Transform[str, PresetName]) -> None:
        """Show one preset."""
        await answer(heard, partial(heard.client.screens.presets.show_one, name=name))

    @app_commands.command(description="Delete one of your presets")
    @app_commands.describe(name="Which one")
    async def delete(
        self, heard: Interaction[ImagineBot], name: Transform[str, PresetName]
    ) -> None:
        """Delete one preset."""
        await answer(heard, partial(heard.client.screens.presets.delete, name=name))


async def setup(bot: ImagineBot) -> None:
    """Add the commands; discord.py calls this by name."""
    await bot.add_cog(Presets())
