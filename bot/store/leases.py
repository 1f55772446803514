"""Leases: which process does what only one may do at a time.

A leader's deciding write keeps its lease row from being taken over (FOR KEY SHARE, until its
commit); a renewal, a plain update of other columns, does not wait for it. No session locks, so a
transaction pooler is fine. SQLite's transactions are serial anyway.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Update, select, update

from bot.domain.errors import LostLeaseError
from bot.domain.leases import Fence, LeaseGrant
from bot.store.database import SqlStore, insert_into, transaction
from bot.store.tables import leases

# A released lease keeps its row, and with it its fence.
_FREE: dict[str, Any] = {"owner": "", "until": datetime(2020, 1, 1, tzinfo=UTC)}


def check_fence(connection: Connection, fence: Fence) -> None:
    """Keep the lease from being taken over until the end of this transaction.

    Raises:
        LostLeaseError: it was taken over before; change nothing.
    """
    number = connection.execute(
        select(leases.c.fence)
        .where(leases.c.name == fence.lease)
        .with_for_update(read=True, key_share=True)
    ).scalar()
    if number != fence.number:
        raise LostLeaseError


def _take(
    connection: Connection, name: str, wanted: dict[str, Any], dead_before: datetime | None
) -> LeaseGrant | None:
    wanted_row = select(leases).where(leases.c.name == name)
    row = connection.execute(wanted_row).one_or_none()
    if row is None:
        insert = insert_into(connection, leases).values(name=name, fence=0, **_FREE)
        connection.execute(insert.on_conflict_do_nothing())
    elif not _is_free(row, wanted["owner"], dead_before):
        return None  # without a lock: whoever waits asks every second
    row = connection.execute(wanted_row.with_for_update()).one()
    if not _is_free(row, wanted["owner"], dead_before):
        return None
    fence = Fence(lease=name, number=row.fence + 1)
    connection.execute(
        update(leases).where(leases.c.name == name).values(fence=fence.number, **wanted)
    )
    return LeaseGrant(fence=fence, was_left_behind=row.owner not in {wanted["owner"], ""})


def _is_free(row: Any, owner: str, dead_before: datetime | None) -> bool:
    return dead_before is None or row.owner == owner or row.until <= dead_before


def _renew(connection: Connection, fence: Fence, *, until: datetime) -> bool:
    return connection.execute(_held(fence).values(until=until)).rowcount == 1


def _release(connection: Connection, fence: Fence) -> None:
    connection.execute(_held(fence).values(**_FREE))


def _held(fence: Fence) -> Update:
    return update(leases).where(leases.c.name == fence.lease, leases.c.fence == fence.number)


class SqlLeaseStore(SqlStore):
    """Implements `ports.LeaseStore`."""

    renew = transaction(_renew)
    release = transaction(_release)

    async def take(
        self, name: str, *, owner: str, until: datetime, now: datetime
    ) -> LeaseGrant | None:
        """See `ports.LeaseStore.take`."""
        # Whoever has a SQLite file alone knows all former owners dead, whatever the clock says.
        dead_before = None if self._database.is_exclusive else now
        wanted = {"owner": owner, "until": until}
        return await self._database.run(_take, name, wanted, dead_before)
