"""Jobs put straight into the database, as if people had asked for them before."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.jobs import Mode, NewJob, new_job_id
from bot.store import Database
from bot.store.rows import AS_QUEUED, from_queued
from bot.store.tables import jobs

MICROSECOND = timedelta(microseconds=1)


def new_jobs(count: int, *, people: int) -> Iterator[NewJob]:
    """Make jobs of so many people in turn."""
    for number in range(count):
        job_id = new_job_id()
        yield NewJob(
            id=job_id,
            source_key=f"bench:{job_id}",
            origin=Origin(
                person=Person(platform="discord", id=str(number % people)),
                conversation=Conversation(platform="discord", tenant_id="1", id="2"),
            ),
            prompt=f"fox {number}",
            mode=Mode.FAST,
        )


async def store(database: Database, stock: Iterable[NewJob], **columns: Any) -> None:
    """Store jobs, queued unless `columns` say otherwise; the first ones are the oldest."""
    now = datetime.now(UTC)
    rows = [
        from_queued(job.queued(created_at=now + number * MICROSECOND, claimable_at=now)) | columns
        for number, job in enumerate(stock)
    ]
    others = {name: value for name, value in AS_QUEUED.items() if name not in columns}
    insert = jobs.insert().values(others)
    await database.run(lambda connection: connection.execute(insert, rows))
