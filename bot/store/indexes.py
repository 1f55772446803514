"""The indexes of the tables. Migrations make them; a test compares the two.

Apart from the tables, because nothing else reads them, and naming what an index of PostgreSQL holds
loads its dialect: 2 MB, and a part of every start, that SQLite's users need not spend.
"""

from typing import Any

from sqlalchemy import ColumnElement, Index, text

from bot.store.tables import drafts, jobs, metadata, outbox, reference_images

__all__ = ["metadata"]  # the tables, by now with their indexes

_QUEUED = "status = 'queued'"


def _partial_index(
    where: str, name: str, *columns: ColumnElement[Any], unique: bool = False
) -> None:
    condition = text(where)
    Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


# A slot is taken by one job; the index also answers "who is in flight" from a handful of entries.
_partial_index("slot IS NOT NULL", "uq_jobs_slot", jobs.c.slot, unique=True)
# Partial: else PostgreSQL took the column for one that foreign keys may name, and a job that gets
# its task would keep all who write an outbox entry of it waiting, each perhaps for the other.
_partial_index(
    "provider_task_id IS NOT NULL", "uq_jobs_provider_task_id", jobs.c.provider_task_id, unique=True
)
# Claims: those sent back first, then the oldest.
_partial_index(_QUEUED, "ix_jobs_queue", jobs.c.sent_back.desc(), jobs.c.created_at, jobs.c.id)
# Claims: the oldest of one person; new requests: how many wait, of whom.
_partial_index(_QUEUED, "ix_jobs_queue_by_person", jobs.c.person, jobs.c.created_at)
# Admission: one person's last 24 hours.
Index("ix_jobs_person", jobs.c.person, jobs.c.created_at)
# The jobs of one command.
_partial_index("group_id IS NOT NULL", "ix_jobs_group_id", jobs.c.group_id)
# Status polls.
_partial_index("next_poll_at IS NOT NULL", "ix_jobs_next_poll_at", jobs.c.next_poll_at)
# Estimates: the latest successes of a mode.
_partial_index("status = 'succeeded'", "ix_jobs_succeeded", jobs.c.mode, jobs.c.finished_at)
# Forgetting, oldest first.
_partial_index("finished_at IS NOT NULL", "ix_jobs_finished_at", jobs.c.finished_at)
# Erasing reply tokens.
_partial_index("reply_token IS NOT NULL", "ix_jobs_reply_token", jobs.c.reply_token_ends_at)

Index("ix_outbox_due_at", outbox.c.platform, outbox.c.due_at)
# Forgetting jobs, and with them their entries.
Index("ix_outbox_job_id", outbox.c.job_id)
# How many results wait.
_partial_index("kind = 'result'", "ix_outbox_results", outbox.c.job_id)

Index("ix_drafts_created_at", drafts.c.created_at)
# The newest of one person.
Index("ix_drafts_person", drafts.c.person, drafts.c.created_at)

# With sizes and ids, so that sums are read from the index alone.
Index(
    "ix_reference_images_person",
    reference_images.c.person,
    reference_images.c.created_at,
    reference_images.c.size_bytes,
    reference_images.c.id,
)
Index("ix_reference_images_used_at", reference_images.c.used_at)
