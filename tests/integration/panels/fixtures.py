"""A bot that can be started again, jobs to list, and what a panel shows of them."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta

from bot.clock import SystemClock
from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.jobs import Job, Mode, NewJob, TaskReport, new_job_id
from bot.domain.pictures import FetchedImage
from bot.domain.timings import Timings
from bot.images import FetchPolicy, HttpImageFetcher
from bot.platforms.discord import ImagineBot, run_discord
from bot.platforms.discord.rendering import files_of, render_view
from bot.platforms.discord.timings import DiscordTimings
from bot.ports.deliveries import DeliveryStore
from bot.screens.result import result_view
from bot.services.personal import PersonalService
from bot.store import Database
from bot.wiring import Externals
from bot.wiring.parts import build
from tests.between import ObservedImages, StoreHooks
from tests.haste import UNHURRIED, UNHURRIED_PICTURES
from tests.jobs import JobStores, record_posted
from tests.pictures import picture
from tests.standins.discord import DiscordStandIn, Interaction, Message, User
from tests.wiring import bot_of, services_of, settings_for

MINUTE = timedelta(minutes=1)
BUTTON_OF_AN_EXAMPLE = "imagine:help.try:0"


@dataclass
class Rig:
    """A database, and one process after another that runs the bot on it."""

    d: DiscordStandIn
    database: Database
    stack: AsyncExitStack
    timings: Timings = UNHURRIED_PICTURES
    discord_timings: DiscordTimings = UNHURRIED
    store_hooks: StoreHooks = field(default_factory=StoreHooks)
    images: ObservedImages = field(init=False)
    bot: ImagineBot = field(init=False)
    jobs: JobStores = field(init=False)
    deliveries: DeliveryStore = field(init=False)
    personal: PersonalService = field(init=False)

    async def start(self) -> None:
        """Start a process of the bot; an earlier one is gone, and all that it remembered."""
        await self.stack.aclose()
        await self.d.wait_for(lambda: not self.d.gateway.live_sessions)
        fetcher = await self.stack.enter_async_context(
            HttpImageFetcher((self.d.cdn_url,), policy=FetchPolicy(attempts=1))
        )
        self.images = ObservedImages(fetcher)
        externals = Externals(
            database=self.database,
            images=self.images,
            wrap_store=self.store_hooks,
            timings=self.timings,
            discord_timings=self.discord_timings,
        )
        building = build(settings_for(self.d, public_url=None), externals=externals)
        parts = await self.stack.enter_async_context(building)
        self.bot, self.personal = bot_of(parts), services_of(parts).personal
        self.jobs, self.deliveries = JobStores(parts.database), parts.stores.deliveries
        tasks = await self.stack.enter_async_context(asyncio.TaskGroup())
        task = tasks.create_task(run_discord(self.bot, self.d.token))
        self.stack.callback(task.cancel)
        await self.d.wait_until_connected()

    async def slash(self, command: str, user: User | None = None, **options: object) -> Interaction:
        return await self.d.slash(user or self.d.ann, self.d.channel, command, **options)

    async def asked_privately(
        self, command: str, user: User | None = None, **options: object
    ) -> Message:
        """Return the message that only the person sees, once it stands there."""
        asked = await self.slash(command, user, **options)
        assert asked.response is not None, self.d.story()
        assert asked.response.ephemeral
        return asked.response

    async def press(self, message: Message, label: str, user: User | None = None) -> Interaction:
        return await self.d.press(user or self.d.ann, message, label)

    async def add_job(self, prompt: str, user: User | None = None, *, jobs: int = 1) -> Job:
        """Put a job, or several of one command, into the queue; give the first."""
        user, job_id, now = user or self.d.ann, new_job_id(), SystemClock().now()
        origin = Origin(
            person=Person(platform="discord", id=str(user.id)),
            conversation=Conversation(
                platform="discord", tenant_id=str(self.d.guild.id), id=str(self.d.channel.id)
            ),
        )
        ids = [job_id, *(new_job_id() for _ in range(jobs - 1))]
        new = [
            NewJob(
                id=each,
                source_key=f"draft:{job_id}:{number}",
                origin=origin,
                prompt=prompt,
                mode=Mode.FAST,
                group_id=job_id if jobs > 1 else None,
            )
            for number, each in enumerate(ids)
        ]
        (job, *_), _ = await self.jobs.add(
            new, admit=lambda _: None, slots=10, now=now, claimable_at=now
        )
        return job

    async def start_job(self, job: Job) -> None:
        """Let the provider take the oldest job in the queue."""
        now = SystemClock().now()
        (claimed,) = await self.jobs.claim_up_to(1, hooked=False, now=now)
        assert claimed.id == job.id
        await self.jobs.record_accepted(
            job.id, attempt=claimed.attempt, task_id=f"t-{job.id}", next_poll_at=now, now=now
        )

    async def finish_job(self, job: Job, *, link: str = "/attachments/1/{}/gone.png?ex") -> Job:
        """Let a job that waits be drawn; by default its links are dead."""
        await self.start_job(job)
        now = SystemClock().now()
        urls = tuple(self.d.cdn_url + link.format(n) for n in range(4))
        report = TaskReport(task_id=f"t-{job.id}", is_finished=True, image_urls=urls)
        (ended,) = await self.jobs.record_poll(
            await self.jobs.fence(), [report], next_polls={}, asked_at=now, now=now
        )
        return ended

    async def post(self, job: Job, draw: Callable[[int], bytes] = picture) -> Message:
        """Deliver the result of a finished job; `draw` makes the picture of an index."""
        images = [
            FetchedImage(index=index, url=url, data=draw(index))
            for index, url in enumerate(job.image_urls)
        ]
        view = result_view(job, 0, images)
        channel = self.bot.get_partial_messageable(int(job.origin.conversation.id))
        sent = await channel.send(view=render_view(view), files=files_of(view))
        await record_posted(self.database, job, message_id=str(sent.id))
        card = self.d.world.channels[sent.channel.id].find(sent.id)
        assert card is not None
        return card

    def person(self, user: User | None = None) -> Person:
        return Person.of(f"discord:{(user or self.d.ann).id}")


def menus(message: Message) -> list[str]:
    """Return the custom ids of the menus of a message."""
    found = []

    def walk(components: list[dict[str, object]]) -> None:
        for component in components:
            if component["type"] == 3:
                found.append(str(component["custom_id"]))
            walk(component.get("components", []))  # type: ignore[arg-type]

    walk(message.components)
    return found


def said(pressed: Interaction) -> str:
    """Return what was said in a new message that only the person sees."""
    asked_privately = [*pressed.followups]
    if pressed.response is not pressed.message and pressed.response is not None:
        asked_privately.append(pressed.response)
    return "\n".join(message.text for message in asked_privately if message.ephemeral)
