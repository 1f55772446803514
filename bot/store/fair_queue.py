"""Who is next: fairness between people, in a time that does not grow with the queue.

Level of a job: how many jobs of its person are in flight when its turn comes. Lower levels go
first, then older jobs; jobs that the provider sent back go before all. Only people with a job in
flight, at most as many as there are slots, can be above level 0, so a claim looks at them one by
one and at everybody else through one index.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select, text

from bot.domain.queue import QueuePlace
from bot.store.tables import IS_QUEUED, jobs


@dataclass(slots=True)
class InFlight:
    """The slots that are taken, and by whom."""

    slots: set[int]
    per_requester: Counter[str]

    def free_slot(self, slots: int) -> int | None:
        """Return the lowest free slot of 1…`slots`, or None."""
        if len(self.slots) >= slots:  # also when the setting was lowered while jobs run above it
            return None
        return next((n for n in range(1, slots + 1) if n not in self.slots), None)

    def take(self, slot: int, requester: str) -> None:
        """Count one more."""
        self.slots.add(slot)
        self.per_requester[requester] += 1


_NO_SORTING = text(
    "SELECT set_config('enable_sort', 'off', true), set_config('enable_seqscan', 'off', true)"
)


def in_flight(connection: Connection) -> InFlight:
    """Read the slots that are taken."""
    rows = connection.execute(
        select(jobs.c.slot, jobs.c.requester).where(jobs.c.slot.is_not(None))
    ).all()
    return InFlight({row.slot for row in rows}, Counter(row.requester for row in rows))


def keep_in_order(connection: Connection) -> None:
    """Let this transaction find jobs through the indexes that have them in order.

    PostgreSQL knows nothing yet of a queue that has just grown. It takes it for a short one, and
    would read and sort all of it for every job that is claimed.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_NO_SORTING)


def next_queued(connection: Connection, taken: InFlight, now: datetime) -> Row[Any] | None:
    """Return id, requester and mode of the job whose turn it is, or None."""
    return _first(
        connection, _sent_back_or_of_newcomers(taken, now), *_BY_AGE
    ) or _of_the_least_served(connection, taken, now)


_BY_AGE = (jobs.c.sent_back.desc(), jobs.c.created_at, jobs.c.id)  # as the index has them


def _candidates(now: datetime) -> Select[Any]:
    return select(jobs.c.id, jobs.c.requester, jobs.c.mode, jobs.c.created_at).where(
        IS_QUEUED, jobs.c.claimable_at <= now
    )


def _first(
    connection: Connection, candidates: Select[Any], *order: ColumnElement[Any]
) -> Row[Any] | None:
    return connection.execute(candidates.order_by(*order).limit(1)).first()


def _sent_back_or_of_newcomers(taken: InFlight, now: datetime) -> Select[Any]:
    is_new = jobs.c.requester.not_in(list(taken.per_requester))
    return _candidates(now).where(or_(jobs.c.sent_back, is_new))


def _of_the_least_served(connection: Connection, taken: InFlight, now: datetime) -> Row[Any] | None:
    candidates = (
        _first(connection, _candidates(now).where(jobs.c.requester == requester), jobs.c.created_at)
        for requester in taken.per_requester
    )
    return min(
        (row for row in candidates if row is not None),
        key=lambda row: (taken.per_requester[row.requester], row.created_at, row.id),
        default=None,
    )


@dataclass(slots=True)
class Queued:
    """The queued jobs of each person, counted so that a place costs no look at every person."""

    per_requester: Counter[str]
    people: Counter[int]  # how many people have so many
    total: int

    def add(self, requester: str, jobs: int) -> None:
        """Count so many more."""
        before = self.per_requester[requester]
        if before:
            self.people[before] -= 1
        self.people[before + jobs] += 1
        self.per_requester[requester] += jobs
        self.total += jobs


def queued(connection: Connection) -> Queued:
    """Count the queued jobs."""
    rows = connection.execute(
        select(jobs.c.requester, func.count().label("jobs"))
        .where(IS_QUEUED)
        .group_by(jobs.c.requester)
    )
    counts = Counter({row.requester: row.jobs for row in rows})
    return Queued(counts, Counter(counts.values()), counts.total())


def place(connection: Connection, requester: str, slots: int) -> QueuePlace:
    """Tell how many of the queued jobs will go before a new one of this person."""
    return place_of(requester, in_flight(connection), queued(connection), slots)


def place_of(requester: str, taken: InFlight, waiting: Queued, slots: int) -> QueuePlace:
    """Tell the same of counts that were read before."""
    level = taken.per_requester[requester] + waiting.per_requester[requester]

    def go_before(count: int, running: int = 0) -> int:
        return min(count, max(0, level - running + 1))

    ahead = sum(people * go_before(count) for count, people in waiting.people.items())
    for other, running in taken.per_requester.items():  # fewer of theirs
        count = waiting.per_requester[other]
        ahead -= go_before(count) - go_before(count, running)
    return QueuePlace(ahead=ahead, in_flight=len(taken.slots), slots=slots)
