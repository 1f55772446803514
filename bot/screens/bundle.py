"""All that a platform's commands call, in one value."""

from dataclasses import dataclass

from bot.screens.details import DetailsScreen
from bot.screens.edge import Edge
from bot.screens.help import HelpScreen
from bot.screens.home import HomeScreen
from bot.screens.imagine import ImagineScreen
from bot.screens.jobs import JobsScreen
from bot.screens.languages import Languages
from bot.screens.presets import PresetsScreen
from bot.screens.queue import QueueScreen
from bot.screens.settings import SettingsScreen
from bot.screens.suggestions import Suggestions


@dataclass(frozen=True, slots=True, kw_only=True)
class Screens:
    """The screens that have commands, and what answers the actions of all screens."""

    edge: Edge
    languages: Languages
    suggestions: Suggestions
    imagine: ImagineScreen
    jobs: JobsScreen
    presets: PresetsScreen
    settings: SettingsScreen
    queue: QueueScreen
    help: HelpScreen
    details: DetailsScreen
    home: HomeScreen
