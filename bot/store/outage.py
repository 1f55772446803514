"""The pause after a doubtful submit, for all processes and beyond restarts.

It begins with the very move that puts a job in doubt, and the claims look at it: while it lasts
nobody submits, and then one job goes alone until the provider has accepted one.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.domain.submit_gate import MAX_OUTAGE_PAUSE, OUTAGE_PAUSE
from bot.store.settings import put_setting
from bot.store.tables import jobs, settings
from bot.store.transitions import SUBMITTING

_KEY = "outage"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outage:
    until: datetime
    failures: int  # in a row; the pause grows with it
    is_tried: bool  # a job is being submitted

    def is_on(self, now: datetime) -> bool:
        """Whether nobody may submit; never for longer than it can last, if a clock is set back."""
        return now < self.until <= now + MAX_OUTAGE_PAUSE


def begin_outage(connection: Connection, now: datetime) -> None:
    """Pause, longer than the last time; what was under way together counts as one."""
    known = _read(connection)
    if known is not None and known.is_on(now):
        return
    failures = 0 if known is None else known.failures
    pause = min(OUTAGE_PAUSE * 2**failures, MAX_OUTAGE_PAUSE)
    longer = {"until": (now + pause).isoformat(), "failures": min(failures + 1, 16)}
    put_setting(connection, _KEY, json.dumps(longer))


_END = delete(settings).where(settings.c.key == _KEY)


def end_outage(connection: Connection) -> None:
    """Note that the provider accepted a job."""
    connection.execute(_END)


def room(connection: Connection, wanted: int, now: datetime) -> int:
    """Return how many of the `wanted` jobs may be submitted now."""
    outage = _read(connection)
    if outage is None:
        return wanted
    return 0 if outage.is_on(now) or outage.is_tried else min(wanted, 1)


# One statement, that is, one moment: a try that fails in between must not look like no try at all,
# after a pause that is over.
_READ = select(
    settings.c.value,
    select(jobs.c.id)
    .where(jobs.c.slot.is_not(None), jobs.c.status == SUBMITTING)
    .exists()
    .label("is_tried"),
).where(settings.c.key == _KEY)


def _read(connection: Connection) -> _Outage | None:
    row = connection.execute(_READ).one_or_none()
    if row is None:
        return None
    stored = json.loads(row.value)
    return _Outage(
        until=datetime.fromisoformat(stored["until"]),
        failures=stored["failures"],
        is_tried=row.is_tried,
    )
