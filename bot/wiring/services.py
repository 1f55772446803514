"""What people may ask for, put together: one set of services for all platforms of a process."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from bot.images import HttpImageFetcher, clean_png
from bot.ports.images import ImageFetcher
from bot.services.access import Access
from bot.services.drafts import DraftBook
from bot.services.estimates import Estimates
from bot.services.imagine import ImagineService
from bot.services.jobs import JobService
from bot.services.memory_budget import MemoryBudget
from bot.services.personal import PersonalService
from bot.services.reading import RequestReader
from bot.services.references import PICTURE_LIMITS, ReferenceService
from bot.services.requests import read_request
from bot.web import ReferenceTags
from bot.wiring.shared import Shared

# Images in memory because somebody pressed a button or attached them; whatever needs more waits.
MAX_IMAGES_AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The services, and what several of them share with the screens and the outbox."""

    access: Access
    imagine: ImagineService
    jobs: JobService
    personal: PersonalService
    estimates: Estimates
    images: ImageFetcher
    memory: MemoryBudget


async def make_services(shared: Shared, stack: AsyncExitStack) -> Services:
    """Make them; `access` is told of the platforms later. `stack` closes what they use."""
    access = Access(
        settings=shared.stores.settings,
        clock=shared.clock,
        allowed_tenants=shared.settings.allowed_tenants,
    )
    estimates = Estimates(
        history=shared.stores.history,
        clock=shared.clock,
        typical_times=shared.externals.typical_times,
    )
    memory = MemoryBudget(MAX_IMAGES_AT_ONCE)
    references = await _references(shared, memory)
    return Services(
        access=access,
        imagine=shared.externals.wrap_service(_imagine(shared, access, estimates, references)),
        jobs=_jobs(shared, access, estimates),
        personal=PersonalService(history=shared.stores.history, personal=shared.stores.personal),
        estimates=estimates,
        images=await _images(shared, stack),
        memory=memory,
    )


def _imagine(
    shared: Shared, access: Access, estimates: Estimates, references: ReferenceService
) -> ImagineService:
    settings, stores = shared.settings, shared.stores
    drafts = DraftBook(stores.drafts, shared.clock)
    reader = RequestReader(
        progress=stores.progress,
        personal=stores.personal,
        drafts=drafts,
        make_order=partial(shared.externals.read_request or read_request, limit=settings.max_batch),
    )
    return ImagineService(
        requests=stores.requests,
        progress=stores.progress,
        drafts=drafts,
        reader=reader,
        personal=stores.personal,
        references=references,
        access=access,
        estimates=estimates,
        clock=shared.clock,
        limits=settings.limits,
        slots=settings.midjourney_concurrency,
        on_job_ready=shared.signals.job_ready,
        observer=shared.observer,
        timings=shared.timings,
    )


def _jobs(shared: Shared, access: Access, estimates: Estimates) -> JobService:
    return JobService(
        requests=shared.stores.requests,
        progress=shared.stores.progress,
        deliveries=shared.stores.deliveries,
        access=access,
        estimates=estimates,
        clock=shared.clock,
        slots=shared.settings.midjourney_concurrency,
        on_change=shared.signals.to_show,
        observer=shared.observer,
    )


async def _references(shared: Shared, memory: MemoryBudget) -> ReferenceService:
    public_url, tags = shared.settings.public_url, ReferenceTags(await shared.secret())
    return ReferenceService(
        store=shared.stores.references,
        clock=shared.clock,
        clean=shared.externals.clean_picture or clean_png,
        link=None if public_url is None else partial(tags.link, public_url),
        id_in=partial(tags.id_in, public_url=public_url),
        memory=memory,
        limits=shared.externals.picture_limits or PICTURE_LIMITS,
    )


async def _images(shared: Shared, stack: AsyncExitStack) -> ImageFetcher:
    if shared.externals.images is not None:
        return shared.externals.images
    cdn = _as_image_host(shared.settings.discord_cdn_url)
    fetcher = HttpImageFetcher((*shared.settings.image_hosts, cdn))
    return await stack.enter_async_context(fetcher)


def _as_image_host(url: str) -> str:
    """Hold an ordinary https address to the strict rules; only a named origin may be private."""
    parts = urlsplit(url)
    return parts.hostname or url if parts.scheme == "https" and parts.port is None else url
