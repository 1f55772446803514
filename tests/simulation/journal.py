"""Every move of jobs and deliveries, written down by the database itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, text

from bot.domain.deliveries import Delivery, DeliveryStatus
from bot.domain.jobs import Job, JobStatus
from bot.store.rows import to_delivery, to_job
from bot.store.tables import deliveries, jobs, metadata, outbox

# The diagram of docs/how-it-works.md.
JOB_MOVES = frozenset(
    (JobStatus(was), JobStatus(now))
    for was, now in (
        ("queued", "submitting"),
        ("queued", "cancelled"),
        ("queued", "failed"),  # nobody could take it for a day
        ("submitting", "queued"),
        ("submitting", "running"),
        ("submitting", "unknown"),
        ("submitting", "failed"),
        ("submitting", "cancelled"),  # discarded meanwhile, and the provider sent it back
        ("unknown", "running"),
        ("unknown", "failed"),
        ("running", "succeeded"),
        ("running", "failed"),
    )
)
# Only while no more than a callback has named its task: such a job is still being submitted.
ADOPTED_JOB_MOVES = frozenset(
    {(JobStatus.RUNNING, JobStatus.QUEUED), (JobStatus.RUNNING, JobStatus.CANCELLED)}
)
DELIVERY_MOVES = frozenset(
    {
        (DeliveryStatus.POSTING, DeliveryStatus.POSTED),
        (DeliveryStatus.POSTING, DeliveryStatus.UNDELIVERABLE),
    }
)

_SQLITE = (
    """CREATE TABLE moves (n INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT, id TEXT, was TEXT,
       became TEXT, was_attempt INTEGER, became_attempt INTEGER, is_confirmed BOOLEAN)""",
    """CREATE TRIGGER job_moved AFTER UPDATE ON jobs
       WHEN old.status <> new.status OR old.attempt <> new.attempt BEGIN
       INSERT INTO moves (kind, id, was, became, was_attempt, became_attempt, is_confirmed)
       VALUES ('job', new.id, old.status, new.status, old.attempt, new.attempt,
               old.task_id_confirmed);
       END""",
    """CREATE TRIGGER delivery_moved AFTER UPDATE ON deliveries
       WHEN old.status <> new.status OR old.attempts > new.attempts BEGIN
       INSERT INTO moves (kind, id, was, became, was_attempt, became_attempt, is_confirmed)
       VALUES ('delivery', new.job_id, old.status, new.status, old.attempts, new.attempts, 0);
       END""",
)
_POSTGRESQL = (
    """CREATE TABLE moves (n SERIAL PRIMARY KEY, kind TEXT, id TEXT, was TEXT, became TEXT,
       was_attempt INTEGER, became_attempt INTEGER, is_confirmed BOOLEAN)""",
    """CREATE FUNCTION note_job() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       INSERT INTO moves (kind, id, was, became, was_attempt, became_attempt, is_confirmed)
       VALUES ('job', new.id, old.status, new.status, old.attempt, new.attempt,
               old.task_id_confirmed);
       RETURN NULL; END $$""",
    """CREATE FUNCTION note_delivery() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       INSERT INTO moves (kind, id, was, became, was_attempt, became_attempt, is_confirmed)
       VALUES ('delivery', new.job_id, old.status, new.status, old.attempts, new.attempts, false);
       RETURN NULL; END $$""",
    """CREATE TRIGGER job_moved AFTER UPDATE ON jobs FOR EACH ROW
       WHEN (old.status <> new.status OR old.attempt <> new.attempt) EXECUTE FUNCTION note_job()""",
    """CREATE TRIGGER delivery_moved AFTER UPDATE ON deliveries FOR EACH ROW
       WHEN (old.status <> new.status OR old.attempts > new.attempts)
       EXECUTE FUNCTION note_delivery()""",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One change of state, as the database made it."""

    kind: str  # job or delivery
    id: str
    was: str
    became: str
    was_attempt: int  # of a delivery: all of its parts' attempts
    became_attempt: int
    is_confirmed: bool  # more than a callback had named the job's task

    @property
    def is_allowed(self) -> bool:
        """Whether it goes forwards, as the design says."""
        if self.became_attempt < self.was_attempt:
            return False
        if self.kind == "delivery":
            return (DeliveryStatus(self.was), DeliveryStatus(self.became)) in DELIVERY_MOVES
        job_pair = (JobStatus(self.was), JobStatus(self.became))
        return job_pair in JOB_MOVES or (job_pair in ADOPTED_JOB_MOVES and not self.is_confirmed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the database holds, and what moved since the last look."""

    jobs: Sequence[Job]
    deliveries: dict[str, Delivery]
    moves: Sequence[Move]
    to_show: Sequence[str]  # the keys of what is still in the outbox


def open_journal(connection: Connection) -> None:
    """Begin to write down every move."""
    is_sqlite = connection.dialect.name == "sqlite"
    for statement in _SQLITE if is_sqlite else _POSTGRESQL:
        connection.exec_driver_sql(statement)


def clear(connection: Connection) -> None:
    """Make everything empty again."""
    for table in reversed(metadata.sorted_tables):
        connection.execute(table.delete())
    connection.execute(text("DELETE FROM moves"))


def read_page(connection: Connection) -> Page:
    """Read what is there, and turn the page."""
    found = connection.execute(
        text(
            "SELECT kind, id, was, became, was_attempt, became_attempt, is_confirmed "
            "FROM moves ORDER BY n"
        )
    ).mappings()
    moves = [Move(**row) for row in found]
    connection.execute(text("DELETE FROM moves"))
    rows = connection.execute(select(jobs).order_by(jobs.c.created_at, jobs.c.id)).mappings()
    posts = connection.execute(select(deliveries)).mappings()
    to_show = connection.execute(select(outbox.c.key)).scalars()
    return Page(
        jobs=[to_job(row) for row in rows],
        deliveries={row["job_id"]: to_delivery(row) for row in posts},
        moves=moves,
        to_show=to_show.all(),
    )
