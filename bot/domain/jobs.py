"""Jobs: one request for images is one job, and one submit to the provider."""

import re
import secrets
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.conversations import Origin
from bot.domain.deliveries import Delivery
from bot.domain.texts import Text

JOB_ID_LENGTH = 20  # 100 bits, and short enough for a Discord nonce with a part number (25)
JOB_ID_PATTERN = re.compile(rf"[a-z2-7]{{{JOB_ID_LENGTH}}}")  # base32, lower case


def new_job_id() -> str:
    """Return a fresh, unguessable job id."""
    # All in one call: each lets other threads go first.
    return b32encode(secrets.token_bytes(JOB_ID_LENGTH))[:JOB_ID_LENGTH].decode().lower()


class JobStatus(StrEnum):
    """Where a job stands. Moves forwards only; see the diagram in docs/how-it-works.md."""

    QUEUED = "queued"  # accepted by us, not yet sent to the provider
    SUBMITTING = "submitting"  # holds a slot; the submit call may be under way
    RUNNING = "running"  # the provider has it and gave a task id
    UNKNOWN = "unknown"  # the submit's answer was lost: it may run, and it may have been charged
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"  # before it was submitted, so free of charge

    @property
    def is_final(self) -> bool:
        """Nothing can happen to the job any more."""
        return self in _FINAL

    @property
    def is_in_flight(self) -> bool:
        """The job holds one of the provider's slots."""
        return self in _IN_FLIGHT


_FINAL = frozenset({JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED})
_IN_FLIGHT = frozenset({JobStatus.SUBMITTING, JobStatus.RUNNING, JobStatus.UNKNOWN})


class Mode(StrEnum):
    """The provider's speed. Fast costs twice the quota of relaxed."""

    FAST = "fast"
    RELAXED = "relaxed"

    @property
    def provider_timeout(self) -> timedelta:
        """How long the provider may take before it gives up (the submit's `timeout` field)."""
        return timedelta(seconds=600 if self is Mode.FAST else 1200)

    @property
    def typical_time(self) -> timedelta:
        """How long a job usually takes (seen at peers), for estimates and the first status poll."""
        return timedelta(seconds=60 if self is Mode.FAST else 250)


class FailureCode(StrEnum):
    """Why a job failed, by who can do something about it."""

    QUOTA = "quota"  # operator: the account is out of quota (code 1001)
    KEY = "key"  # operator: the provider refuses our key
    OPERATOR = "operator"  # operator: subscription, blocked account, …
    PROMPT = "prompt"  # the person: banned words, bad parameter, …
    LINK = "link"  # the person: an image link the provider cannot use
    REJECTED = "rejected"  # the person: refused by the provider for another reason
    PROVIDER = "provider"  # nobody: the provider broke down; try again
    NO_IMAGES = "no_images"  # nobody: reported as done, but without an image
    UNCERTAIN = "uncertain"  # nobody: the submit's answer was lost; may have been charged
    LATE = "late"  # nobody: no result before the deadline; may have been charged
    EXPIRED = "expired"  # operator: waited in our queue too long; not charged


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a job failed: a code, and the provider's own words when it gave any."""

    code: FailureCode
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """Which picture a job varies."""

    number: int  # of the other result's pictures, from 1
    message_url: str | None = None  # of the message where its button was pressed, if that stays


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One request for images. One job is one submit to the provider."""

    id: str
    source_key: str  # unique per command and job, e.g. "discord:<interaction id>:0"
    origin: Origin
    prompt: str  # exactly what the provider gets
    mode: Mode
    status: JobStatus
    group_id: str | None = None  # the first job's id, when one command made several
    is_private: bool = False  # the result only for the person who asked
    is_discarded: bool = False  # the result is kept, but not posted
    remarks: tuple[Text, ...] = ()  # what was put right in the prompt, and warnings
    variation: Variation | None = None  # then the prompt begins with the varied picture's link
    created_at: datetime
    claimable_at: datetime  # not submitted before this
    slot: int | None = None  # 1…N while in flight
    attempt: int = 0  # grows with every claim; what came of its submit is recorded with it
    provider_task_id: str | None = None
    submitted_at: datetime | None = None
    deadline_at: datetime | None = None  # set with the claim; past it the job fails as late
    poll_count: int = 0  # status polls since the first hint, for the back-off
    next_poll_at: datetime | None = None
    hinted_at: datetime | None = None  # first callback
    finished_at: datetime | None = None
    image_urls: tuple[str, ...] = ()
    failure: Failure | None = None

    @property
    def is_cancellable(self) -> bool:
        """Cancelling it costs nothing."""
        return self.status is JobStatus.QUEUED

    @property
    def duration(self) -> timedelta | None:
        """From submit to result; None while unfinished."""
        if self.submitted_at is None or self.finished_at is None:
            return None
        return self.finished_at - self.submitted_at


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A job that is about to be stored; see `Job` for the fields."""

    id: str
    source_key: str
    origin: Origin
    prompt: str
    mode: Mode
    group_id: str | None = None
    is_private: bool = False
    remarks: tuple[Text, ...] = ()
    variation: Variation | None = None

    def queued(self, *, created_at: datetime, claimable_at: datetime) -> Job:
        """Return the job that it becomes."""
        given: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        queued = JobStatus.QUEUED
        return Job(**given, status=queued, created_at=created_at, claimable_at=claimable_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupProgress:
    """How far the jobs of one command are. Counted in jobs."""

    total: int
    finished: int  # posted, undeliverable, cancelled or discarded
    in_flight: int  # without those that are finished
    in_doubt: int = 0  # of those in flight: nobody knows whether they are drawn
    waiting: int = 0
    cancelled: int = 0
    discarded: int = 0  # what comes of them is kept, and not posted
    undeliverable: int = 0

    @property
    def is_complete(self) -> bool:
        """Nothing more will come."""
        return self.finished >= self.total

    @property
    def posted(self) -> int:
        """Jobs whose result, or failure, stands where it belongs."""
        return self.finished - self.cancelled - self.discarded - self.undeliverable


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """Which of a person's jobs to show."""

    statuses: frozenset[JobStatus] = frozenset()  # empty: all
    search: str = ""  # part of the prompt, any case
    job_id: str | None = None  # this one alone, if it is theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """Some of a person's jobs, newest first."""

    jobs: tuple[Job, ...]
    number: int  # from 0
    total: int  # jobs on all pages
    size: int  # jobs a page
    deliveries: "Mapping[str, Delivery]" = field(default_factory=dict)  # by job id

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentPrompt:
    """A prompt that a person used, and the latest job that did."""

    job_id: str
    prompt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReport:
    """What the provider says of one task, taken from an authenticated status call."""

    task_id: str
    is_finished: bool
    image_urls: tuple[str, ...] = ()
    failure: Failure | None = None  # set when it failed (a success without images is one)
