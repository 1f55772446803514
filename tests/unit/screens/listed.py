"""A person's jobs to list, in memory."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from bot.domain.conversations import Conversation, Person
from bot.domain.deliveries import Delivery, DeliveryStatus, Part
from bot.domain.errors import ImageError, NotAllowedError, UnreadableError
from bot.domain.jobs import (
    Failure,
    FailureCode,
    GroupProgress,
    Job,
    JobFilter,
    JobPage,
    JobStatus,
    Mode,
)
from bot.domain.messages import Message, SeenPicture
from bot.domain.texts import msg
from bot.domain.timings import TIMINGS, Timings
from bot.services.memory_budget import MemoryBudget
from bot.services.posted_pictures import PostedPictures
from tests.jobs import ORIGIN
from tests.replies import NOW


def job(status: JobStatus = JobStatus.SUCCEEDED, *, number: int = 0, **changes: Any) -> Job:
    is_done = status is JobStatus.SUCCEEDED
    sample = Job(
        id=f"{'a' * 19}{'abcdefghijklmnopqrstuvwxyz'[number]}",
        source_key=f"discord:8:{number}",
        origin=ORIGIN,
        prompt="a fox",
        mode=Mode.FAST,
        status=status,
        created_at=NOW,
        claimable_at=NOW,
        finished_at=NOW if status.is_final else None,
        image_urls=(f"provider/{number}",) if is_done else (),
        failure=Failure(code=FailureCode.LINK) if status is JobStatus.FAILED else None,
    )
    return replace(sample, **changes)


def delivery(of: Job) -> Delivery:
    part = Part(number=0, images=(0,), started_at=NOW, message_id="60")
    return Delivery(job_id=of.id, status=DeliveryStatus.POSTED, parts=(part,))


def page(jobs: Iterable[Job], *, number: int = 0, total: int | None = None) -> JobPage:
    listed = tuple(jobs)
    return JobPage(
        jobs=listed,
        number=number,
        total=len(listed) if total is None else total,
        size=5,
        deliveries={each.id: delivery(each) for each in listed},
    )


class Kept:
    """The stores that know these jobs; all of them came from one command."""

    def __init__(self, *jobs: Job) -> None:
        self.jobs = {each.id: each for each in jobs}
        self.asked: list[tuple[JobFilter, int]] = []

    async def page(self, person: Person, wanted: JobFilter, *, number: int, size: int) -> JobPage:
        self.asked.append((wanted, number))
        found = [each for each in self.jobs.values() if each.origin.person == person]
        if wanted.job_id is not None:
            found = [each for each in found if each.id == wanted.job_id]
        return page(found, number=number)

    async def get(self, job_id: str) -> Job | None:
        return self.jobs.get(job_id)

    async def cancel(self, job_id: str, *, now: object) -> int:
        waiting = [each for each in self.jobs.values() if each.is_cancellable]
        cancelled = [replace(each, status=JobStatus.CANCELLED) for each in waiting]
        self.jobs |= {each.id: each for each in cancelled}
        return len(cancelled)

    async def group_progress(self, job_id: str) -> GroupProgress:
        return GroupProgress(total=len(self.jobs), finished=0, in_flight=0)


CLOSED = "closed"  # the id of a conversation where nothing can be posted


class Chat:
    """A platform that knows the addresses of messages, and can read none."""

    def address(self, message: Message) -> str:
        return f"chat/{message.id}"

    async def pictures_of(self, message: Message) -> tuple[SeenPicture, ...]:
        raise UnreadableError("not there")

    async def fetch(self, link: str) -> tuple[bytes, str]:
        raise ImageError("gone")

    async def check_may_post(self, conversation: Conversation) -> None:
        if conversation.id == CLOSED:
            raise NotAllowedError(msg("I'm not here."))


class Provider:
    """Has pictures behind some links, and makes them as small as one likes."""

    def __init__(self, **pictures: bytes) -> None:
        self.pictures = {name.replace("_", "/"): data for name, data in pictures.items()}
        self.fetched: list[str] = []
        self.limits: list[int] = []  # of bytes, that a picture was made to fit

    async def fetch(self, url: str) -> tuple[bytes, str]:
        self.fetched.append(url)
        if url not in self.pictures:
            raise ImageError("gone")
        return self.pictures[url], "png"

    async def fit(self, data: bytes, *, max_bytes: int) -> tuple[bytes, str]:
        self.limits.append(max_bytes)
        return data[:max_bytes], "webp"


def pictures(provider: Provider, timings: Timings = TIMINGS) -> PostedPictures:
    return PostedPictures(
        images=provider,
        fitter=provider,
        platform_of=lambda _: Chat(),
        memory=MemoryBudget(10),
        timings=timings,
    )
