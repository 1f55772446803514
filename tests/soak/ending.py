"""The end of a soak: a power cut, and then as much time as the bot needs to end everything.

What only a clock can end is helped where that would take minutes: a job that nobody will ever name,
whose deadline is 12 minutes away. The short form helps with leases, too, when all who hold one are
dead, and with the looks at where a result or the last words of a placeholder stand, when all that
could cover them up has ended.
"""

import asyncio
import re
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.acceptance.running import RunningBot
from tests.soak.fleet import Fleet
from tests.soak.forms import Form

LOOK_EVERY_S = 0.5
# Nothing else has gone on for so long: longer than any call hangs, or takes to arrive.
QUIET_S = 3.0
OLD_DOUBT_S = 60.0
# Far more than it takes (leases, a look after half a minute, a few rounds), for busy machines.
SETTLED_WITHIN_S = 240.0

_IS_DOUBTFUL = "(status = 'unknown' OR (status = 'running' AND NOT task_id_confirmed))"
_IS_PLACEHOLDER = "kind = 'placeholder'"
_IS_OVER = "status IN ('succeeded', 'failed', 'cancelled')"
# Every message of it stands; it is to be looked at once more.
_IS_POSTED = (
    "status = 'posting' AND job_id IN (SELECT key FROM outbox WHERE kind = 'result')"
    ' AND CAST(parts AS TEXT) LIKE \'%"posted_at": "%\''
    " AND CAST(parts AS TEXT) NOT LIKE '%\"posted_at\": null%'"
)
_POSTED_AT = re.compile(r'"posted_at": "\d{4}')
_PAST = "'2020-01-01 00:00:00.000000'"  # as SQLite stores it


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """How much is not over."""

    doubtful: int  # jobs that only their deadline can end
    posted: int  # results that are looked at once more
    placeholders: int  # that are behind, or say their last words once more
    others: int  # whatever else

    def __bool__(self) -> bool:
        return bool(self.doubtful or self.posted or self.placeholders or self.others)


class Ending:
    """Waits until nothing is left to do."""

    def __init__(self, wire: RunningBot, fleet: Fleet, form: Form, counts: Counter[str]) -> None:
        """Prepare it; what it helped with is counted in `counts`."""
        self._wire = wire
        self._fleet = fleet
        self._form = form
        self._counts = counts
        self._quiet_since: float | None = None

    async def settle(self) -> None:
        """Kill everything at once, start it again, and wait until all is over.

        Raises:
            AssertionError: it does not come to an end.
        """
        await self._fleet.end()
        self._counts["power cut"] += 1
        if not self._form.is_patient:
            self._wire.pass_leases()
        await self._fleet.start()
        end = time.monotonic() + SETTLED_WITHIN_S
        while pending := self._pending():
            assert time.monotonic() < end, f"{pending}\n{self._stories()}"
            if self._is_quiet(pending):
                self._help(pending)
            await asyncio.sleep(LOOK_EVERY_S)

    async def pass_old_doubts(self) -> None:
        """While the storm lasts: give back the slots of jobs that nobody named in a minute."""
        while True:
            await asyncio.sleep(OLD_DOUBT_S / 10)
            await self._fleet.all_awake()  # a frozen one may hold the row, or SQLite's file
            created_before = datetime.now(UTC) - timedelta(seconds=OLD_DOUBT_S)
            self._pass_deadlines(f"{_IS_DOUBTFUL} AND created_at < '{created_before}'")

    def _pass_deadlines(self, which: str) -> None:
        for (job_id,) in self._wire.sql(f"SELECT id FROM jobs WHERE {which}"):
            self._counts["jobs in doubt whose deadline was moved"] += 1
            # One by one: together they might meet what the bot does with several in a deadlock.
            self._wire.sql(f"UPDATE jobs SET deadline_at = {_PAST} WHERE id = '{job_id}'")

    def _pending(self) -> Pending:
        doubtful = self._count(_IS_DOUBTFUL)
        open_jobs = self._count(f"NOT {_IS_OVER}")
        posted = self._count(_IS_POSTED, "deliveries")
        placeholders = self._count(_IS_PLACEHOLDER, "outbox")
        others = open_jobs - doubtful + self._count(f"NOT {_IS_PLACEHOLDER}", "outbox") - posted
        if doubtful >= self._form.slots:  # those in the queue wait for these alone
            others -= self._count("status = 'queued'")
        return Pending(doubtful=doubtful, posted=posted, placeholders=placeholders, others=others)

    def _count(self, condition: str, table: str = "jobs") -> int:
        [(count,)] = self._wire.sql(f"SELECT count(*) FROM {table} WHERE {condition}")
        return int(count)

    def _is_quiet(self, pending: Pending) -> bool:
        """Whether nothing but what is helped with has been left for a while."""
        now = time.monotonic()
        if pending.others:
            self._quiet_since = None
            return False
        self._quiet_since = self._quiet_since or now
        return now - self._quiet_since >= QUIET_S

    def _help(self, pending: Pending) -> None:
        if pending.doubtful:
            self._pass_deadlines(_IS_DOUBTFUL)
        if not self._form.is_patient:
            self._look_now()
            self._wire.sql(
                f"UPDATE outbox SET changed_at = {_PAST}, due_at = {_PAST} WHERE {_IS_PLACEHOLDER}"
            )
        self._quiet_since = None

    def _look_now(self) -> None:
        """Let the results have stood for long."""
        query = f"SELECT job_id, CAST(parts AS TEXT) FROM deliveries WHERE {_IS_POSTED}"
        for job_id, parts in self._wire.sql(query):
            aged = _POSTED_AT.sub('"posted_at": "2020', parts)
            self._wire.sql(
                f"UPDATE deliveries SET parts = '{aged}'"
                f" WHERE job_id = '{job_id}' AND status = 'posting'"
            )
            self._wire.sql(f"UPDATE outbox SET due_at = {_PAST} WHERE key = '{job_id}'")

    def _stories(self) -> str:
        return "\n".join(bot.tail(15) for bot in self._fleet.bots)
