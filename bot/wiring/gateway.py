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
from bot.platforms.discord import DiscordPlatform, ImagineBot, point_at, run_discord
from bot.platforms.discord.interactions.attachments import link_end
from bot.platforms.discord.timings import DISCORD_TIMINGS
from bot.ports.images import ImageFetcher
from bot.services.imagine import ImagineService
from bot.services.leases import Claims, LeaseRenewer
from bot.services.personal import PersonalService
from bot.services.references import ReferenceService
from bot.wiring.externals import RunDiscord
from bot.wiring.shared import Shared, Work
from bot.workers.deliverer import Deliverer
from bot.workers.leadership import Led
from bot.workers.pending_answers import PendingAnswerSweeper
from bot.workers.progress import ProgressNotifier


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayParts:
    """What is at Discord."""

    service: ImagineService
    bot: ImagineBot
    platform: DiscordPlatform
    deliverer: Deliverer
    progress: ProgressNotifier
    pending_answers: PendingAnswerSweeper
    lease_renewer: LeaseRenewer
    work: Work


async def gateway_parts(shared: Shared, stack: AsyncExitStack) -> GatewayParts:
    """Make the bot and what it posts, and connect them; `stack` closes what they use."""
    images = await _images(shared, stack)
    claims = Claims(shared.stores.deliveries, clock=shared.clock, owner=shared.owner)
    service = _service(shared)
    bot = await _bot(shared, service, images)
    platform = DiscordPlatform(bot)
    pending_answers = PendingAnswerSweeper(
        pending_answers=shared.stores.pending_answers, clock=shared.clock
    )
    progress = _progress(shared)
    deliverer = _deliverer(shared, images, progress, claims)
    for part in (service, progress, deliverer, pending_answers):
        part.add_platform(platform)
    loops: dict[str, Led] = {
        "deliverer": deliverer,
        "progress": progress,
        "pending_answers": pending_answers,
    }
    # A process that cannot log in must not keep one that can from posting.
    ready = platform.wait_until_usable
    token = shared.settings.discord_token.get_secret_value()
    lease_renewer = _lease_renewer(shared, claims)
    work = Work(
        loops={"posts:discord": shared.leader("posts:discord", loops, ready)},
        background=[
            partial(_run_discord(shared), bot, token),
            lease_renewer.run,
        ],
        checks={"discord": bot.is_connected},
    )
    return GatewayParts(
        service=service,
        bot=bot,
        platform=platform,
        deliverer=deliverer,
        progress=progress,
        pending_answers=pending_answers,
        lease_renewer=lease_renewer,
        work=work,
    )


def _run_discord(shared: Shared) -> RunDiscord:
    """Return what keeps the bot at Discord, or at what stands in for it."""
    return shared.externals.run_discord or partial(_run_at_discord, shared.settings)


async def _run_at_discord(settings: Settings, bot: ImagineBot, token: str) -> None:
    point_at(settings.discord_api_url, settings.discord_gateway_url)
    await run_discord(bot, token)


async def _images(shared: Shared, stack: AsyncExitStack) -> ImageFetcher:
    if shared.externals.images is not None:
        return shared.externals.images
    cdn = _as_image_host(shared.settings.discord_cdn_url)
    fetcher = HttpImageFetcher((*shared.settings.image_hosts, cdn))
    return await stack.enter_async_context(fetcher)


def _lease_renewer(shared: Shared, claims: Claims) -> LeaseRenewer:
    return LeaseRenewer(
        deliveries=shared.stores.deliveries,
        claims=claims,
        clock=shared.clock,
        others_are_dead=shared.database.is_exclusive,
        timings=shared.timings,
    )


def _service(shared: Shared) -> ImagineService:
    settings, stores = shared.settings, shared.stores
    return ImagineService(
        requests=stores.requests,
        progress=stores.progress,
        history=stores.history,
        settings=stores.settings,
        drafts=stores.drafts,
        personal=stores.personal,
        clock=shared.clock,
        limits=settings.limits,
        slots=settings.midjourney_concurrency,
        max_batch=settings.max_batch,
        allowed_tenants=settings.allowed_guilds,
        typical_times=shared.externals.typical_times,
        on_job_ready=shared.signals.job_ready,
        on_progress=shared.signals.progress,
        observer=shared.observer,
        timings=shared.timings,
    )


async def _bot(shared: Shared, service: ImagineService, images: ImageFetcher) -> ImagineBot:
    stores = shared.stores
    return ImagineBot(
        service=service,
        personal=PersonalService(history=stores.history, personal=stores.personal),
        references=await _references(shared),
        images=images,
        settings=stores.settings,
        pending_answers=stores.pending_answers,
        cdn_url=shared.settings.discord_cdn_url,
        clock=shared.clock,
        alone=shared.alone,
        observer=shared.observer,
        timings=shared.timings,
        discord_timings=shared.externals.discord_timings or DISCORD_TIMINGS,
    )


async def _references(shared: Shared) -> ReferenceService:
    public_url, tags = shared.settings.public_url, await shared.reference_tags()
    return ReferenceService(
        store=shared.stores.references,
        clock=shared.clock,
        clean=shared.externals.clean_picture or clean_png,
        link=None if public_url is None else partial(tags.link, public_url),
        id_in=partial(tags.id_in, public_url=public_url),
        link_end=partial(link_end, shared.settings.discord_cdn_url),
        limits=shared.externals.picture_limits,
    )


def _progress(shared: Shared) -> ProgressNotifier:
    stores = shared.stores
    progress = ProgressNotifier(
        entries=stores.outbox,
        progress=stores.progress,
        deliveries=stores.deliveries,
        personal=stores.personal,
        clock=shared.clock,
        timings=shared.timings,
    )
    shared.signals.progress.connect(progress.look)
    return progress


def _deliverer(
    shared: Shared, images: ImageFetcher, progress: ProgressNotifier, claims: Claims
) -> Deliverer:
    deliverer = Deliverer(
        deliveries=shared.stores.deliveries,
        images=images,
        progress=progress,
        clock=shared.clock,
        claims=claims,
        on_progress=shared.signals.progress,
        observer=shared.observer,
        timings=shared.timings,
    )
    shared.signals.delivery_ready.connect(deliverer.delivery_ready)
    return deliverer


def _as_image_host(url: str) -> str:
    """Hold an ordinary https address to the strict rules; only a named origin may be private."""
    parts = urlsplit(url)
    return parts.hostname or url if parts.scheme == "https" and parts.port is None else url
