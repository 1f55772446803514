"""Pictures that people attached, bounded for each person and for all."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from bot.domain.conversations import Person
from bot.domain.limits import DAY
from bot.domain.people import PictureUsage
from bot.store.database import SqlStore, insert_into, lock_for, transaction
from bot.store.tables import reference_images

_LOCK_KEY = 0x696D6707
DROPPED_AT_ONCE = 50  # up to 8 MiB each


def _put(
    connection: Connection,
    pictures: Mapping[str, bytes],
    *,
    person: Person,
    admit: Callable[[PictureUsage, Sequence[int]], None],
    now: datetime,
) -> None:
    lock_for(connection, _LOCK_KEY)
    usage = _usage(connection, person.key, now=now, leaving_out=pictures)
    admit(usage, [len(data) for data in pictures.values()])
    for reference_id, data in pictures.items():
        row = {"person": person.key, "created_at": now, "used_at": now}
        row |= {"size_bytes": len(data), "data": data}
        insert = insert_into(connection, reference_images).values(id=reference_id, **row)
        connection.execute(
            insert.on_conflict_do_update(index_elements=[reference_images.c.id], set_=row)
        )


def _usage(
    connection: Connection, person: str, *, now: datetime, leaving_out: Collection[str]
) -> PictureUsage:
    """Count all but some; the same picture again takes no more room."""
    table = reference_images
    others = table.c.id.not_in(leaving_out)
    is_recent = (table.c.person == person) & (table.c.created_at > now - DAY)
    recent = connection.execute(
        select(table.c.created_at, table.c.size_bytes).where(is_recent, others)
    )
    count, total = connection.execute(
        select(func.count(), func.coalesce(func.sum(table.c.size_bytes), 0)).where(others)
    ).one()
    return PictureUsage(
        of_person=tuple((attached_at, size) for attached_at, size in recent),
        count=count,
        total_bytes=total,
    )


def _get(connection: Connection, reference_id: str) -> bytes | None:
    return connection.execute(
        select(reference_images.c.data).where(reference_images.c.id == reference_id)
    ).scalar_one_or_none()


def _use(connection: Connection, reference_ids: Collection[str], *, now: datetime) -> set[str]:
    is_wanted = reference_images.c.id.in_(set(reference_ids))
    connection.execute(update(reference_images).where(is_wanted).values(used_at=now))
    return set(connection.execute(select(reference_images.c.id).where(is_wanted)).scalars())


def _drop(connection: Connection, *, used_before: datetime, limit: int = DROPPED_AT_ONCE) -> int:
    """Drop some of those that nobody has used for long; the next call takes more."""
    table = reference_images
    old = select(table.c.id).where(table.c.used_at < used_before)
    old = old.order_by(table.c.used_at).limit(limit)
    return connection.execute(delete(table).where(table.c.id.in_(old))).rowcount


class SqlReferenceStore(SqlStore):
    """Implements `ports.ReferenceStore`."""

    put_references = transaction(_put)
    get_reference = transaction(_get)
    use_references = transaction(_use)
    drop_references = transaction(_drop)
