"""The posting of results: what was begun, and what stands."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.domain.deliveries import Delivery, DeliveryStatus
from bot.domain.leases import Fence
from bot.domain.outbox import OutboxEntry
from bot.store.database import SqlStore, insert_into, transaction
from bot.store.leases import check_fence
from bot.store.outbox import drop_entry, show_placeholders, show_posted
from bot.store.rows import from_parts, to_delivery
from bot.store.tables import deliveries, jobs


def _get(connection: Connection, job_id: str) -> Delivery | None:
    wanted = select(deliveries).where(deliveries.c.job_id == job_id)
    row = connection.execute(wanted).mappings().one_or_none()
    return to_delivery(row) if row else None


def _start_part(
    connection: Connection,
    job_id: str,
    *,
    fence: Fence,
    number: int,
    images: Sequence[int],
    now: datetime,
    is_direct: bool = False,
) -> Delivery:
    check_fence(connection, fence)
    before = _begun(connection, job_id)
    after = before.started(number, images=images, now=now, is_direct=is_direct)
    return _change(connection, before, after)


def _finish_part(
    connection: Connection,
    job_id: str,
    *,
    number: int,
    attempt: int,
    message_id: str,
    conversation_id: str,
    now: datetime,
    is_in_placeholder: bool = False,
) -> Delivery:
    before = _locked(connection, job_id)
    after = before.finished(
        number,
        attempt=attempt,
        message_id=message_id,
        conversation_id=conversation_id,
        is_in_placeholder=is_in_placeholder,
        now=now,
    )
    return _change(connection, before, after)


def _clear_attempt(connection: Connection, job_id: str, *, number: int, attempt: int) -> Delivery:
    before = _locked(connection, job_id)
    return _change(connection, before, before.cleared(number, attempt=attempt))


def _note_seen(
    connection: Connection,
    job_id: str,
    *,
    number: int,
    message_id: str,
    conversation_id: str,
    now: datetime,
) -> Delivery:
    before = _locked(connection, job_id)
    after = before.seen(
        number,
        message_id=message_id,
        conversation_id=conversation_id,
        # Else it would be deleted as one that the result has left behind.
        is_in_placeholder=message_id == _placeholder_id(connection, job_id),
        now=now,
    )
    return _change(connection, before, after)


def _placeholder_id(connection: Connection, job_id: str) -> str | None:
    return connection.execute(
        select(jobs.c.placeholder_id).where(jobs.c.id == job_id)
    ).scalar_one_or_none()


def _reopen_part(connection: Connection, job_id: str, *, fence: Fence, number: int) -> Delivery:
    check_fence(connection, fence)
    before = _locked(connection, job_id)
    return _change(connection, before, before.reopened(number))


def _begun(connection: Connection, job_id: str) -> Delivery:
    """Return the delivery, whose row is locked; begin it if there is none."""
    status = DeliveryStatus.POSTING.value
    insert = insert_into(connection, deliveries).values(
        job_id=job_id, status=status, parts=[], attempts=0
    )
    connection.execute(insert.on_conflict_do_nothing())
    return _locked(connection, job_id)


def _locked(connection: Connection, job_id: str) -> Delivery:
    wanted = select(deliveries).where(deliveries.c.job_id == job_id).with_for_update()
    row = connection.execute(wanted).mappings().one_or_none()
    return to_delivery(row) if row else Delivery.of(job_id)


def _change(connection: Connection, before: Delivery, after: Delivery) -> Delivery:
    """Write the parts, if anything about them changed."""
    if after != before:
        connection.execute(
            update(deliveries)
            .where(deliveries.c.job_id == after.job_id)
            .values(
                parts=from_parts(after.parts),
                attempts=after.attempts,
                conversation_id=after.conversation_id,
            )
        )
    return after


def _record_posted(connection: Connection, entry: OutboxEntry, *, now: datetime) -> bool:
    if not _end(connection, entry, DeliveryStatus.POSTED):
        return False
    show_posted(connection, entry.job_id, now)
    return True


def _record_undeliverable(
    connection: Connection, entry: OutboxEntry, *, reason: str, now: datetime
) -> bool:
    if not _end(connection, entry, DeliveryStatus.UNDELIVERABLE, reason):
        return False
    show_placeholders(connection, [entry.job_id], now)
    return True


def _end(
    connection: Connection, entry: OutboxEntry, status: DeliveryStatus, reason: str | None = None
) -> bool:
    """Drop the entry and note how it ended; False if the entry is not as it was."""
    if not drop_entry(connection, entry):
        return False
    ending = {"status": status.value, "reason": reason}
    insert = insert_into(connection, deliveries).values(
        job_id=entry.job_id, parts=[], attempts=0, **ending
    )
    connection.execute(  # nothing of it may have been begun
        insert.on_conflict_do_update(index_elements=[deliveries.c.job_id], set_=ending)
    )
    return True


class SqlDeliveryStore(SqlStore):
    """Implements `ports.DeliveryStore`. What becomes of an attempt is decided by `Delivery`."""

    get = transaction(_get)
    start_part = transaction(_start_part)
    finish_part = transaction(_finish_part)
    clear_attempt = transaction(_clear_attempt)
    note_seen = transaction(_note_seen)
    reopen_part = transaction(_reopen_part)
    record_posted = transaction(_record_posted)
    record_undeliverable = transaction(_record_undeliverable)
