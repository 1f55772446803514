"""The bot on a stage: real discord.py, service and store, before a Discord that is a stand-in."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import update

from bot.images import FetchPolicy, HttpImageFetcher, clean_png
from bot.models import Failure, FetchedImage, Job, JobStatus, Limits, TaskReport
from bot.personal import PersonalService
from bot.platforms.discord import DiscordPlatform, ImagineBot, run_discord
from bot.platforms.discord.interactions.attachments import link_end
from bot.platforms.discord.posting.content import Content
from bot.progress import ProgressNotifier
from bot.references import PICTURE_LIMITS, PictureLimits, ReferenceService
from bot.service import Accepted, ImagineRequest, ImagineService, Question
from bot.store import (
    Database,
    SqlDeliveryStore,
    SqlDraftStore,
    SqlJobStore,
    SqlNoteStore,
    SqlPersonalStore,
    SqlPromiseStore,
    SqlReferenceStore,
    SqlSettingStore,
    open_database,
)
from bot.store.tables import jobs as jobs_table
from bot.wishes import Wish
from tests.clocks import ShiftedClock
from tests.pictures import picture
from tests.standins.discord import Channel, DiscordStandIn, Interaction, Message
from tests.timing import PATIENCE_S

PUBLIC_URL = "https://bot.example"
MINUTE = timedelta(minutes=1)


class ObservedService(ImagineService):
    """The real service; a test sees its jobs, and may make it slow or break it."""

    delay_s = 0.0
    is_broken = False
    job_ids: tuple[str, ...] = ()

    async def imagine(self, wish: Wish, request: ImagineRequest) -> Accepted | Question:
        await asyncio.sleep(self.delay_s)
        if self.is_broken:
            raise RuntimeError("a secret detail")
        outcome = await super().imagine(wish, request)
        return self._seen(outcome) if isinstance(outcome, Accepted) else outcome

    async def again(self, job_id: str, request: ImagineRequest) -> Accepted:
        return self._seen(await super().again(job_id, request))

    async def vary(self, job_id: str, number: int, request: ImagineRequest) -> Accepted:
        return self._seen(await super().vary(job_id, number, request))

    def _seen(self, accepted: Accepted) -> Accepted:
        self.job_ids = (*self.job_ids, accepted.job.id)
        return accepted


@dataclass
class Stage:
    d: DiscordStandIn
    clock: ShiftedClock
    database: Database
    bot: ImagineBot
    service: ObservedService
    jobs: SqlJobStore
    references: SqlReferenceStore
    deliveries: SqlDeliveryStore
    personal: SqlPersonalStore
    progress: ProgressNotifier  # runs only where a test lets it

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
        """Give a job once it is so."""
        try:
            async with asyncio.timeout(PATIENCE_S):
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

    async def leave_note(self, job: Job) -> None:
        """Leave a note about a job to which nothing happened."""
        note = update(jobs_table).where(jobs_table.c.id == job.id)
        await self.database.run(
            lambda connection: connection.execute(note.values(noted_at=self.clock.now()))
        )
        self.progress.look()

    async def card(
        self, prompt: str = "a red fox", *, failure: Failure | None = None, **options: Any
    ) -> Message:
        """Give the card of a job of Ann's that has ended."""
        await self.imagine(prompt, **options)
        job = await self.end_job(failure)
        images = [
            FetchedImage(index=index, url=url, data=picture(index))
            for index, url in enumerate(job.image_urls)
        ]
        content = Content.of(job, 0, images)
        channel = self.bot.get_partial_messageable(self.d.channel.id)
        sent = await channel.send(view=content.view, files=content.files)
        card = self.d.channel.find(sent.id)
        assert card is not None
        return card

    async def end_job(self, failure: Failure | None = None, *, index: int = 0) -> Job:
        await self.job_with(JobStatus.QUEUED, index=index, has_placeholder=True)
        task_id = f"t{index + 1}"
        now = self.clock.now()
        (claimed,) = await self.jobs.claim(
            owner="test", lease_until=now + MINUTE, slots=1, limit=1, hooked=False, now=now
        )
        await self.jobs.record_accepted(
            claimed.id, fence=claimed.fence, task_id=task_id, next_poll_at=now, now=now
        )
        # The provider's links: the CDN of the stand-in has no such files.
        urls = tuple(f"{self.d.cdn_url}/attachments/1/{n}/gone.png?ex&is&hm" for n in range(4))
        report = TaskReport(
            task_id=task_id, is_finished=True, image_urls=() if failure else urls, failure=failure
        )
        (ended,) = await self.jobs.record_poll([report], next_polls={}, asked_at=now, now=now)
        return ended


def reference_link(reference_id: str) -> str:
    return f"{PUBLIC_URL}/reference/{reference_id}/tag.png"


def reference_id_in(link: str) -> str | None:
    found = re.fullmatch(r"https?://[^/]+/reference/(\w{20})/tag\.png", link)
    return None if found is None else found[1]


@asynccontextmanager
async def parts(
    d: DiscordStandIn,
    *,
    waiting: int = 20,
    daily: int = 50,
    has_public_url: bool = True,
    picture_limits: PictureLimits = PICTURE_LIMITS,
    database_url: str = "sqlite://",
) -> AsyncIterator[Stage]:
    """Give the bot, not yet connected."""
    clock = ShiftedClock()
    async with (
        open_database(database_url) as database,
        HttpImageFetcher((d.cdn_url,), policy=FetchPolicy(attempts=1)) as images,
    ):
        jobs, settings = SqlJobStore(database), SqlSettingStore(database)
        personal, references = SqlPersonalStore(database), SqlReferenceStore(database)
        limits = Limits(daily_per_user=daily, waiting_per_user=waiting, waiting=1000)
        deliveries = SqlDeliveryStore(database)
        progress = ProgressNotifier(
            notes=SqlNoteStore(database),
            jobs=jobs,
            deliveries=deliveries,
            personal=personal,
            clock=clock,
        )
        service = ObservedService(
            jobs=jobs,
            settings=settings,
            drafts=SqlDraftStore(database),
            personal=personal,
            clock=clock,
            limits=limits,
            slots=10,
            on_progress=progress.look,
        )
        bot = ImagineBot(
            service=service,
            personal=PersonalService(jobs=jobs, personal=personal),
            references=ReferenceService(
                store=references,
                clock=clock,
                clean=clean_png,
                link=reference_link if has_public_url else None,
                id_in=reference_id_in,
                link_end=partial(link_end, d.cdn_url),
                limits=picture_limits,
            ),
            images=images,
            cdn_url=d.cdn_url,
            settings=settings,
            promises=SqlPromiseStore(database),
            clock=clock,
        )
        platform = DiscordPlatform(bot)
        service.add_platform(platform)
        progress.add_platform(platform)
        yield Stage(
            d=d,
            clock=clock,
            database=database,
            bot=bot,
            service=service,
            jobs=jobs,
            references=references,
            deliveries=deliveries,
            personal=personal,
            progress=progress,
        )


@asynccontextmanager
async def running(bot: ImagineBot, token: str) -> AsyncIterator[asyncio.Task[None]]:
    """Keep the bot connected while the context lasts."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(run_discord(bot, token))
        yield task
        task.cancel()
