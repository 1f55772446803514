"""The screens, each with what it needs: one set for all platforms of a process."""

from bot.images import THUMBNAIL_EXTENSION, fitting, thumbnail
from bot.locales.languages import available_languages
from bot.screens.asking import Asking
from bot.screens.bundle import Screens
from bot.screens.details import DetailsScreen
from bot.screens.edge import Edge
from bot.screens.help import HelpScreen
from bot.screens.home import HomeScreen
from bot.screens.imagine import ImagineScreen
from bot.screens.jobs import JobsScreen
from bot.screens.languages import Languages
from bot.screens.placeholder import PlaceholderScreen
from bot.screens.presets import PresetsScreen
from bot.screens.queue import QueueScreen
from bot.screens.reposting import Reposting
from bot.screens.result import ResultScreen
from bot.screens.router import Router
from bot.screens.settings import SettingsScreen
from bot.screens.suggestions import Suggestions
from bot.screens.thumbnails import Thumbnails
from bot.services.posted_pictures import PostedPictures
from bot.wiring.services import Services
from bot.wiring.shared import Shared


class _Parts:
    """What several screens use, each made once."""

    def __init__(self, shared: Shared, services: Services) -> None:
        self.shared = shared
        self.services = services
        self.languages = Languages(services.personal, within_s=shared.timings.language_within_s)
        self.asking = Asking(
            service=services.imagine,
            languages=self.languages,
            clock=shared.clock,
            observer=shared.observer,
            timings=shared.timings,
        )
        self.suggestions = Suggestions(
            personal=services.personal, within_s=shared.timings.suggestions_within_s
        )
        self.pictures = PostedPictures(
            images=services.images,
            fitter=fitting,
            platform_of=services.access.platform_of,
            memory=services.memory,
            timings=shared.timings,
        )


def make_screens(shared: Shared, services: Services) -> Screens:
    """Make them; `services.access` is told of the platforms later."""
    parts = _Parts(shared, services)
    jobs, languages = services.jobs, parts.languages
    imagine, home = _imagine(parts), _home(parts)
    details = DetailsScreen(jobs=jobs, languages=languages, platform_of=services.access.platform_of)
    result = ResultScreen(jobs=jobs, pictures=parts.pictures, languages=languages)
    placeholder = PlaceholderScreen(jobs=jobs, languages=languages)
    in_home = (home.jobs, home.presets, home.settings, home.queue, home.help)
    router = Router(imagine, details, result, placeholder, home, *in_home)
    return Screens(
        edge=Edge(router, languages),
        languages=languages,
        suggestions=parts.suggestions,
        imagine=imagine,
        jobs=home.jobs,
        presets=home.presets,
        settings=home.settings,
        queue=home.queue,
        help=home.help,
        details=details,
        home=home,
    )


def _imagine(parts: _Parts) -> ImagineScreen:
    return ImagineScreen(
        service=parts.services.imagine,
        jobs=parts.services.jobs,
        personal=parts.services.personal,
        asking=parts.asking,
        languages=parts.languages,
        suggestions=parts.suggestions,
    )


def _home(parts: _Parts) -> HomeScreen:
    """Make the screens that Home shows, which have commands of their own too."""
    services, languages = parts.services, parts.languages
    personal, access = services.personal, services.access
    return HomeScreen(
        jobs=_jobs(parts),
        presets=PresetsScreen(personal=personal, access=access, languages=languages),
        settings=SettingsScreen(personal=personal, access=access, available=available_languages()),
        queue=QueueScreen(jobs=services.jobs, personal=personal, languages=languages),
        help=HelpScreen(service=services.imagine, asking=parts.asking, languages=languages),
    )


def _jobs(parts: _Parts) -> JobsScreen:
    personal, timings = parts.services.personal, parts.shared.timings
    return JobsScreen(
        personal=personal,
        jobs=parts.services.jobs,
        languages=parts.languages,
        thumbnails=Thumbnails(
            pictures=parts.pictures,
            thumbnailer=thumbnail,
            extension=THUMBNAIL_EXTENSION,
            clock=parts.shared.clock,
            timings=timings,
        ),
        reposting=Reposting(personal=personal, pictures=parts.pictures, timings=timings),
        platform_of=parts.services.access.platform_of,
    )
