"""What the bot can do, on one screen, with examples to try."""

from dataclasses import dataclass
from functools import partial

from bot.domain.command_names import HELP, JOBS, PRESET, QUEUE, SETTINGS
from bot.domain.errors import JobGoneError
from bot.domain.texts import Text, msg
from bot.domain.views import Action, Button, Buttons, Divider, Emphasis, Line, Style, View, Words
from bot.ports.reply import Place
from bot.screens.asking import Asking
from bot.screens.interaction import Interaction
from bot.screens.languages import Languages
from bot.screens.router import handles, number_in, values_of
from bot.services.imagine import ImagineService
from bot.services.requests import Request

TRY = "help.try"  # number: start this example, from 0


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

_LINES = (
    msg("**/imagine** draws from your words. Parameters such as `--ar 16:9` work too."),
    msg("Below each result: look at one picture, vary it, edit the prompt, or draw it **again**."),
    msg("`{{red, blue}} fox` in a prompt draws one of each; I ask before I start several."),
    msg(
        "If a prompt looks wrong, I ask before I draw it; **{settings}** can turn that off.",
        settings=SETTINGS,
    ),
    msg(
        "**{jobs}** lists all you've asked for: find it, post it again, cancel what still waits.",
        jobs=JOBS,
    ),
    msg("**{preset}** keeps parameters you like under a name.", preset=PRESET),
    msg(
        "**{settings}** sets your speed, your usual parameters, your language and notifications.",
        settings=SETTINGS,
    ),
    msg("**{queue}** shows how busy I am and how long a picture takes now.", queue=QUEUE),
    msg(
        "In a message's menu (right-click, ⋮ or hold it), among the **apps**: "
        "draw from its picture, or in its style."
    ),
)


@dataclass(kw_only=True, eq=False)
class HelpScreen:
    """Shows the help, and starts its examples."""

    service: ImagineService
    asking: Asking
    languages: Languages

    async def show(self, interaction: Interaction) -> None:
        """Show the help in the language of the person who acts."""
        locale = await interaction.reply.wait(self.languages.of(interaction), Place.ALONE)
        await interaction.reply.show(help_view(locale), Place.ALONE)

    @handles(TRY)
    async def start_example(self, interaction: Interaction) -> None:
        """Start the example of the button.

        Raises:
            JobGoneError: there is no such example any more.
        """
        (number,) = values_of(interaction, 1)
        accept = partial(self.service.imagine, Request(prompt=_example(number_in(number)).prompt))
        await self.asking.for_jobs(interaction, accept, is_private=False)


def _example(number: int) -> Example:
    if number >= len(EXAMPLES):
        raise JobGoneError(msg("This example is gone. Please open {help} again.", help=HELP))
    return EXAMPLES[number]


def help_view(locale: str) -> View:
    """Build the help."""
    intro = msg(
        "Tell me what you'd like to see, and I'll draw it with Midjourney: four pictures each time."
    )
    examples = msg("**Try one.** Each button draws real pictures, just like **/imagine**.")
    return View(
        elements=(
            Words(Line(msg("Hello! I draw pictures."), Style.BIG_TITLE), intro),
            Words(*(Line(line, Style.ITEM) for line in _LINES)),
            Divider(),
            Words(examples),
            Buttons(*(_button(number) for number in range(len(EXAMPLES)))),
        ),
        locale=locale,
    )


def _button(number: int) -> Button:
    example = EXAMPLES[number]
    return Button(
        label=example.label,
        emoji=example.emoji,
        action=Action(TRY, (str(number),)),
        emphasis=Emphasis.PRIMARY if number == 0 else Emphasis.NORMAL,
    )
