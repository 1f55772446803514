"""Deliveries and every move they make."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, RowMapping, select, update

from bot.domain.deliveries import Delivery, DeliveryStatus, Part
from bot.domain.errors import LostLeaseError
from bot.domain.jobs import Job
from bot.store.database import SqlStore
from bot.store.outbox import note_posted
from bot.store.rows import from_part, to_delivery, to_job
from bot.store.tables import deliveries, jobs

_SENDING = DeliveryStatus.SENDING.value


class SqlDeliveryStore(SqlStore):
    """Implements `ports.DeliveryStore`."""

    async def claim(
        self,
        *,
        owner: str,
        lease_until: datetime,
        busy_channels: Collection[str],
        limit: int,
        now: datetime,
        holding: Collection[str] | None = None,
    ) -> list[tuple[Delivery, Job]]:
        """See `ports.DeliveryStore.claim`."""
        claim = {"owner": owner, "due_at": lease_until}
        busy = frozenset(busy_channels)
        return await self._database.run(_claim, claim, busy, limit, now, holding=holding)

    async def renew_leases(
        self, job_ids: Collection[str], *, owner: str, until: datetime
    ) -> Collection[str]:
        """See `ports.DeliveryStore.renew_leases`."""
        return await self._database.run(_renew_leases, job_ids, owner, until)

    async def start_part(
        self,
        job_id: str,
        *,
        fence: int,
        number: int,
        images: Sequence[int],
        now: datetime,
        is_direct: bool = False,
    ) -> Delivery:
        """See `ports.DeliveryStore.start_part`."""
        part = Part(number=number, images=tuple(images), started_at=now, is_direct=is_direct)
        return await self._database.run(_start_part, job_id, fence, part)

    async def finish_part(
        self,
        job_id: str,
        *,
        fence: int,
        number: int,
        message_id: str,
        channel_id: str,
        now: datetime,
    ) -> Delivery:
        """See `ports.DeliveryStore.finish_part`."""
        sent = {"message_id": message_id, "posted_at": now}
        place = {"channel_id": channel_id}
        return await self._database.run(
            _finish_part, job_id, fence, number=number, sent=sent, place=place
        )

    async def reopen_part(self, job_id: str, *, fence: int, number: int) -> Delivery:
        """See `ports.DeliveryStore.reopen_part`."""
        return await self._database.run(_reopen_part, job_id, fence, number)

    async def record_sent(self, job_id: str, *, fence: int, now: datetime) -> None:
        """See `ports.DeliveryStore.record_sent`."""
        await self._database.run(_record_sent, job_id, fence, now)

    async def record_undeliverable(
        self, job_id: str, *, fence: int, reason: str, now: datetime
    ) -> None:
        """See `ports.DeliveryStore.record_undeliverable`."""
        status = DeliveryStatus.UNDELIVERABLE.value
        changes = {**_OVER, "status": status, "reason": reason, "finished_at": now}
        await self._database.run(_record_undeliverable, job_id, fence, changes)

    async def record_delayed(self, job_id: str, *, fence: int, next_attempt_at: datetime) -> None:
        """See `ports.DeliveryStore.record_delayed`."""
        status = DeliveryStatus.PENDING.value
        changes = {"status": status, "due_at": next_attempt_at, "owner": None}
        await self._database.run(_let_go, job_id, fence, changes)

    async def end_leases_but(self, owner: str, *, now: datetime) -> None:
        """See `ports.DeliveryStore.end_leases_but`."""
        await self._database.run(_end_leases_but, owner, now)

    async def get(self, job_id: str) -> Delivery | None:
        """See `ports.DeliveryStore.get`."""
        return await self._database.run(_get, job_id)


_OVER: dict[str, Any] = {"owner": None, "due_at": None}


def add_delivery(connection: Connection, job_id: str, now: datetime) -> None:
    """Make the job's delivery pending, unless it has one already."""
    if _row(connection, deliveries.c.job_id == job_id) is not None:
        return
    origin = connection.execute(
        select(jobs.c.platform, jobs.c.channel_id).where(jobs.c.id == job_id)
    ).one()
    connection.execute(
        deliveries.insert().values(
            job_id=job_id,
            channel_key=f"{origin.platform}:{origin.channel_id}",
            status=DeliveryStatus.PENDING.value,
            created_at=now,
            attempts=0,
            due_at=now,
            fence=0,
            parts=[],
        )
    )


def _end_leases_but(connection: Connection, living_owner: str, now: datetime) -> None:
    connection.execute(
        update(deliveries)
        .where(
            deliveries.c.owner.is_not(None),
            deliveries.c.owner != living_owner,
            deliveries.c.status == _SENDING,
        )
        .values(due_at=now)
    )


def _row(connection: Connection, condition: ColumnElement[bool]) -> RowMapping | None:
    return connection.execute(select(deliveries).where(condition)).mappings().one_or_none()


def _get(connection: Connection, job_id: str) -> Delivery | None:
    row = _row(connection, deliveries.c.job_id == job_id)
    return to_delivery(row) if row else None


def _claim(
    connection: Connection,
    claim: dict[str, Any],
    busy_channels: frozenset[str],
    limit: int,
    now: datetime,
    *,
    holding: Collection[str] | None,
) -> list[tuple[Delivery, Job]]:
    is_due = deliveries.c.due_at <= now
    if holding is not None:
        _give_back(connection, claim["owner"], holding, now)
        is_due &= deliveries.c.job_id.not_in(holding)
    claimed: list[tuple[Delivery, Job]] = []
    taken = set(busy_channels)
    while len(claimed) < limit:
        row = _next_due(connection, is_due, taken)
        if row is None:
            break
        taken.add(row.channel_key)
        claimed.append(_take(connection, row, claim))
    return claimed


def _give_back(connection: Connection, owner: str, holding: Collection[str], now: datetime) -> None:
    """Let what the owner claimed without hearing of it be due again."""
    pending = {"status": DeliveryStatus.PENDING.value, "owner": None, "due_at": now}
    connection.execute(
        update(deliveries)
        .where(
            deliveries.c.owner == owner,
            deliveries.c.status == _SENDING,
            deliveries.c.job_id.not_in(holding),
        )
        .values(**pending)
    )


def _next_due(connection: Connection, is_due: ColumnElement[bool], busy_channels: set[str]) -> Any:
    return connection.execute(
        select(deliveries.c.job_id, deliveries.c.channel_key, deliveries.c.status)
        .where(is_due, deliveries.c.channel_key.not_in(busy_channels))
        .order_by(deliveries.c.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()


def _take(connection: Connection, due: Row[Any], claim: dict[str, Any]) -> tuple[Delivery, Job]:
    connection.execute(
        update(deliveries)
        .where(deliveries.c.job_id == due.job_id)
        .values(
            **claim,
            status=_SENDING,
            fence=deliveries.c.fence + 1,
            attempts=deliveries.c.attempts + 1,
        )
    )
    delivery = _get(connection, due.job_id)
    job = connection.execute(select(jobs).where(jobs.c.id == due.job_id)).mappings().one()
    assert delivery is not None
    return replace(delivery, was_left_behind=due.status == _SENDING), to_job(job)


def _renew_leases(
    connection: Connection, job_ids: Collection[str], owner: str, until: datetime
) -> Collection[str]:
    is_ours = (deliveries.c.owner == owner) & (deliveries.c.status == _SENDING)
    renewed = connection.execute(
        update(deliveries)
        .where(deliveries.c.job_id.in_(job_ids), is_ours)
        .values(due_at=until)
        .returning(deliveries.c.job_id)
    )
    return renewed.scalars().all()


def _start_part(connection: Connection, job_id: str, fence: int, part: Part) -> Delivery:
    delivery = _held(connection, job_id, fence)
    known = {each.number: each for each in delivery.parts}
    earlier = known.get(part.number)
    if earlier is None or (part.is_direct and not earlier.is_direct and not earlier.message_id):
        known[part.number] = part
    elif earlier.message_id is None:  # its images may have been spread over more messages
        known[part.number] = replace(earlier, images=part.images)
    _write_parts(connection, delivery, tuple(known.values()))
    return _held(connection, job_id, fence)


def _finish_part(
    connection: Connection,
    job_id: str,
    fence: int,
    *,
    number: int,
    sent: dict[str, Any],
    place: dict[str, Any],
) -> Delivery:
    _change_part(connection, job_id, fence, number, sent)
    _move(connection, job_id, fence, place)
    return _held(connection, job_id, fence)


def _reopen_part(connection: Connection, job_id: str, fence: int, number: int) -> Delivery:
    _change_part(connection, job_id, fence, number, {"message_id": None, "posted_at": None})
    return _held(connection, job_id, fence)


def _change_part(
    connection: Connection, job_id: str, fence: int, number: int, changes: dict[str, Any]
) -> None:
    delivery = _held(connection, job_id, fence)
    parts = tuple(
        replace(part, **changes) if part.number == number else part for part in delivery.parts
    )
    _write_parts(connection, delivery, parts)


def _record_sent(connection: Connection, job_id: str, fence: int, now: datetime) -> None:
    changes = {**_OVER, "status": DeliveryStatus.SENT.value, "finished_at": now}
    if _let_go(connection, job_id, fence, changes):
        note_posted(connection, job_id, now)


def _record_undeliverable(
    connection: Connection, job_id: str, fence: int, changes: dict[str, Any]
) -> None:
    if _let_go(connection, job_id, fence, changes):
        connection.execute(
            update(jobs).where(jobs.c.id == job_id).values(noted_at=changes["finished_at"])
        )


def _let_go(connection: Connection, job_id: str, fence: int, changes: dict[str, Any]) -> bool:
    """End our claim; False if that was done before, and only its answer was lost."""
    try:
        _move(connection, job_id, fence, changes)
    except LostLeaseError:
        was_ours = (deliveries.c.job_id == job_id) & (deliveries.c.fence == fence)
        row = _row(connection, was_ours & (deliveries.c.status == changes["status"]))
        if row is None:
            raise
        return False
    return True


def _write_parts(connection: Connection, delivery: Delivery, parts: tuple[Part, ...]) -> None:
    changes = {"parts": [from_part(part) for part in parts]}
    _move(connection, delivery.job_id, delivery.fence, changes)


def _held(connection: Connection, job_id: str, fence: int) -> Delivery:
    """Return the delivery while our claim on it holds."""
    row = _row(connection, _held_with(job_id, fence))
    if row is None:
        raise LostLeaseError
    return to_delivery(row)


def _held_with(job_id: str, fence: int) -> ColumnElement[bool]:
    return (
        (deliveries.c.job_id == job_id)
        & (deliveries.c.fence == fence)
        & (deliveries.c.status == _SENDING)
    )


def _move(connection: Connection, job_id: str, fence: int, changes: dict[str, Any]) -> None:
    moved = connection.execute(
        update(deliveries).where(_held_with(job_id, fence)).values(**changes)
    )
    if moved.rowcount != 1:
        raise LostLeaseError
