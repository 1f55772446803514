"""Jobs of the past and present as lists. Reads only."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from bot.domain.conversations import Person
from bot.domain.deliveries import Delivery
from bot.domain.jobs import JobFilter, JobPage, Mode, RecentPrompt
from bot.store.batch import batched
from bot.store.database import SqlStore, transaction
from bot.store.rows import to_delivery, to_job
from bot.store.tables import HAS_SUCCEEDED, deliveries, jobs

# A person's prompts to look through for a suggestion; the typing goes on meanwhile.
RECENT_WINDOW = 200


def _page(
    connection: Connection, person: Person, wanted: JobFilter, *, number: int, size: int
) -> JobPage:
    """Read one page, newest first."""
    conditions = _conditions(person.key, wanted)
    total = connection.execute(
        select(func.count()).select_from(jobs).where(*conditions)
    ).scalar_one()
    number = max(0, min(number, (total - 1) // size))
    rows = connection.execute(
        _newest_first(select(jobs).where(*conditions)).limit(size).offset(number * size)
    )
    found = tuple(map(to_job, rows.mappings()))
    return JobPage(
        jobs=found,
        number=number,
        total=total,
        size=size,
        deliveries=_deliveries_of(connection, [job.id for job in found]),
    )


def _deliveries_of(connection: Connection, job_ids: list[str]) -> dict[str, Delivery]:
    if not job_ids:
        return {}
    rows = connection.execute(select(deliveries).where(deliveries.c.job_id.in_(job_ids))).mappings()
    return {row["job_id"]: to_delivery(row) for row in rows}


def _recent_prompts(
    connection: Connection, person: Person, *, search: str, limit: int
) -> list[RecentPrompt]:
    """Read a person's latest prompts, each once."""
    rows = connection.execute(
        _newest_first(select(jobs.c.id, jobs.c.prompt).where(jobs.c.person == person.key)).limit(
            RECENT_WINDOW
        )
    )
    wanted = search.casefold()
    found: dict[str, RecentPrompt] = {}
    for job_id, prompt in rows:
        if wanted in prompt.casefold():
            found.setdefault(prompt, RecentPrompt(job_id=job_id, prompt=prompt))
    return list(found.values())[:limit]


def _conditions(person: str, wanted: JobFilter) -> list[ColumnElement[bool]]:
    conditions = [jobs.c.person == person]
    if wanted.statuses:
        conditions.append(jobs.c.status.in_([status.value for status in wanted.statuses]))
    if wanted.job_id is not None:
        conditions.append(jobs.c.id == wanted.job_id)
    if wanted.search:
        conditions.append(jobs.c.prompt.icontains(wanted.search, autoescape=True))
    return conditions


def _newest_first(query: Select[Any]) -> Select[Any]:
    return query.order_by(jobs.c.created_at.desc(), jobs.c.id.desc())


def _recent_durations(
    connection: Connection, wanted: Sequence[tuple[Mode, int]]
) -> list[list[timedelta]]:
    """Return, for each mode and limit, how long the latest successes took."""
    found = {each: _durations(connection, *each) for each in set(wanted)}
    return [found[each] for each in wanted]


def _durations(connection: Connection, mode: Mode, limit: int) -> list[timedelta]:
    rows = connection.execute(
        select(jobs.c.submitted_at, jobs.c.finished_at)
        .where(HAS_SUCCEEDED, jobs.c.mode == mode.value)
        .order_by(jobs.c.finished_at.desc())
        .limit(limit)
    )
    return [row.finished_at - row.submitted_at for row in rows]


class SqlHistoryStore(SqlStore):
    """Implements `ports.HistoryStore`."""

    page = transaction(_page)
    recent_prompts = transaction(_recent_prompts)
    _durations = batched(_recent_durations)

    async def recent_durations(self, mode: Mode, *, limit: int) -> list[timedelta]:
        """See `ports.HistoryStore.recent_durations`."""
        return await self._durations((mode, limit))
