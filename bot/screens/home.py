"""A person's Home, where a platform has one: tabs above whichever screen is shown there.

A screen answers in Home as it does anywhere else; the platform puts the tabs above it.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.errors import OutdatedError
from bot.domain.texts import msg
from bot.domain.views import Action, Button, Buttons, Divider, Emphasis, Line, Style, View, Words
from bot.screens import actions
from bot.screens.help import HelpScreen
from bot.screens.interaction import Interaction
from bot.screens.job_list import Wanted
from bot.screens.jobs import JobsScreen
from bot.screens.presets import PresetsScreen
from bot.screens.queue import QueueScreen
from bot.screens.router import handles, values_of
from bot.screens.settings import SettingsScreen

OPEN = "home.open"  # tab


class Tab(StrEnum):
    """A screen that Home can show."""

    JOBS = "jobs"
    PRESETS = "presets"
    SETTINGS = "settings"
    QUEUE = "queue"
    HELP = "help"


_LABELS = {
    Tab.JOBS: (msg("My jobs"), "🗂️"),
    Tab.PRESETS: (msg("Presets"), "🔖"),
    Tab.SETTINGS: (msg("Settings"), "⚙️"),
    Tab.QUEUE: (msg("Queue"), "⏳"),
    Tab.HELP: (msg("Help"), "❔"),
}


@dataclass(kw_only=True, eq=False)
class HomeScreen:
    """Shows the other screens in Home."""

    jobs: JobsScreen
    presets: PresetsScreen
    settings: SettingsScreen
    queue: QueueScreen
    help: HelpScreen

    async def show(self, interaction: Interaction) -> None:
        """Show Home as it opens: with the person's jobs."""
        await self._open(Tab.JOBS, interaction)

    @handles(OPEN)
    async def turn(self, interaction: Interaction) -> None:
        """Show the screen of the tab that was pressed."""
        (tab,) = values_of(interaction, 1)
        if tab not in list(Tab):
            raise OutdatedError
        await self._open(Tab(tab), interaction)

    async def _open(self, tab: Tab, interaction: Interaction) -> None:
        match tab:
            case Tab.JOBS:
                await self.jobs.show(interaction, Wanted())
            case Tab.PRESETS:
                await self.presets.show_list(interaction)
            case Tab.SETTINGS:
                await self.settings.show(interaction)
            case Tab.QUEUE:
                await self.queue.show(interaction)
            case Tab.HELP:
                await self.help.show(interaction)


def tabs_view(locale: str) -> View:
    """Build what stands above every screen in Home."""
    draw = Button(
        label=msg("Draw something"),
        emoji="🎨",
        action=Action(actions.COMPOSE),
        emphasis=Emphasis.PRIMARY,
    )
    note = msg("What you start or post from here comes to you as a direct message.")
    return View(
        elements=(
            Buttons(draw, *map(_button, Tab)),
            Words(Line(note, Style.SMALL)),
            Divider(),
        ),
        locale=locale,
    )


def _button(tab: Tab) -> Button:
    label, emoji = _LABELS[tab]
    return Button(label=label, emoji=emoji, action=Action(OPEN, (tab.value,)))
