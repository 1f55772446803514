"""The messages of results: recorded before they are sent, completed afterwards."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from bot.domain.deliveries import Delivery, DeliveryStatus
from bot.domain.errors import LostLeaseError
from bot.domain.leases import Fence
from bot.domain.outbox import OutboxEntry
from bot.store.database import SqlStore, insert_into
from bot.store.leases import check_fence
from bot.store.outbox import drop_entry, show_placeholder, show_posted
from bot.store.rows import from_part, to_delivery
from bot.store.tables import deliveries


class SqlDeliveryStore(SqlStore):
    """Implements `ports.DeliveryStore`."""

    async def get(self, job_id: str) -> Delivery | None:
        """See `ports.DeliveryStore.get`."""
        return await self._database.run(_get, job_id)

    async def start_part(
        self,
        job_id: str,
        *,
        fence: Fence,
        number: int,
        images: Sequence[int],
        now: datetime,
        is_direct: bool = False,
    ) -> Delivery:
        """See `ports.DeliveryStore.start_part`."""

        def start(delivery: Delivery) -> Delivery:
            return delivery.started(number, images, now=now, is_direct=is_direct)

        return await self._database.run(_decide, job_id, fence, start)

    async def finish_part(
        self,
        job_id: str,
        *,
        number: int,
        attempt: int,
        message_id: str,
        conversation_id: str,
        now: datetime,
        is_in_placeholder: bool = False,
    ) -> Delivery:
        """See `ports.DeliveryStore.finish_part`."""

        def finish(delivery: Delivery) -> Delivery:
            return delivery.finished(
                number,
                message_id=message_id,
                conversation_id=conversation_id,
                is_in_placeholder=is_in_placeholder,
                now=now,
            )

        return await self._database.run(_report, job_id, (number, attempt), finish)

    async def clear_attempt(self, job_id: str, *, number: int, attempt: int) -> Delivery:
        """See `ports.DeliveryStore.clear_attempt`."""

        def clear(delivery: Delivery) -> Delivery:
            return delivery.cleared(number)

        return await self._database.run(_report, job_id, (number, attempt), clear)

    async def reopen_part(self, job_id: str, *, fence: Fence, number: int) -> Delivery:
        """See `ports.DeliveryStore.reopen_part`."""

        def reopen(delivery: Delivery) -> Delivery:
            return delivery.reopened(number)

        return await self._database.run(_decide, job_id, fence, reopen)

    async def record_posted(self, entry: OutboxEntry, *, now: datetime) -> bool:
        """See `ports.DeliveryStore.record_posted`."""
        return await self._database.run(_record_posted, entry, now)

    async def record_undeliverable(self, entry: OutboxEntry, *, reason: str, now: datetime) -> bool:
        """See `ports.DeliveryStore.record_undeliverable`."""
        return await self._database.run(_record_undeliverable, entry, reason, now)


def _get(connection: Connection, job_id: str) -> Delivery | None:
    wanted = select(deliveries).where(deliveries.c.job_id == job_id).with_for_update()
    row = connection.execute(wanted).mappings().one_or_none()
    return to_delivery(row) if row else None


def _decide(
    connection: Connection, job_id: str, fence: Fence, change: Callable[[Delivery], Delivery]
) -> Delivery:
    """Change the delivery as the platform's leader."""
    check_fence(connection, fence)
    known = _get(connection, job_id)
    changed = change(Delivery(job_id=job_id) if known is None else known)
    return _write(connection, changed)


def _report(
    connection: Connection,
    job_id: str,
    of: tuple[int, int],
    change: Callable[[Delivery], Delivery],
) -> Delivery:
    """Change the delivery by what came of an attempt, whoever leads by now."""
    number, attempt = of
    known = _get(connection, job_id)
    part = None if known is None else known.part(number)
    if known is None or part is None or part.attempt != attempt:
        raise LostLeaseError
    return _write(connection, change(known))


def _write(connection: Connection, delivery: Delivery) -> Delivery:
    values: dict[str, Any] = {
        "status": delivery.status.value,
        "parts": [from_part(part) for part in delivery.parts],
        "conversation_id": delivery.conversation_id,
    }
    _put(connection, delivery.job_id, values)
    return delivery


def _put(connection: Connection, job_id: str, values: dict[str, Any]) -> None:
    """Write these values of the delivery, whether or not there is one."""
    given = {"parts": [], "job_id": job_id, **values}
    connection.execute(
        insert_into(connection, deliveries)
        .values(given)
        .on_conflict_do_update(index_elements=[deliveries.c.job_id], set_=values)
    )


def _record_posted(connection: Connection, entry: OutboxEntry, now: datetime) -> bool:
    if not drop_entry(connection, entry):
        return False
    over = {"status": DeliveryStatus.POSTED.value, "finished_at": now}
    connection.execute(update(deliveries).where(deliveries.c.job_id == entry.job_id).values(over))
    show_posted(connection, entry.job_id, now)
    return True


def _record_undeliverable(
    connection: Connection, entry: OutboxEntry, reason: str, now: datetime
) -> bool:
    if not drop_entry(connection, entry):
        return False
    status = DeliveryStatus.UNDELIVERABLE.value
    _put(connection, entry.job_id, {"status": status, "reason": reason, "finished_at": now})
    show_placeholder(connection, entry.job_id, now)
    return True
