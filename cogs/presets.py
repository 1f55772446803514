"""`/preset`: parameters and words that a person keeps under a name."""

from discord import Interaction, app_commands
from discord.app_commands import Range, Transform
from discord.ext import commands

from bot.domain.people import Preset
from bot.platforms.discord.bot import ImagineBot
from bot.platforms.discord.interactions.options import PresetName
from bot.platforms.discord.panels.presets import deleted_text, my_preset, my_presets
from bot.platforms.discord.panels.presets import save as save_preset
from bot.platforms.discord.people import person_of
from bot.platforms.discord.reply.answer import Answer
from bot.platforms.discord.reply.errors import tell
from bot.platforms.discord.reply.private import answer_privately
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
        interaction: Interaction[ImagineBot],
        name: Range[str, 1, MAX_NAME],
        parameters: Range[str, 1, MAX_PARAMETERS] = "",
        words: Range[str, 1, MAX_SUFFIX] = "",
    ) -> None:
        """Save or replace a preset."""
        preset = Preset(name=name, parameters=parameters, suffix=words)
        await answer_privately(interaction, save_preset(interaction, preset))

    @app_commands.command(name="list", description="All your presets")
    async def list_(self, interaction: Interaction[ImagineBot]) -> None:
        """Show all presets."""
        await answer_privately(interaction, my_presets(interaction))

    @app_commands.command(description="What one of your presets does")
    @app_commands.describe(name="Which one")
    async def show(
        self, interaction: Interaction[ImagineBot], name: Transform[str, PresetName]
    ) -> None:
        """Show one preset."""
        await answer_privately(interaction, my_preset(interaction, name))

    @app_commands.command(description="Delete one of your presets")
    @app_commands.describe(name="Which one")
    async def delete(
        self, interaction: Interaction[ImagineBot], name: Transform[str, PresetName]
    ) -> None:
        """Delete one preset."""
        deleting = interaction.client.personal.delete_preset(person_of(interaction), name)
        await Answer(interaction, is_private=True).wait_for(deleting)
        await tell(interaction, deleted_text(name))


async def setup(bot: ImagineBot) -> None:
    """Add the commands; discord.py calls this by name."""
    await bot.add_cog(Presets())
