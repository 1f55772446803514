"""The composition root: picks every implementation, and fixes the order of start and stop.

Start: the port first (hosts wait for it), then the database, then the workers, then Discord.
Stop: nothing new is taken, what is under way has a few seconds, then everything closes. Being
killed instead is as good: correctness never depends on a clean stop.
"""

import asyncio
import secrets
import signal
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

import stamina
import structlog

from bot.addresses import is_public
from bot.clock import SystemClock
from bot.config import Settings
from bot.delivery import Deliverer
from bot.dispatcher import Dispatcher
from bot.errors import ImagineError, StoreBusyError, StoreError, StoreUnusableError
from bot.images import HttpImageFetcher, clean_png
from bot.janitor import Janitor
from bot.leases import LeaseKeeper
from bot.midjourney.client import HttpMidjourneyClient
from bot.models import Mode
from bot.personal import PersonalService
from bot.platforms.discord import DiscordPlatform, ImagineBot, point_at, run_discord
from bot.ports import Clock
from bot.progress import ProgressNotifier
from bot.reconciler import Reconciler, first_poll_after
from bot.references import ReferenceService
from bot.service import ImagineService
from bot.store import (
    Database,
    SqlDeliveryStore,
    SqlDraftStore,
    SqlJobStore,
    SqlPersonalStore,
    SqlReferenceStore,
    SqlSettingStore,
    open_database,
)
from bot.web import CallbackTags, ReferenceTags, WebServer
from bot.web.references import ReferenceHandler
from bot.web.webhook import CallbackHandler

log = structlog.get_logger(__name__)

# For work under way. Closing Discord and the web server may add 3 s, and a stop has 8 s in all.
DRAIN_S = 4.5
DATABASE_RETRY_MAX_S = 15.0

RunDiscord = Callable[[ImagineBot, str], Coroutine[None, None, None]]


@dataclass(slots=True, kw_only=True)
class Outside:
    """The parts that the demo and the tests replace; by default the real world."""

    run_discord: RunDiscord = run_discord
    clock: Clock = field(default_factory=SystemClock)
    typical_times: Mapping[Mode, timedelta] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What runs while the database is open."""

    dispatcher: Dispatcher
    reconciler: Reconciler
    deliverer: Deliverer
    progress: ProgressNotifier
    leases: LeaseKeeper
    janitor: Janitor
    callback: CallbackHandler
    reference: ReferenceHandler
    bot: ImagineBot


class App:
    """One process of the bot."""

    def __init__(self, settings: Settings, outside: Outside | None = None) -> None:
        self._settings = settings
        self._outside = outside or Outside()
        self._server = WebServer()
        self._port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._stopping = asyncio.Event()
        self._life: asyncio.Task[None] | None = None
        self._is_serving = False

    def stop(self) -> None:
        """Begin to stop; `run` returns within 8 seconds."""
        self._stopping.set()
        if self._life is not None and not self._is_serving:
            self._life.cancel()  # still starting: there is nothing to drain

    async def port(self) -> int:
        """Give the port, once it is bound."""
        return await asyncio.shield(self._port)

    async def run(self) -> None:
        """Run until `stop`.

        Raises:
            PortUnavailableError: the port cannot be bound.
            StoreBusyError, StoreUnusableError: we cannot have the SQLite file.
            TokenRejectedError: Discord does not accept the token.
        """
        try:
            async with self._server.listen(self._settings.port) as port:
                self._port.set_result(port)
                log.info("listening", port=port)
                async with asyncio.TaskGroup() as group:
                    self._life = group.create_task(self._live())
        except* ImagineError as errors:
            raise _first(errors) from None
        log.info("stopped")

    async def _live(self) -> None:
        async with AsyncExitStack() as stack:
            database = await self._open_database(stack)
            parts = await self._build(stack, database)
            await parts.leases.take_over()
            self._is_serving = True
            await self._serve(parts, database)

    async def _open_database(self, stack: AsyncExitStack) -> Database:
        """Open the database; wait for one that is away, but not for a file that is taken."""
        async for attempt in stamina.retry_context(
            on=_may_pass,
            attempts=None,
            timeout=None,
            wait_max=DATABASE_RETRY_MAX_S,
        ):
            with attempt:
                database = open_database(self._settings.database_url)
                return await stack.enter_async_context(database)
        raise AssertionError("stamina gave up")  # pragma: no cover

    async def _build(self, stack: AsyncExitStack, database: Database) -> _Parts:
        """Make every part and connect them."""
        settings, clock = self._settings, self._outside.clock
        owner = secrets.token_hex(8)
        jobs, store = SqlJobStore(database), SqlSettingStore(database)
        personal, drafts = SqlPersonalStore(database), SqlDraftStore(database)
        references = SqlReferenceStore(database)
        secret = await _webhook_secret(settings, store)
        tags, reference_tags = CallbackTags(secret), ReferenceTags(secret)
        api = await stack.enter_async_context(
            HttpMidjourneyClient(
                api_key=settings.midjourney_api_key.get_secret_value(),
                base_url=settings.midjourney_api_url,
            )
        )
        images = await stack.enter_async_context(
            HttpImageFetcher((*settings.image_hosts, _as_image_host(settings.discord_cdn_url)))
        )
        deliveries = SqlDeliveryStore(database)
        progress = ProgressNotifier(
            jobs=jobs, deliveries=deliveries, personal=personal, clock=clock
        )
        deliverer = Deliverer(
            deliveries=deliveries, images=images, progress=progress, clock=clock, owner=owner
        )
        poll_interval = timedelta(seconds=settings.poll_interval)
        dispatcher = Dispatcher(
            jobs=jobs,
            settings=store,
            api=api,
            clock=clock,
            owner=owner,
            slots=settings.midjourney_concurrency,
            first_poll_after=partial(first_poll_after, poll_interval=poll_interval),
            hook_url=_hook_url(settings, tags),
            on_delivery_ready=deliverer.delivery_ready,
            on_progress=progress.changed,
        )
        reconciler = Reconciler(
            jobs=jobs,
            api=api,
            clock=clock,
            poll_interval=poll_interval,
            on_slot_freed=dispatcher.slot_freed,
            on_delivery_ready=deliverer.delivery_ready,
        )
        service = ImagineService(
            jobs=jobs,
            settings=store,
            drafts=drafts,
            personal=personal,
            clock=clock,
            limits=settings.limits,
            slots=settings.midjourney_concurrency,
            max_batch=settings.max_batch,
            allowed_tenants=settings.allowed_guilds,
            typical_times=self._outside.typical_times,
            on_job_ready=dispatcher.job_ready,
            on_progress=progress.changed,
        )
        bot = ImagineBot(
            service=service,
            personal=PersonalService(jobs=jobs, personal=personal),
            references=ReferenceService(
                store=references,
                clock=clock,
                clean=clean_png,
                link=_reference_link(settings, reference_tags),
            ),
            images=images,
            settings=store,
            cdn_url=settings.discord_cdn_url,
            clock=clock,
        )
        platform = DiscordPlatform(bot)
        service.add_platform(platform)
        deliverer.add_platform(platform)
        progress.add_platform(platform)
        return _Parts(
            dispatcher=dispatcher,
            reconciler=reconciler,
            deliverer=deliverer,
            progress=progress,
            leases=LeaseKeeper(
                jobs=jobs, clock=clock, owner=owner, others_are_dead=database.is_exclusive
            ),
            janitor=Janitor(jobs=jobs, drafts=drafts, references=references, clock=clock),
            callback=CallbackHandler(
                jobs=jobs, tags=tags, clock=clock, on_callback=reconciler.hint
            ),
            reference=ReferenceHandler(references=references, tags=reference_tags),
            bot=bot,
        )

    async def _serve(self, parts: _Parts, database: Database) -> None:
        """Run all parts until it is time to stop, then let the workers drain."""
        token = self._settings.discord_token.get_secret_value()
        async with asyncio.TaskGroup() as group:
            workers = {
                "dispatcher": group.create_task(parts.dispatcher.run()),
                "reconciler": group.create_task(parts.reconciler.run()),
                "delivery": group.create_task(parts.deliverer.run()),
                "progress": group.create_task(parts.progress.run()),
            }
            helpers = [
                group.create_task(parts.leases.run()),
                group.create_task(parts.janitor.run()),
                group.create_task(self._outside.run_discord(parts.bot, token)),
            ]
            self._server.open(
                callback=parts.callback,
                reference=parts.reference,
                checks=_checks(database, workers),
            )
            await self._stopping.wait()
            log.info("stopping")
            for worker in (parts.dispatcher, parts.reconciler, parts.deliverer, parts.progress):
                worker.stop()
            await asyncio.wait(workers.values(), timeout=DRAIN_S)
            for task in (*workers.values(), *helpers):
                task.cancel()


async def run_until_signalled(settings: Settings, outside: Outside | None = None) -> None:
    """Run one process until SIGTERM or SIGINT; see `App.run` for what it raises."""
    point_at(settings.discord_api_url, settings.discord_gateway_url)
    _warn_about(settings)
    app = App(settings, outside)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, app.stop)
    await app.run()


def _may_pass(error: Exception) -> bool:
    """Whether waiting for the database may help."""
    lasting = StoreBusyError | StoreUnusableError
    return isinstance(error, StoreError) and not isinstance(error, lasting)


def _first(errors: BaseExceptionGroup[ImagineError]) -> ImagineError:
    """Give the first of our errors, however deep the task groups have wrapped it."""
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


async def _webhook_secret(settings: Settings, store: SqlSettingStore) -> str:
    if settings.webhook_secret is not None:
        return settings.webhook_secret.get_secret_value()
    return await store.get_or_create("webhook_secret", secrets.token_urlsafe(32))


def _hook_url(settings: Settings, tags: CallbackTags) -> Callable[[str], str] | None:
    public_url = settings.public_url
    if public_url is None:
        return None
    return lambda job_id: tags.hook_url(public_url, job_id)


def _reference_link(settings: Settings, tags: ReferenceTags) -> Callable[[str], str] | None:
    public_url = settings.public_url
    if public_url is None:
        return None
    return lambda reference_id: tags.link(public_url, reference_id)


def _as_image_host(url: str) -> str:
    """Hold an ordinary https address to the strict rules; only a named origin may be private."""
    parts = urlsplit(url)
    return parts.hostname or url if parts.scheme == "https" and parts.port is None else url


def _checks(
    database: Database, workers: Mapping[str, asyncio.Task[None]]
) -> dict[str, Callable[[], Awaitable[bool]]]:
    return {"database": database.is_ready, **{name: _alive(w) for name, w in workers.items()}}


def _alive(task: asyncio.Task[None]) -> Callable[[], Awaitable[bool]]:
    async def is_alive() -> bool:
        return not task.done()

    return is_alive


def _warn_about(settings: Settings) -> None:
    """Point out settings that work but are probably not meant."""
    if not settings.allowed_guilds:
        log.warning("every_server_may_spend", hint="set ALLOWED_GUILDS to your servers' ids")
    if settings.public_url is None:
        log.warning("polling_only", hint="set PUBLIC_URL so that results arrive at once")
    elif not _looks_public(settings.public_url):
        log.warning("public_url_looks_private", hint="the provider must reach PUBLIC_URL")


def _looks_public(url: str) -> bool:
    """Whether the provider can probably reach this address, and safely."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_address = host.replace(".", "").isdigit() or ":" in host
    return parts.scheme == "https" and host != "localhost" and (not is_address or is_public(host))
