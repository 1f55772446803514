"""The queue as a person and an operator see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.jobs import Job, JobStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePlace:
    """Where a job stands in the queue when it is accepted."""

    ahead: int  # jobs that will probably be submitted before it
    in_flight: int  # slots taken
    slots: int

    @property
    def starts_at_once(self) -> bool:
        """A slot is free for it now."""
        return self.ahead + self.in_flight < self.slots


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """What waits and runs, over all people or for one. Counted in jobs."""

    waiting: int
    in_flight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStats:
    """The queue as an operator watches it."""

    by_state: Mapping[JobStatus, int]  # jobs that have not ended
    oldest_waiting: timedelta  # age of the oldest queued job; zero when none waits
    slots_in_use: int
    slots: int
    deliveries_waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a claim gave."""

    jobs: Sequence[Job]  # to be submitted now
    reopens_at: datetime | None  # when the pause that is on ends, if one is
