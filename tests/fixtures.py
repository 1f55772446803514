"""The bot on a rig: real discord.py, service and store, before a Discord that is a stand-in."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

from bot.domain.jobs import Failure, Job, JobStatus, TaskReport
from bot.domain.pictures import FetchedImage
from bot.domain.timings import Timings
from bot.images import FetchPolicy, HttpImageFetcher
from bot.platforms.discord import ImagineBot, run_discord
from bot.platforms.discord.rendering import files_of, render_view
from bot.platforms.discord.timings import DiscordTimings
from bot.ports.deliveries import DeliveryStore
from bot.ports.images import ImageFetcher
from bot.ports.people import PersonalStore
from bot.ports.references import ReferenceStore
from bot.screens.result import failure_view, result_view
from bot.services.imagine import Accepted, ImagineCommand, ImagineService, Question
from bot.services.references import PICTURE_LIMITS, PictureLimits
from bot.services.requests import ReadRequest, Request, read_request
from bot.store import Database
from bot.store.outbox import show_placeholders
from bot.wiring import Externals
from bot.wiring.parts import Parts, build
from bot.wiring.stores import Stores
from bot.workers.signals import Signals
from tests.between import ObservedImages, StoreHooks
from tests.clocks import ShiftedClock
from tests.haste import PATIENT, UNHURRIED
from tests.jobs import JobStores
from tests.pictures import picture
from tests.standins.discord import Channel, DiscordStandIn, Interaction, Message
from tests.standins.migrated import scratch_url
from tests.timing import TIMEOUT_S
from tests.wiring import PUBLIC_URL, bot_of, services_of, settings_for

MINUTE = timedelta(minutes=1)


class ObservedService:
    """The service in between; a test sees its jobs, and may make it slow or break it."""

    delay_s = 0.0
    is_broken = False
    job_ids: tuple[str, ...] = ()

    _service: ImagineService

    def __init__(self) -> None:
        self.is_open = asyncio.Event()  # until it is, nothing gets through
        self.is_open.set()

    def around(self, service: ImagineService) -> Any:
        self._service = service
        return self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._service, name)

    async def imagine(self, request: Request, command: ImagineCommand) -> Accepted | Question:
        await self._let_through()
        return self._seen_of(await self._service.imagine(request, command))

    async def imagine_edited(self, *request: Any) -> Accepted | Question:
        await self._let_through()
        return self._seen_of(await self._service.imagine_edited(*request))

    async def imagine_after(self, *request: Any) -> Accepted | Question:
        await self._let_through()
        return self._seen_of(await self._service.imagine_after(*request))

    async def again(self, job_id: str, command: ImagineCommand) -> Accepted:
        await self.is_open.wait()
        return self._seen(await self._service.again(job_id, command))

    async def vary(self, job_id: str, number: int, command: ImagineCommand) -> Accepted:
        return self._seen(await self._service.vary(job_id, number, command))

    async def _let_through(self) -> None:
        await asyncio.sleep(self.delay_s)
        await self.is_open.wait()
        if self.is_broken:
            raise RuntimeError("a secret detail")

    def _seen_of(self, outcome: Accepted | Question) -> Accepted | Question:
        return self._seen(outcome) if isinstance(outcome, Accepted) else outcome

    def _seen(self, accepted: Accepted) -> Accepted:
        self.job_ids = (*self.job_ids, accepted.job.id)
        return accepted


class Rig:
    """The parts of a process before a Discord; what posts runs only where a test lets it."""

    def __init__(
        self,
        d: DiscordStandIn,
        clock: ShiftedClock,
        parts: Parts,
        images: ObservedImages,
        store_hooks: StoreHooks,
        *,
        service: Any,
    ) -> None:
        assert parts.gateway is not None
        self.d = d
        self.clock = clock
        self.images = images
        self.store_hooks = store_hooks
        self.database: Database = parts.database
        self.signals: Signals = parts.signals
        self.stores: Stores = parts.stores
        self.jobs = JobStores(parts.database)  # the same, but not what the bot itself calls
        self.references: ReferenceStore = parts.stores.references
        self.deliveries: DeliveryStore = parts.stores.deliveries
        self.personal: PersonalStore = parts.stores.personal
        self.services = services_of(parts)
        self.bot: ImagineBot = bot_of(parts)
        self.outbox = parts.gateway.outboxes["discord"]
        self.service = service

    async def imagine(
        self, prompt: str = "a red fox", channel: Channel | None = None, **options: object
    ) -> Interaction:
        place = channel or self.d.channel
        return await self.d.slash(self.d.ann, place, "imagine", prompt=prompt, **options)

    async def job(self, index: int = 0) -> Job:
        job = await self.jobs.get(self.service.job_ids[index])
        assert job is not None
        return job

    async def job_with(
        self, status: JobStatus, *, index: int = 0, has_placeholder: bool = False
    ) -> Job:
        """Return a job once it is so."""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                while True:
                    if len(self.service.job_ids) > index:
                        job = await self.job(index)
                        if job.status is status and (
                            job.origin.placeholder_id or not has_placeholder
                        ):
                            return job
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"{status} did not come\n{self.d.story()}") from None

    async def show_again(self, job: Job) -> None:
        """Let the placeholder of a job be shown once more, to which nothing happened."""
        await self.database.run(show_placeholders, [job.id], self.clock.now())
        self.outbox.look()

    async def card(
        self, prompt: str = "a red fox", *, failure: Failure | None = None, **options: Any
    ) -> Message:
        """Return the card of a job of Ann's that has ended."""
        await self.imagine(prompt, **options)
        job = await self.end_job(failure)
        images = [
            FetchedImage(index=index, url=url, data=picture(index))
            for index, url in enumerate(job.image_urls)
        ]
        view = result_view(job, 0, images) if images else failure_view(job)
        channel = self.bot.get_partial_messageable(self.d.channel.id)
        sent = await channel.send(view=render_view(view), files=files_of(view))
        card = self.d.channel.find(sent.id)
        assert card is not None
        return card

    async def end_job(self, failure: Failure | None = None, *, index: int = 0) -> Job:
        await self.job_with(JobStatus.QUEUED, index=index, has_placeholder=True)
        task_id = f"t{index + 1}"
        now = self.clock.now()
        (claimed,) = await self.jobs.claim_up_to(1, slots=1, hooked=False, now=now)
        await self.jobs.record_accepted(
            claimed.id, attempt=claimed.attempt, task_id=task_id, next_poll_at=now, now=now
        )
        # The provider's links: the CDN of the stand-in has no such files.
        urls = tuple(f"{self.d.cdn_url}/attachments/1/{n}/gone.png?ex&is&hm" for n in range(4))
        report = TaskReport(
            task_id=task_id, is_finished=True, image_urls=() if failure else urls, failure=failure
        )
        (ended,) = await self.jobs.record_poll(
            await self.jobs.fence(), [report], next_polls={}, asked_at=now, now=now
        )
        return ended


@asynccontextmanager
async def parts(
    d: DiscordStandIn,
    *,
    waiting: int = 20,
    daily: int = 50,
    has_public_url: bool = True,
    picture_limits: PictureLimits = PICTURE_LIMITS,
    database_url: str | None = None,
    images: Callable[[ImageFetcher], ImageFetcher] = lambda fetcher: fetcher,
    timings: Timings = PATIENT,
    discord_timings: DiscordTimings = UNHURRIED,
    read: ReadRequest = read_request,
) -> AsyncIterator[Rig]:
    """Return the bot, not yet connected; `images` stands between it and the stand-in's files."""
    clock = ShiftedClock()
    async with AsyncExitStack() as stack:
        policy = FetchPolicy(attempts=1)
        fetcher = await stack.enter_async_context(HttpImageFetcher((d.cdn_url,), policy=policy))
        settings = settings_for(
            d,
            database_url=database_url or stack.enter_context(scratch_url()),
            public_url=PUBLIC_URL if has_public_url else None,
            daily_jobs_per_user=daily,
            max_waiting_per_user=waiting,
        )
        observed, store_hooks = ObservedImages(images(fetcher)), StoreHooks()
        service: Any = ObservedService()
        externals = Externals(
            clock=clock,
            owner="test",
            images=observed,
            wrap_store=store_hooks,
            wrap_service=service.around,
            picture_limits=picture_limits,
            read_request=read,
            timings=timings,
            discord_timings=discord_timings,
        )
        async with build(settings, externals=externals) as built:
            yield Rig(d, clock, built, observed, store_hooks, service=service)


@asynccontextmanager
async def running(bot: ImagineBot, token: str) -> AsyncIterator[asyncio.Task[None]]:
    """Keep the bot connected while the context lasts."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(run_discord(bot, token))
        yield task
        task.cancel()
