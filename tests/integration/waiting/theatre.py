"""The bot on a stage on which what the provider does is played, and results are delivered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.domain.deliveries import DeliveryStatus
from bot.domain.jobs import Job, TaskReport
from bot.ports.images import ImageFetcher
from tests.pictures import picture
from tests.stage import Stage
from tests.standins.discord import Interaction, Message
from tests.timing import PATIENCE_S

MINUTE = timedelta(minutes=1)


RESULTS = "https://cdn.example/"


class Album:
    """The provider's pictures, which are always there; the rest is fetched."""

    def __init__(self, beyond: ImageFetcher) -> None:
        self._beyond = beyond

    async def fetch(self, url: str) -> tuple[bytes, str]:
        if not url.startswith(RESULTS):
            return await self._beyond.fetch(url)
        return picture(int(url.rpartition("/")[2].partition(".")[0])), "png"


class Theatre:
    """A stage on which what the provider does can be played, and results are delivered."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.d = stage.d
        self.deliverer = stage.deliverer

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        workers = (self.stage.progress, self.deliverer)
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(worker.run()) for worker in workers]
            yield
            for worker in running:
                worker.cancel()

    async def jobs(self) -> list[Job]:
        page = await self.stage.bot.personal.page(f"discord:{self.d.ann.id}")
        return sorted(page.jobs, key=lambda job: job.created_at)

    async def job(self) -> Job:
        (job,) = await self.jobs()
        return job

    async def queued(self, count: int = 1) -> list[Job]:
        """Give the jobs that wait, once their placeholder is known."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    jobs = await self.jobs()
                    if len(jobs) == count and all(job.origin.placeholder_id for job in jobs):
                        return jobs
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"no {count} jobs\n{self.d.story()}") from None

    async def asked(self, prompt: str = "a red fox", **options: object) -> Message:
        """Let Ann ask for one job; give the placeholder."""
        asked = await self.stage.imagine(prompt, **options)
        await self.queued()
        assert asked.response is not None
        return asked.response

    async def submitting(self, limit: int = 1) -> list[Job]:
        now = self.stage.clock.now()
        return await self.stage.jobs.claim(
            owner="test", lease_until=now + MINUTE, slots=10, limit=limit, hooked=True, now=now
        )

    async def drawing(self, limit: int = 1) -> list[Job]:
        """Let the provider take some jobs, as the dispatcher notes it."""
        claimed, now = await self.submitting(limit), self.stage.clock.now()
        for job in claimed:
            await self.stage.jobs.record_accepted(
                job.id, fence=job.fence, task_id=job.id, next_poll_at=now + MINUTE, now=now
            )
        self.stage.progress.look()
        return claimed

    async def done(self, *jobs: Job, images: int = 1) -> None:
        """Let the provider finish these jobs."""
        now = self.stage.clock.now()
        urls = tuple(f"{RESULTS}{number}.png" for number in range(images))
        reports = [TaskReport(task_id=job.id, is_finished=True, image_urls=urls) for job in jobs]
        await self.stage.jobs.record_poll(reports, next_polls={}, asked_at=now, now=now)
        self.deliverer.delivery_ready()

    async def delivered(self, job: Job, status: DeliveryStatus = DeliveryStatus.SENT) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    delivery = await self.stage.deliveries.get(job.id)
                    if delivery is not None and delivery.status is status:
                        return
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"{status} did not come\n{self.d.story()}") from None

    def step_a_minute(self) -> None:
        """Let a minute be over."""
        self.stage.clock.step(minutes=1)
        self.stage.progress.look()
        self.deliverer.delivery_ready()

    async def until_says(self, message: Message, words: str) -> None:
        await self.d.wait_for(lambda: words in message.text, what=words)

    def cards(self) -> list[Message]:
        return [message for message in self.d.channel.messages if "Delete" in message.labels]


async def question(
    theatre: Theatre, prompt: str = "a {red, blue} fox", **options: object
) -> Message:
    asked = await theatre.stage.imagine(prompt, **options)
    assert asked.response is not None
    assert asked.response.ephemeral
    return asked.response


async def group(theatre: Theatre, prompt: str = "a {red, blue, green} fox") -> Message:
    asked = await question(theatre, prompt)
    await theatre.d.press(theatre.d.ann, asked, "Start 3 jobs")
    await theatre.queued(3)
    return theatre.d.channel.messages[0]


def whispers(pressed: Interaction) -> str:
    shown = [message for message in (pressed.response, *pressed.followups) if message]
    return "\n".join(message.text for message in shown if message.ephemeral)
