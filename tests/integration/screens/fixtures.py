"""The services on a database, and screens whose replies are taken down."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

from bot.domain.jobs import Job, TaskReport
from bot.domain.views import Action
from bot.ports.observer import Observer
from bot.screens.asking import Asking
from bot.screens.edge import Edge
from bot.screens.imagine import ImagineScreen
from bot.screens.interaction import Interaction
from bot.screens.languages import Languages
from bot.screens.placeholder import PlaceholderScreen
from bot.screens.router import Router
from bot.screens.suggestions import Suggestions
from bot.services.estimates import Estimates
from bot.services.imagine import Accepted, ImagineService, Question
from bot.services.jobs import JobService
from bot.services.personal import PersonalService
from bot.services.requests import Request
from bot.store import Database
from bot.wiring import Role
from bot.wiring.stores import Stores
from tests.clocks import SteppedClock
from tests.jobs import JobStores
from tests.replies import NOW, RecordingReply, interaction
from tests.timing import TIMEOUT_S
from tests.wiring import parts_on, services_of


@dataclass
class Watch(Observer):
    """Takes down how long people waited for an answer."""

    answers: list[timedelta] = field(default_factory=list)

    def answered(self, platform: str, took: timedelta) -> None:
        self.answers.append(took)


@dataclass
class Desk:
    """What a person at the bot can do, and what came of it."""

    database: Database
    stores: Stores
    jobs: JobStores
    service: ImagineService
    asking: Asking
    watch: Watch
    edge: Edge

    async def ask(
        self, asked: Interaction, prompt: str = "a red fox", **request: Any
    ) -> Accepted | Question | None:
        """Ask for pictures."""
        accept = partial(self.service.imagine, Request(prompt=prompt, **request))
        return await self.asking.for_jobs(asked, accept)

    async def job(self, prompt: str = "a red fox", **request: Any) -> Job:
        """Return a job that was asked for, and whose placeholder stands."""
        accepted = await self.ask(command(), prompt, **request)
        assert isinstance(accepted, Accepted)
        return await self.now(accepted.job)

    async def now(self, job: Job) -> Job:
        """Return the job as it is now."""
        found = await self.jobs.get(job.id)
        assert found is not None
        return found

    async def draw(self) -> list[Job]:
        """Let the provider take all jobs that wait, and return them."""
        jobs, soon = await self.claimed(), NOW + timedelta(minutes=1)
        for job in jobs:
            await self.jobs.record_accepted(
                job.id, attempt=job.attempt, task_id=job.id, next_poll_at=soon, now=NOW
            )
        return jobs

    async def claimed(self) -> list[Job]:
        """Return all jobs that may start; they are being submitted from now on."""
        return list(await self.jobs.claim_up_to(10, now=NOW))

    async def succeed(self, job: Job) -> None:
        """Let a job that is drawn be finished."""
        links = ("https://cdn.example/1.png",)
        report = TaskReport(task_id=job.id, is_finished=True, image_urls=links)
        await self.jobs.record_poll(
            await self.jobs.fence(), [report], next_polls={}, asked_at=NOW, now=NOW
        )

    async def speak(self, language: str) -> None:
        """Let the person choose a language."""
        await self.stores.personal.change_preferences(
            interaction().person, lambda before: replace(before, language=language)
        )

    async def press(
        self, name: str, *values: str, reply: RecordingReply | None = None, **changes: Any
    ) -> RecordingReply:
        """Let somebody press a button, and return how that was answered."""
        reply = reply or RecordingReply()
        pressed = interaction(Action(name, values), reply=reply, **changes)
        await self.edge.run(pressed, self.edge.route(pressed))
        return reply


def command(token: str = "token 1", **changes: Any) -> Interaction:
    """Return the command of a person on a platform with reply tokens."""
    return interaction(**{"reply_token": token, **changes})


async def desk_on(database: Database) -> Desk:
    """Return the desk of a process."""
    clock, watch = SteppedClock(NOW), Watch()
    parts = await parts_on(database, roles=frozenset({Role.GATEWAY}), clock=clock)
    stores, service, access = parts.stores, services_of(parts).imagine, services_of(parts).access
    jobs = JobService(
        requests=stores.requests,
        progress=stores.progress,
        deliveries=stores.deliveries,
        access=access,
        estimates=Estimates(history=stores.history, clock=clock),
        clock=clock,
        slots=10,
    )
    personal = PersonalService(history=stores.history, personal=stores.personal)
    languages = Languages(personal, within_s=TIMEOUT_S)
    asking = Asking(service=service, languages=languages, clock=clock, observer=watch)
    router = Router(
        PlaceholderScreen(jobs=jobs, languages=languages),
        ImagineScreen(
            service=service,
            jobs=jobs,
            personal=personal,
            asking=asking,
            languages=languages,
            suggestions=Suggestions(personal=personal, within_s=TIMEOUT_S),
        ),
    )
    return Desk(
        database=database,
        stores=stores,
        jobs=JobStores(database),
        service=service,
        asking=asking,
        watch=watch,
        edge=Edge(router, languages),
    )
