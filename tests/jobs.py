"""Jobs that somebody asks for, where a test does not care who, where and for what."""

from dataclasses import replace
from typing import Any

from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.jobs import Job, Mode, NewJob, new_job_id
from bot.domain.people import Actor
from bot.services.imagine import ImagineCommand
from bot.store import (
    SqlCallbackStore,
    SqlHistoryStore,
    SqlPollStore,
    SqlProgressStore,
    SqlQueueStore,
    SqlRequestStore,
    SqlRetentionStore,
)

ORIGIN = Origin(
    person=Person(platform="discord", id="1"),
    conversation=Conversation(platform="discord", tenant_id="5", id="7"),
)


class JobStores(
    SqlRequestStore,
    SqlQueueStore,
    SqlCallbackStore,
    SqlPollStore,
    SqlProgressStore,
    SqlHistoryStore,
    SqlRetentionStore,
):
    """All that can be done with jobs in the database, in one place."""


def command_of(job: Job, source_key: str) -> ImagineCommand:
    """Return another command of the person who asked for the job, from the same place."""
    return ImagineCommand(
        source_key=source_key, actor=Actor(person=job.origin.person), origin=job.origin
    )


def new_job(**changes: Any) -> NewJob:
    """Return a job of a command of its own, but for these fields."""
    (job,) = new_jobs(1, **changes)
    return job


def new_jobs(count: int, **changes: Any) -> list[NewJob]:
    """Return the jobs of one command: a group, unless it is a single one."""
    ids = [new_job_id() for _ in range(count)]
    jobs = [
        NewJob(
            id=job_id,
            source_key=f"discord:{ids[0]}:{number}",
            origin=ORIGIN,
            prompt="a cat",
            mode=Mode.FAST,
            group_id=ids[0] if count > 1 else None,
        )
        for number, job_id in enumerate(ids)
    ]
    return [replace(job, **changes) for job in jobs]
