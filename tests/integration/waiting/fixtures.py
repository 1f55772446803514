"""The bot on a rig on which what the provider does is played, and results are delivered."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.domain.conversations import Person
from bot.domain.deliveries import DeliveryStatus
from bot.domain.jobs import Job, TaskReport
from bot.ports.images import ImageFetcher
from tests.fixtures import Rig
from tests.pictures import picture
from tests.standins.discord import Interaction, Message
from tests.tenures import endless_tenure
from tests.timing import TIMEOUT_S

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


class Scene:
    """A rig on which what the provider does can be played, and results are delivered."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.d = rig.d

    @property
    def person(self) -> Person:
        """Ann, who asks."""
        return Person.of(f"discord:{self.d.ann.id}")

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        tenure = endless_tenure(await self.rig.jobs.fence())
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(self.rig.outbox.run(tenure))
            yield
            running.cancel()

    async def jobs(self) -> list[Job]:
        page = await self.rig.services.personal.page(self.person)
        return sorted(page.jobs, key=lambda job: job.created_at)

    async def job(self) -> Job:
        (job,) = await self.jobs()
        return job

    async def queued(self, count: int = 1) -> list[Job]:
        """Return the jobs that wait, once their placeholder is known."""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                while True:
                    jobs = await self.jobs()
                    if len(jobs) == count and all(job.origin.placeholder_id for job in jobs):
                        return jobs
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"no {count} jobs\n{self.d.story()}") from None

    async def asked(self, prompt: str = "a red fox", **options: object) -> Message:
        """Let Ann ask for one job; give the placeholder."""
        asked = await self.rig.imagine(prompt, **options)
        await self.queued()
        assert asked.response is not None
        return asked.response

    async def submitting(self, limit: int = 1) -> Sequence[Job]:
        now = self.rig.clock.now()
        return await self.rig.jobs.claim_up_to(limit, now=now)

    async def drawing(self, limit: int = 1) -> Sequence[Job]:
        """Let the provider take some jobs, as the dispatcher notes it."""
        claimed, now = await self.submitting(limit), self.rig.clock.now()
        for job in claimed:
            await self.rig.jobs.record_accepted(
                job.id, attempt=job.attempt, task_id=job.id, next_poll_at=now + MINUTE, now=now
            )
        self.rig.outbox.look()
        return claimed

    async def done(self, *jobs: Job, images: int = 1) -> None:
        """Let the provider finish these jobs."""
        now = self.rig.clock.now()
        urls = tuple(f"{RESULTS}{number}.png" for number in range(images))
        reports = [TaskReport(task_id=job.id, is_finished=True, image_urls=urls) for job in jobs]
        await self.rig.jobs.record_poll(
            await self.rig.jobs.fence(), reports, next_polls={}, asked_at=now, now=now
        )
        self.rig.outbox.look()

    async def delivered(self, job: Job, status: DeliveryStatus = DeliveryStatus.POSTED) -> None:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                while True:
                    delivery = await self.rig.deliveries.get(job.id)
                    if delivery is not None and delivery.status is status:
                        return
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"{status} did not come\n{self.d.story()}") from None

    def step_a_minute(self) -> None:
        """Let a minute be over."""
        self.rig.clock.step(minutes=1)
        self.rig.outbox.look()

    async def until_says(self, message: Message, words: str) -> None:
        await self.d.wait_for(lambda: words in message.text, what=words)

    def cards(self) -> list[Message]:
        return [message for message in self.d.channel.messages if "Delete" in message.labels]


async def question(scene: Scene, prompt: str = "a {red, blue} fox", **options: object) -> Message:
    asked = await scene.rig.imagine(prompt, **options)
    assert asked.response is not None
    assert asked.response.ephemeral
    return asked.response


async def group(scene: Scene, prompt: str = "a {red, blue, green} fox") -> Message:
    asked = await question(scene, prompt)
    await scene.d.press(scene.d.ann, asked, "Start 3 jobs")
    await scene.queued(3)
    return scene.d.channel.messages[0]


def private_words(pressed: Interaction) -> str:
    shown = [message for message in (pressed.response, *pressed.followups) if message]
    return "\n".join(message.text for message in shown if message.ephemeral)
