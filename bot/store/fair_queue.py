"""Who is next: fairness between people, in a time that does not grow with the queue.

Level of a job: how many jobs of its person are in flight when its turn comes. Lower levels go
first, then older jobs; jobs that the provider sent back go before all. Only people with a job in
flight, at most as many as there are slots, can be above level 0, so a claim looks at them one by
one and at everybody else through one index.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select, text

from bot.domain.conversations import Person
from bot.domain.queue import QueuePlace
from bot.store.tables import IS_QUEUED, jobs


@dataclass(slots=True)
class InFlight:
    """The slots that are taken, and by whom."""

    slots: set[int]
    per_person: Counter[str]

    def free_slot(self, slots: int) -> int | None:
        """Return the lowest free slot of 1…`slots`, or None."""
        if len(self.slots) >= slots:  # also when the setting was lowered while jobs run above it
            return None
        return next((n for n in range(1, slots + 1) if n not in self.slots), None)

    def take(self, slot: int, person: str) -> None:
        """Count one more."""
        self.slots.add(slot)
        self.per_person[person] += 1


_NO_SORTING = text(
    "SELECT set_config('enable_sort', 'off', true), set_config('enable_seqscan', 'off', true)"
)


def in_flight(connection: Connection) -> InFlight:
    """Read the slots that are taken."""
    rows = connection.execute(
        select(jobs.c.slot, jobs.c.person).where(jobs.c.slot.is_not(None))
    ).all()
    return InFlight({row.slot for row in rows}, Counter(row.person for row in rows))


def keep_in_order(connection: Connection) -> None:
    """Let this transaction find jobs through the indexes that have them in order.

    PostgreSQL knows nothing yet of a queue that has just grown. It takes it for a short one, and
    would read and sort all of it for every job that is claimed.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_NO_SORTING)


def claimable(now: datetime, platforms: Collection[str] | None) -> Select[Any]:
    """Return the query for the queued jobs that may be claimed, of these platforms or of all."""
    found = select(jobs.c.id, jobs.c.person, jobs.c.mode, jobs.c.created_at).where(
        IS_QUEUED, jobs.c.claimable_at <= now
    )
    return found if platforms is None else found.where(jobs.c.platform.in_(platforms))


def next_queued(
    connection: Connection, taken: InFlight, candidates: Select[Any]
) -> Row[Any] | None:
    """Return id, person and mode of the one of `claimable` whose turn it is, or None."""
    return _first(
        connection, _sent_back_or_of_newcomers(taken, candidates), *_BY_AGE
    ) or _of_the_least_served(connection, taken, candidates)


_BY_AGE = (jobs.c.sent_back.desc(), jobs.c.created_at, jobs.c.id)  # as the index has them


def _first(
    connection: Connection, candidates: Select[Any], *order: ColumnElement[Any]
) -> Row[Any] | None:
    return connection.execute(candidates.order_by(*order).limit(1)).first()


def _sent_back_or_of_newcomers(taken: InFlight, candidates: Select[Any]) -> Select[Any]:
    is_new = jobs.c.person.not_in(list(taken.per_person))
    return candidates.where(or_(jobs.c.sent_back, is_new))


def _of_the_least_served(
    connection: Connection, taken: InFlight, candidates: Select[Any]
) -> Row[Any] | None:
    oldest = (
        _first(connection, candidates.where(jobs.c.person == person), jobs.c.created_at)
        for person in taken.per_person
    )
    return min(
        (row for row in oldest if row is not None),
        key=lambda row: (taken.per_person[row.person], row.created_at, row.id),
        default=None,
    )


@dataclass(slots=True)
class Queued:
    """The queued jobs of each person, counted so that a place costs no look at every person."""

    per_person: Counter[str]
    people: Counter[int]  # how many people have so many
    total: int

    def add(self, person: str, jobs: int) -> None:
        """Count so many more."""
        before = self.per_person[person]
        if before:
            self.people[before] -= 1
        self.people[before + jobs] += 1
        self.per_person[person] += jobs
        self.total += jobs


def queued(connection: Connection) -> Queued:
    """Count the queued jobs."""
    rows = connection.execute(
        select(jobs.c.person, func.count().label("jobs")).where(IS_QUEUED).group_by(jobs.c.person)
    )
    counts = Counter({row.person: row.jobs for row in rows})
    return Queued(counts, Counter(counts.values()), counts.total())


def place(connection: Connection, person: Person, *, slots: int) -> QueuePlace:
    """Tell how many of the queued jobs will go before a new one of this person."""
    return place_of(person.key, in_flight(connection), queued(connection), slots)


def place_of(person: str, taken: InFlight, waiting: Queued, slots: int) -> QueuePlace:
    """Tell the same of counts that were read before."""
    level = taken.per_person[person] + waiting.per_person[person]

    def go_before(count: int, running: int = 0) -> int:
        return min(count, max(0, level - running + 1))

    ahead = sum(people * go_before(count) for count, people in waiting.people.items())
    for other, running in taken.per_person.items():  # fewer of theirs
        count = waiting.per_person[other]
        ahead -= go_before(count) - go_before(count, running)
    return QueuePlace(ahead=ahead, in_flight=len(taken.slots), slots=slots)
