"""The role that is at Discord: commands and buttons, results and placeholders.

Every gateway process hears commands; one at a time posts, so that one alone holds Discord's rate
limits.
"""

import asyncio
from contextlib import AsyncExitStack
from functools import partial
from urllib.parse import urlsplit

from bot.delivery import Deliverer
from bot.images import HttpImageFetcher, clean_png
from bot.leases import Claims
from bot.personal import PersonalService
from bot.platforms.discord import DiscordPlatform, ImagineBot, point_at, run_discord
from bot.platforms.discord.interactions.attachments import link_end
from bot.ports import DeliveryStore, ImageFetcher, Loop, PersonalStore, PromiseStore
from bot.progress import ProgressNotifier
from bot.promises import PromiseKeeper
from bot.references import ReferenceService
from bot.service import ImagineService
from bot.store import (
    SqlDeliveryStore,
    SqlDraftStore,
    SqlNoteStore,
    SqlPersonalStore,
    SqlPromiseStore,
    SqlReferenceStore,
)
from bot.wiring.parts import Parts, RunDiscord, Shared


async def gateway_parts(shared: Shared, stack: AsyncExitStack) -> Parts:
    """Make the bot and what it posts, and connect them; `stack` closes what they use."""
    settings = shared.settings
    images = await stack.enter_async_context(
        HttpImageFetcher((*settings.image_hosts, _as_image_host(settings.discord_cdn_url)))
    )
    personal = SqlPersonalStore(shared.database)
    deliveries = SqlDeliveryStore(shared.database)
    claims = shared.claims(deliveries)
    service = _service(shared, personal)
    promises = SqlPromiseStore(shared.database)
    bot = await _bot(shared, service, personal, images, promises)
    keeper = PromiseKeeper(promises=promises, clock=shared.clock)
    progress = _progress(shared, deliveries, personal)
    deliverer = _deliverer(shared, deliveries, images, progress, claims)
    platform = DiscordPlatform(bot)
    for part in (service, progress, deliverer, keeper):
        part.add_platform(platform)
    posts = _Posts(deliverer, progress, keeper)
    # A process that cannot log in must not keep one that can from posting.
    ready = platform.wait_until_usable
    run = partial(_run_discord(shared), bot, settings.discord_token.get_secret_value())
    return Parts(
        loops={"posts": shared.singleton("posts", posts.run, posts.stop, ready)},
        claims=[claims],
        background=[run],
        checks={"discord": bot.is_connected},
    )


def _run_discord(shared: Shared) -> RunDiscord:
    """Give what keeps the bot at Discord, or at what stands in for it."""
    settings = shared.settings
    if shared.outside.run_discord is not None:
        return shared.outside.run_discord
    point_at(settings.discord_api_url, settings.discord_gateway_url)
    return run_discord


class _Posts:
    """Everything that is posted without somebody having just pressed something."""

    def __init__(self, *loops: Loop) -> None:
        self._loops = loops

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for loop in self._loops:
                group.create_task(loop.run())

    def stop(self) -> None:
        for loop in self._loops:
            loop.stop()


def _service(shared: Shared, personal: PersonalStore) -> ImagineService:
    settings = shared.settings
    return ImagineService(
        jobs=shared.jobs,
        settings=shared.facts,
        drafts=SqlDraftStore(shared.database),
        personal=personal,
        clock=shared.clock,
        limits=settings.limits,
        slots=settings.midjourney_concurrency,
        max_batch=settings.max_batch,
        allowed_tenants=settings.allowed_guilds,
        typical_times=shared.outside.typical_times,
        on_job_ready=shared.signals.job_ready,
        on_progress=shared.signals.progress,
        observer=shared.observer,
    )


async def _bot(
    shared: Shared,
    service: ImagineService,
    personal: PersonalStore,
    images: ImageFetcher,
    promises: PromiseStore,
) -> ImagineBot:
    public_url, tags = shared.settings.public_url, await shared.reference_tags()
    references = ReferenceService(
        store=SqlReferenceStore(shared.database),
        clock=shared.clock,
        clean=clean_png,
        link=None if public_url is None else partial(tags.link, public_url),
        id_in=partial(tags.id_in, public_url=public_url),
        link_end=partial(link_end, shared.settings.discord_cdn_url),
    )
    return ImagineBot(
        service=service,
        personal=PersonalService(jobs=shared.jobs, personal=personal),
        references=references,
        images=images,
        settings=shared.facts,
        promises=promises,
        cdn_url=shared.settings.discord_cdn_url,
        clock=shared.clock,
        alone=shared.alone,
        observer=shared.observer,
    )


def _progress(
    shared: Shared, deliveries: DeliveryStore, personal: PersonalStore
) -> ProgressNotifier:
    progress = ProgressNotifier(
        notes=SqlNoteStore(shared.database),
        jobs=shared.jobs,
        deliveries=deliveries,
        personal=personal,
        clock=shared.clock,
    )
    shared.signals.progress.connect(progress.look)
    return progress


def _deliverer(
    shared: Shared,
    deliveries: DeliveryStore,
    images: ImageFetcher,
    progress: ProgressNotifier,
    claims: Claims,
) -> Deliverer:
    deliverer = Deliverer(
        deliveries=deliveries,
        images=images,
        progress=progress,
        clock=shared.clock,
        claims=claims,
        on_progress=shared.signals.progress,
        observer=shared.observer,
    )
    shared.signals.delivery_ready.connect(deliverer.delivery_ready)
    return deliverer


def _as_image_host(url: str) -> str:
    """Hold an ordinary https address to the strict rules; only a named origin may be private."""
    parts = urlsplit(url)
    return parts.hostname or url if parts.scheme == "https" and parts.port is None else url
