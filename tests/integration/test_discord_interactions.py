"""Commands, buttons and the connection over the wire: real discord.py, store and service."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import discord
import pytest
import yarl

from bot.clock import SystemClock
from bot.errors import TokenRejectedError
from bot.images import HttpImageFetcher
from bot.models import Job, JobStatus, Limits, QueuePlace
from bot.platforms.discord import DiscordPlatform, ImagineBot, answers, connection, run_discord
from bot.platforms.discord.content import Content
from bot.service import Accepted, ImagineRequest, ImagineService
from bot.store import Database, SqlJobStore, SqlSettingStore, open_database
from tests.standins.discord import Channel, DiscordStandIn, Interaction, Message, User, faults

CALLBACK = "/interactions/{interaction_id}/{token}/callback"
COMMANDS = "/applications/{application_id}/commands"
MESSAGES = "/channels/{channel_id}/messages"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x08\x00\x00\x00\x06" + b"\x00" * 40


class StubbornService(ImagineService):
    """The real service, made slow, or broken, when a test wants it."""

    delay_s = 0.0
    breaks = False

    async def imagine(self, request: ImagineRequest) -> Accepted:
        await asyncio.sleep(self.delay_s)
        if self.breaks:
            raise RuntimeError("secret detail")
        return await super().imagine(request)


@dataclass
class Stage:
    d: DiscordStandIn
    service: StubbornService
    jobs: SqlJobStore
    database: Database
    bot: ImagineBot

    async def imagine(
        self, prompt: str = "a red fox", *, channel: Channel | None = None
    ) -> Interaction:
        where = channel or self.d.channel
        return await self.d.slash(self.d.ann, where, "imagine", prompt=prompt)

    async def the_job(self, status: JobStatus | None = None) -> Job:
        """Give the one job there is, once it has this status."""
        for _ in range(200):
            job = await self._find_job()
            if job is not None and status in {None, job.status}:
                return job
            await asyncio.sleep(0.02)
        raise AssertionError(f"no such job: {job}")

    async def _find_job(self) -> Job | None:
        ids = await self.job_ids()
        return await self.jobs.get(ids[0]) if ids else None

    async def job_ids(self) -> list[str]:
        return await self.database.run(
            lambda connection: [
                row.id for row in connection.exec_driver_sql("SELECT id FROM jobs").all()
            ]
        )

    async def is_claimable_now(self) -> bool:
        job = await self.the_job()
        return job.claimable_at <= SystemClock().now()

    async def post_card(self, job: Job) -> Message:
        """Put the result card of Ann's job into the channel."""
        images = [
            discord.File  # placeholder for the type checker; replaced below
        ]
        del images
        shown = [
            FetchedImage(index=index, url=url, data=PNG + bytes([index]))
            for index, url in enumerate(job.image_urls)
        ]
        content = Content.of(job, 0, shown)
        sent = await self.bot.get_partial_messageable(self.d.channel.id).send(
            view=content.view, files=content.files, allowed_mentions=content.mentions
        )
        found = self.d.channel.find(sent.id)
        assert found is not None
        return found
