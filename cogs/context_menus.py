"""What the menu of a message offers (right click, then “Apps”)."""

import discord
from discord import app_commands

from bot.domain.texts import msg
from bot.platforms.discord.bot import ImagineBot
from bot.platforms.discord.interactions.message_menus import ask_for_words, tell_details


@app_commands.context_menu(name="Imagine from this image")
async def imagine_from_image(
    interaction: discord.Interaction[ImagineBot], message: discord.Message
) -> None:
    """Ask for words to go with the image."""
    title = msg("Imagine from this image")
    await ask_for_words(interaction, message, option="image", title=title)


@app_commands.context_menu(name="Use as style")
async def use_as_style(
    interaction: discord.Interaction[ImagineBot], message: discord.Message
) -> None:
    """Ask for words to be drawn in the style of the image."""
    await ask_for_words(interaction, message, option="style", title=msg("Use as style"))


@app_commands.context_menu(name="Job details")
async def job_details(
    interaction: discord.Interaction[ImagineBot], message: discord.Message
) -> None:
    """Show the details of the job of a card."""
    await tell_details(interaction, message)


MENUS = (imagine_from_image, use_as_style, job_details)


async def setup(bot: ImagineBot) -> None:
    """Add the menus; discord.py calls this by name."""
    for menu in MENUS:
        bot.tree.add_command(menu)


async def teardown(bot: ImagineBot) -> None:
    """Remove the menus, so that the extension can be loaded again; called by name too."""
    for menu in MENUS:
        bot.tree.remove_command(menu.name, type=menu.type)
