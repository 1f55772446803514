"""What the menu of a message offers (right click, then “Apps”)."""

from functools import partial

import discord
from discord import app_commands

from bot.domain.texts import msg
from bot.platforms.discord import ImagineBot
from bot.platforms.discord.commands import answer


@app_commands.context_menu(name="Imagine from this image")
async def imagine_from_image(
    heard: discord.Interaction[ImagineBot], message: discord.Message
) -> None:
    """Ask for words to go with the image."""
    ask = heard.client.screens.imagine.ask_for_words
    title = msg("Imagine from this image")
    await answer(heard, partial(ask, option="image", title=title), at=message)


@app_commands.context_menu(name="Use as style")
async def use_as_style(heard: discord.Interaction[ImagineBot], message: discord.Message) -> None:
    """Ask for words to be drawn in the style of the image."""
    ask = heard.client.screens.imagine.ask_for_words
    await answer(heard, partial(ask, option="style", title=msg("Use as style")), at=message)


@app_commands.context_menu(name="Job details")
async def job_details(heard: discord.Interaction[ImagineBot], message: discord.Message) -> None:
    """Show the details of the job of a card."""
    await answer(heard, heard.client.screens.details.show_details_of, at=message)


MENUS = (imagine_from_image, use_as_style, job_details)


async def setup(bot: ImagineBot) -> None:
    """Add the menus; discord.py calls this by name."""
    for menu in MENUS:
        bot.tree.add_command(menu)


async def teardown(bot: ImagineBot) -> None:
    """Remove the menus, so that the extension can be loaded again; called by name too."""
    for menu in MENUS:
        bot.tree.remove_command(menu.name, type=menu.type)
