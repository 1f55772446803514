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


def make_screens(shared: Shared, services: Services) -> Screens:
    """Make them; `services.access` is told of the platforms later."""
    access, service, jobs = services.access, services.imagine, services.jobs
    personal, timings = services.personal, shared.timings
    languages = Languages(personal, within_s=timings.language_within_s)
    pictures = _pictures(shared, services)
    asking = Asking(
        service=service,
        languages=languages,
        clock=shared.clock,
        observer=shared.observer,
        timings=timings,
    )
    suggestions = Suggestions(personal=personal, within_s=timings.suggestions_within_s)
    imagine = ImagineScreen(
        service=service,
        jobs=jobs,
        personal=personal,
        asking=asking,
        languages=languages,
        suggestions=suggestions,
    )
    details = DetailsScreen(jobs=jobs, languages=languages, platform_of=access.platform_of)
    presets = PresetsScreen(personal=personal, access=access, languages=languages)
    help_ = HelpScreen(service=service, asking=asking, languages=languages)
    listed = JobsScreen(
        personal=personal,
        jobs=jobs,
        languages=languages,
        thumbnails=_thumbnails(shared, pictures),
        reposting=Reposting(personal=personal, pictures=pictures, timings=timings),
        platform_of=access.platform_of,
    )
    settings = SettingsScreen(personal=personal, access=access, available=available_languages())
    result = ResultScreen(jobs=jobs, pictures=pictures, languages=languages)
    placeholder = PlaceholderScreen(jobs=jobs, languages=languages)
    queue = QueueScreen(jobs=jobs, personal=personal, languages=languages)
    home = HomeScreen(jobs=listed, presets=presets, settings=settings, queue=queue, help=help_)
    router = Router(imagine, details, presets, help_, listed, settings, result, placeholder, home)
    return Screens(
        edge=Edge(router, languages),
        languages=languages,
        suggestions=suggestions,
        imagine=imagine,
        jobs=listed,
        presets=presets,
        settings=settings,
        queue=queue,
        help=help_,
        details=details,
        home=home,
    )


def _pictures(shared: Shared, services: Services) -> PostedPictures:
    return PostedPictures(
        images=services.images,
        fitter=fitting,
        platform_of=services.access.platform_of,
        memory=services.memory,
        timings=shared.timings,
    )


def _thumbnails(shared: Shared, pictures: PostedPictures) -> Thumbnails:
    return Thumbnails(
        pictures=pictures,
        thumbnailer=thumbnail,
        extension=THUMBNAIL_EXTENSION,
        clock=shared.clock,
        timings=shared.timings,
    )
