"""The role that is at Discord: commands and buttons, results and placeholders.

Every gateway process hears commands; one at a time posts, so that one alone holds Discord's rate
limits.
"""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from bot.config import Settings
from bot.images import HttpImageFetcher, clean_png
from bot.platforms.discord import (
    DiscordMessenger,
    DiscordPlatform,
    ImagineBot,
    point_at,
    run_discord,
)
from bot.platforms.discord.timings import DISCORD_TIMINGS
from bot.ports.images import ImageFetcher
from bot.screens.bundle import Screens
from bot.services.access import Access
from bot.services.drafts import DraftBook
from bot.services.estimates import Estimates
from bot.services.imagine import ImagineService
from bot.services.jobs import JobService
from bot.services.memory_budget import MemoryBudget
from bot.services.personal import PersonalService
from bot.services.reading import RequestReader
from bot.services.references import ReferenceService
from bot.wiring.chat import Chat
from bot.wiring.outbox import make_outbox
from bot.wiring.screens import make_screens
from bot.wiring.shared import Shared, Work
from bot.workers.outbox import Outbox

# Images in memory because somebody pressed a button or attached them; whatever needs more waits.
MAX_IMAGES_AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordChat(Chat):
    """Discord, and our client there."""

    bot: ImagineBot


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayParts:
    """What is at a chat platform."""

    access: Access
    service: ImagineService
    jobs: JobService
    personal: PersonalService
    memory: MemoryBudget
    screens: Screens
    chat: Chat
    outbox: Outbox
    work: Work

    @property
    def bot(self) -> ImagineBot:
        """Our client, where the chat is Discord."""
        assert isinstance(self.chat, DiscordChat)
        return self.chat.bot


async def gateway_parts(shared: Shared, stack: AsyncExitStack) -> GatewayParts:
    """Make the screens, the chat and what is posted there, and connect them.

    `stack` closes what they use.
    """
    images = await _images(shared, stack)
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
    service = _service(shared, access, estimates, await _references(shared, memory))
    jobs = _jobs(shared, access, estimates)
    personal = PersonalService(history=shared.stores.history, personal=shared.stores.personal)
    screens = make_screens(
        shared,
        access=access,
        service=shared.externals.wrap_service(service),
        jobs=jobs,
        personal=personal,
        images=images,
        memory=memory,
    )
    chat = (shared.externals.chat or partial(_discord, shared, images))(screens)
    access.add_platform(chat.platform)
    outbox = make_outbox(shared, chat.messenger, images, estimates)
    # A process that cannot log in must not keep one that can from posting.
    posts = f"posts:{chat.messenger.platform}"
    work = Work(
        loops={posts: shared.leader(posts, {"outbox": outbox}, ready=chat.messenger.ready)},
        background=chat.background,
        checks=chat.checks,
    )
    return GatewayParts(
        access=access,
        service=service,
        jobs=jobs,
        personal=personal,
        memory=memory,
        screens=screens,
        chat=chat,
        outbox=outbox,
        work=work,
    )


def _discord(shared: Shared, images: ImageFetcher, screens: Screens) -> DiscordChat:
    timings = shared.externals.discord_timings or DISCORD_TIMINGS
    bot = ImagineBot(
        screens=screens,
        settings=shared.stores.settings,
        clock=shared.clock,
        alone=shared.alone,
        observer=shared.observer,
        answer_grace=shared.timings.answer_grace,
        discord_timings=timings,
    )
    platform = DiscordPlatform(
        bot,
        images=images,
        cdn_url=shared.settings.discord_cdn_url,
        clock=shared.clock,
        timings=timings,
    )
    messenger = DiscordMessenger(bot, ready=bot.usable.wait, clock=shared.clock, timings=timings)
    token = shared.settings.discord_token.get_secret_value()
    run = shared.externals.run_discord or partial(_run_at_discord, shared.settings)
    return DiscordChat(
        platform=platform,
        messenger=messenger,
        background=[partial(run, bot, token)],
        checks={"discord": bot.is_connected},
        bot=bot,
    )


async def _run_at_discord(settings: Settings, bot: ImagineBot, token: str) -> None:
    point_at(settings.discord_api_url, settings.discord_gateway_url)
    await run_discord(bot, token)


async def _images(shared: Shared, stack: AsyncExitStack) -> ImageFetcher:
    if shared.externals.images is not None:
        return shared.externals.images
    cdn = _as_image_host(shared.settings.discord_cdn_url)
    fetcher = HttpImageFetcher((*shared.settings.image_hosts, cdn))
    return await stack.enter_async_context(fetcher)


def _service(
    shared: Shared, access: Access, estimates: Estimates, references: ReferenceService
) -> ImagineService:
    settings, stores = shared.settings, shared.stores
    drafts = DraftBook(stores.drafts, shared.clock)
    reader = RequestReader(
        progress=stores.progress,
        personal=stores.personal,
        drafts=drafts,
        make_order=partial(shared.externals.read_request, limit=settings.max_batch),
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
        access=access,
        estimates=estimates,
        clock=shared.clock,
        slots=shared.settings.midjourney_concurrency,
        on_change=shared.signals.to_show,
        observer=shared.observer,
    )


async def _references(shared: Shared, memory: MemoryBudget) -> ReferenceService:
    public_url, tags = shared.settings.public_url, await shared.reference_tags()
    return ReferenceService(
        store=shared.stores.references,
        clock=shared.clock,
        clean=shared.externals.clean_picture or clean_png,
        link=None if public_url is None else partial(tags.link, public_url),
        id_in=partial(tags.id_in, public_url=public_url),
        memory=memory,
        limits=shared.externals.picture_limits,
    )


def _as_image_host(url: str) -> str:
    """Hold an ordinary https address to the strict rules; only a named origin may be private."""
    parts = urlsplit(url)
    return parts.hostname or url if parts.scheme == "https" and parts.port is None else url
