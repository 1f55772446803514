"""What people keep: presets, preferences and drafts."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, delete, select

from bot.domain.conversations import Person
from bot.domain.jobs import Mode, new_job_id
from bot.domain.people import Preferences, Preset
from bot.store.batch import batched
from bot.store.database import SqlStore, lock_for, transaction
from bot.store.tables import drafts, preferences, presets

_PERSONAL_LOCK_KEY = 0x696D6704
DROPPED_AT_ONCE = 200
# However many people ask: the oldest go early, so that nobody can fill the disk.
MAX_DRAFTS = 10_000  # a few kB each
# However much one person asks: their own oldest go, and nobody else's.
MAX_DRAFTS_OF_ONE = 50
MAX_DRAFT_BYTES_OF_ONE = 1024 * 1024  # of all their payloads
NO_PREFERENCES = Preferences()


def _insert(connection: Connection, table: Table, row: dict[str, object]) -> None:
    connection.execute(table.insert().values(**row))


def _drop_drafts(
    connection: Connection,
    *,
    created_before: datetime,
    most: int = MAX_DRAFTS,
    limit: int = DROPPED_AT_ONCE,
) -> int:
    """Drop some of the oldest, as far as they are old or too many; the next call takes more."""
    newest_too_many = connection.execute(
        select(drafts.c.created_at).order_by(drafts.c.created_at.desc()).offset(most).limit(1)
    ).scalar()
    is_old = drafts.c.created_at < created_before
    if newest_too_many is not None:
        is_old |= drafts.c.created_at <= newest_too_many
    old = select(drafts.c.id).where(is_old).order_by(drafts.c.created_at).limit(limit)
    return connection.execute(delete(drafts).where(drafts.c.id.in_(old))).rowcount


def _put_draft(connection: Connection, person: Person, payload: str, *, now: datetime) -> str:
    """Keep a draft, and as many of the person's others as they may have; it itself stays."""
    draft_id, size_bytes = new_job_id(), len(payload.encode())
    newest_first = connection.execute(
        select(drafts.c.id, drafts.c.size_bytes)
        .where(drafts.c.person == person.key)
        .order_by(drafts.c.created_at.desc(), drafts.c.id)
    ).all()
    budget_bytes, too_many = MAX_DRAFT_BYTES_OF_ONE - size_bytes, []
    for number, each in enumerate(newest_first, start=2):
        budget_bytes -= each.size_bytes
        if number > MAX_DRAFTS_OF_ONE or budget_bytes < 0:
            too_many.append(each.id)
    if too_many:
        connection.execute(delete(drafts).where(drafts.c.id.in_(too_many)))
    row = {"id": draft_id, "person": person.key, "payload": payload, "created_at": now}
    _insert(connection, drafts, {**row, "size_bytes": size_bytes})
    return draft_id


def _drop_draft(connection: Connection, draft_id: str, person: Person) -> None:
    connection.execute(delete(drafts).where(drafts.c.id == draft_id, drafts.c.person == person.key))


def _get_draft(connection: Connection, draft_id: str, person: Person) -> str | None:
    return connection.execute(
        select(drafts.c.payload).where(drafts.c.id == draft_id, drafts.c.person == person.key)
    ).scalar_one_or_none()


# ── Presets ─────────────────────────────────────────────────────────────────────────────────────


def _presets(connection: Connection, person: Person) -> list[Preset]:
    rows = connection.execute(select(presets).where(presets.c.person == person.key)).mappings()
    return sorted(map(_to_preset, rows), key=lambda preset: preset.name.casefold())


def _to_preset(row: RowMapping) -> Preset:
    return Preset(name=row["name"], parameters=row["parameters"], suffix=row["suffix"])


def _same_names(connection: Connection, person: Person, name: str) -> list[str]:
    """Return the names that differ from `name` at most in case.

    Told here and not by SQL: SQLite's lower() knows no letters but A to Z.
    """
    kept = _presets(connection, person)
    return [preset.name for preset in kept if preset.name.casefold() == name.casefold()]


def _is_one_of(person: str, names: list[str]) -> ColumnElement[bool]:
    return (presets.c.person == person) & presets.c.name.in_(names)


def _save_preset(connection: Connection, person: Person, preset: Preset, *, limit: int) -> bool:
    lock_for(connection, _PERSONAL_LOCK_KEY)
    replaced = _same_names(connection, person, preset.name)
    if not replaced and len(_presets(connection, person)) >= limit:
        return False
    connection.execute(delete(presets).where(_is_one_of(person.key, replaced)))
    row = {"person": person.key, "name": preset.name}
    _insert(connection, presets, {**row, "parameters": preset.parameters, "suffix": preset.suffix})
    return True


def _delete_preset(connection: Connection, person: Person, name: str) -> bool:
    lock_for(connection, _PERSONAL_LOCK_KEY)
    names = _same_names(connection, person, name)
    return connection.execute(delete(presets).where(_is_one_of(person.key, names))).rowcount > 0


# ── Preferences ─────────────────────────────────────────────────────────────────────────────────


def _preferences(connection: Connection, persons: Sequence[Person]) -> list[Preferences]:
    keys = {person.key for person in persons}
    rows = connection.execute(select(preferences).where(preferences.c.person.in_(keys))).mappings()
    found = {row["person"]: _to_preferences(row) for row in rows}
    return [found.get(person.key, NO_PREFERENCES) for person in persons]


def _to_preferences(row: RowMapping) -> Preferences:
    return Preferences(
        mode=Mode(row["mode"]) if row["mode"] else None,
        parameters=row["parameters"],
        wants_dm=row["wants_dm"],
        language=row["language"],
        wants_questions=row["wants_questions"],
    )


def _change_preferences(
    connection: Connection, person: Person, change: Callable[[Preferences], Preferences]
) -> Preferences:
    lock_for(connection, _PERSONAL_LOCK_KEY)
    [current] = _preferences(connection, [person])
    wanted = change(current)
    connection.execute(delete(preferences).where(preferences.c.person == person.key))
    _insert(
        connection,
        preferences,
        {
            "person": person.key,
            "mode": wanted.mode.value if wanted.mode else None,
            "parameters": wanted.parameters,
            "wants_dm": wanted.wants_dm,
            "language": wanted.language,
            "wants_questions": wanted.wants_questions,
        },
    )
    return wanted


class SqlPersonalStore(SqlStore):
    """Implements `ports.PersonalStore`."""

    presets = transaction(_presets)
    save_preset = transaction(_save_preset)
    delete_preset = transaction(_delete_preset)
    preferences = batched(_preferences)
    change_preferences = transaction(_change_preferences)


class SqlDraftStore(SqlStore):
    """Implements `ports.DraftStore`."""

    put_draft = transaction(_put_draft)
    get_draft = transaction(_get_draft)
    drop_draft = transaction(_drop_draft)
    drop_drafts = transaction(_drop_drafts)
