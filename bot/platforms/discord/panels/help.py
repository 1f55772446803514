"""What the bot can do, on one screen, with examples to try."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.domain.errors import JobGoneError, OutdatedError
from bot.domain.texts import Text, msg
from bot.platforms.discord.cards.custom_ids import Panel, PanelId
from bot.platforms.discord.cards.layouts import ACCENT, sealed
from bot.platforms.discord.language import locale_of
from bot.platforms.discord.rendering.markdown import render
from bot.platforms.discord.reply.placeholder import answer_with_placeholder
from bot.services.requests import Request

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot


_TRY = "try"


@dataclass(frozen=True, slots=True)
class Example:
    """A prompt to try, and what its button says."""

    label: Text
    emoji: str
    prompt: str


EXAMPLES = (
    Example(msg("A fox in autumn"), "🦊", "a red fox reading in an autumn forest, watercolour"),
    Example(
        msg("A tiny bakery"), "🥐", "isometric tiny bakery at dawn, warm light, clay model --ar 1:1"
    ),
    Example(
        msg("A stormy lighthouse"),
        "🌊",
        "an old lighthouse in a storm, dramatic sky, oil painting --ar 16:9",
    ),
)


async def my_help(interaction: "discord.Interaction[ImagineBot]") -> ui.LayoutView:
    """Return the help in the language of the person who acts."""
    return help_view(await locale_of(interaction))


def help_view(locale: str) -> ui.LayoutView:
    """Build the help."""
    say = partial(render, locale=locale)
    intro = msg(
        "Tell me what you'd like to see, and I'll draw it with Midjourney: "
        "four pictures, right here."
    )
    examples = msg("**Try one.** Each button draws real pictures, just like **/imagine**.")
    return sealed(
        ui.Container(
            ui.TextDisplay(f"## {say(msg('Hello! I draw pictures.'))}\n{say(intro)}"),
            ui.TextDisplay("\n".join(f"- {say(line)}" for line in _LINES)),
            ui.Separator(),
            ui.TextDisplay(say(examples)),
            ui.ActionRow(*(_button(number, say) for number in range(len(EXAMPLES)))),
            accent_colour=ACCENT,
        )
    )


async def pressed(interaction: "discord.Interaction[ImagineBot]", state: str) -> None:
    """Start the example of the button.

    Raises:
        JobGoneError: there is no such example any more.
    """
    verb, _, number_text = state.partition(":")
    if verb != _TRY or not number_text.isdecimal():
        raise OutdatedError
    number = int(number_text[:3])
    if number >= len(EXAMPLES):
        raise JobGoneError(msg("This example is gone. Please open /help again."))
    request = Request(prompt=EXAMPLES[number].prompt)
    accept = partial(interaction.client.service.imagine, request)
    await answer_with_placeholder(interaction, accept, is_private=False)


_LINES = (
    msg("**/imagine** draws from your words. Parameters such as `--ar 16:9` work too."),
    msg("Below each result: look at one picture, vary it, edit the prompt, or draw it **again**."),
    msg("`{{red, blue}} fox` in a prompt draws one of each; I ask before I start several."),
    msg("If a prompt looks wrong, I ask before I draw it; **/settings** can turn that off."),
    msg("**/jobs** lists all you've asked for: find it, post it again, cancel what still waits."),
    msg("**/preset** saves parameters you like under a name."),
    msg("**/settings** sets your speed, your usual parameters, your language and notifications."),
    msg("**/queue** shows how busy I am and how long a picture takes now."),
    msg(
        "Right-click (or hold) a message with a picture, then **Apps**: draw from it, "
        "or in its style."
    ),
)


def _button(number: int, say: Any) -> ui.Button[Any]:
    example = EXAMPLES[number]
    return ui.Button(
        label=say(example.label),
        emoji=example.emoji,
        style=discord.ButtonStyle.primary if number == 0 else discord.ButtonStyle.secondary,
        custom_id=str(PanelId(panel=Panel.HELP, state=f"{_TRY}:{number}")),
    )
