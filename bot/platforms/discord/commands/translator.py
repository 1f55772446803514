"""Commands in everybody's language: Discord shows each person the names in their own."""

from discord import Locale, app_commands
from discord.app_commands import ContextMenu, TranslationContextLocation, TranslationContextTypes

from bot.locales import translate

# What the catalogue calls the places where a text may stand (gettext's "msgctxt").
MENU = "menu entry"
_CONTEXTS = {
    TranslationContextLocation.command_name: "command",
    TranslationContextLocation.group_name: "command",
    TranslationContextLocation.command_description: "description",
    TranslationContextLocation.group_description: "description",
    TranslationContextLocation.parameter_name: "option",
    TranslationContextLocation.parameter_description: "description",
    TranslationContextLocation.choice_name: "choice",
}


def catalogue_context(
    string: app_commands.locale_str, context: TranslationContextTypes
) -> str | None:
    """Say under which context the catalogue has this text; None: it is the same everywhere."""
    if string.extras.get("is_proper_name"):
        return None
    if isinstance(context.data, ContextMenu):
        return MENU
    return _CONTEXTS[context.location]


class CatalogueTranslator(app_commands.Translator):
    """Gives discord.py the texts of commands, while it writes down what to tell Discord."""

    async def translate(
        self, string: app_commands.locale_str, locale: Locale, context: TranslationContextTypes
    ) -> str | None:
        """Return the text in that language; None where that is no other than the English one."""
        kind = catalogue_context(string, context)
        if kind is None:
            return None
        found = translate(string.message, locale.value, context=kind)
        return None if found == string.message else found
