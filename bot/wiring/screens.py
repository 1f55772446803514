"""The screens, each with what it needs: one set for all platforms of a process."""

from bot.images import THUMBNAIL_EXTENSION, fitting, thumbnail
from bot.locales.languages import available_languages
from bot.ports.images import ImageFetcher
from bot.screens.asking import Asking
from bot.screens.bundle import Screens
from bot.screens.details import DetailsScreen
from bot.screens.edge import Edge
from bot.screens.help import HelpScreen
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
from bot.services.access import Access
from bot.services.imagine import ImagineService
from bot.services.jobs import JobService
from bot.services.memory_budget import MemoryBudget
from bot.services.personal import PersonalService
from bot.services.posted_pictures import PostedPictures
from bot.wiring.shared import Shared


def make_screens(
    shared: Shared,
    *,
    access: Access,
    service: ImagineService,
    jobs: JobService,
    personal: PersonalService,
    images: ImageFetcher,
    memory: MemoryBudget,
) -> Screens:
    """Make them; `access` knows the platforms, which may come later."""
    languages = Languages(personal, within_s=shared.timings.language_within_s)
    asking = Asking(
        service=service,
        languages=languages,
        clock=shared.clock,
        observer=shared.observer,
        timings=shared.timings,
    )
    pictures = PostedPictures(
        images=images,
        fitter=fitting,
        platform_of=access.platform_of,
        memory=memory,
        timings=shared.timings,
    )
    imagine = ImagineScreen(
        service=service, jobs=jobs, personal=personal, asking=asking, languages=languages
    )
    details = DetailsScreen(jobs=jobs, languages=languages, platform_of=access.platform_of)
    presets = PresetsScreen(personal=personal, access=access, languages=languages)
    help_ = HelpScreen(service=service, asking=asking, languages=languages)
    listed = JobsScreen(
        personal=personal,
        jobs=jobs,
        languages=languages,
        thumbnails=Thumbnails(
            pictures=pictures,
            thumbnailer=thumbnail,
            extension=THUMBNAIL_EXTENSION,
            clock=shared.clock,
            timings=shared.timings,
        ),
        reposting=Reposting(personal=personal, pictures=pictures, timings=shared.timings),
        platform_of=access.platform_of,
    )
    settings = SettingsScreen(
        personal=personal,
        access=access,
        languages=languages,
        available=available_languages(),
    )
    router = Router(
        imagine,
        details,
        presets,
        help_,
        listed,
        settings,
        ResultScreen(jobs=jobs, pictures=pictures, languages=languages),
        PlaceholderScreen(jobs=jobs, languages=languages),
    )
    return Screens(
        edge=Edge(router, languages),
        languages=languages,
        suggestions=Suggestions(personal=personal, within_s=shared.timings.suggestions_within_s),
        imagine=imagine,
        jobs=listed,
        presets=presets,
        settings=settings,
        queue=QueueScreen(jobs=jobs, personal=personal, languages=languages),
        help=help_,
        details=details,
    )
