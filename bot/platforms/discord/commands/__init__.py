"""What people do on Discord, handed to the screens; an extension that the client loads by name."""

from bot.platforms.discord.client import ImagineBot
from bot.platforms.discord.commands.answering import answer, on_command_error, on_interaction
from bot.platforms.discord.commands.translator import CatalogueTranslator

__all__ = ["answer", "setup"]


async def setup(bot: ImagineBot) -> None:
    """Hear what people do; discord.py calls this by name."""
    await bot.tree.set_translator(CatalogueTranslator())
    bot.tree.error(on_command_error)
    bot.add_listener(on_interaction)
