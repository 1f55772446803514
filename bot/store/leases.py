"""Leases: which process does what only one may do at a time."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from bot.domain.errors import LostLeaseError
from bot.domain.leases import Fence, LeaseGrant
from bot.store.database import SqlStore, lock_for
from bot.store.tables import leases

_LEASE_LOCK_KEY = 0x696D6705

# A released lease keeps its row, and with it its fence.
_FREE: dict[str, Any] = {"owner": "", "until": datetime(2020, 1, 1, tzinfo=UTC)}


class SqlLeaseStore(SqlStore):
    """Implements `ports.LeaseStore`. No session locks, so a transaction pooler is fine."""

    async def acquire(
        self, name: str, *, owner: str, until: datetime, now: datetime
    ) -> LeaseGrant | None:
        """See `ports.LeaseStore.acquire`."""
        # Whoever has a SQLite file alone knows all former owners dead, whatever the clock says.
        dead_before = None if self._database.is_exclusive else now
        wanted = {"owner": owner, "until": until}
        return await self._database.run(_acquire, name, wanted, dead_before)

    async def release(self, name: str, *, owner: str) -> None:
        """See `ports.LeaseStore.release`."""
        await self._database.run(_release, name, owner)


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


def _acquire(
    connection: Connection, name: str, wanted: dict[str, Any], dead_before: datetime | None
) -> LeaseGrant | None:
    lock_for(connection, _LEASE_LOCK_KEY)
    row = connection.execute(select(leases).where(leases.c.name == name)).one_or_none()
    if row is None:
        connection.execute(leases.insert().values(name=name, fence=1, **wanted))
        return LeaseGrant(fence=1)
    is_ours = row.owner == wanted["owner"]
    if not is_ours and dead_before is not None and row.until > dead_before:
        return None
    fence: int = row.fence if is_ours else row.fence + 1
    connection.execute(update(leases).where(leases.c.name == name).values(fence=fence, **wanted))
    return LeaseGrant(fence=fence, was_left_behind=row.owner not in {wanted["owner"], ""})


def _release(connection: Connection, name: str, owner: str) -> None:
    connection.execute(
        update(leases).where(leases.c.name == name, leases.c.owner == owner).values(**_FREE)
    )
