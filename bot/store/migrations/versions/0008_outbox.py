"""One outbox for all that is still to be shown; deliveries hold what was posted."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Replace the tables; no release exists, so nothing is carried over."""
    op.drop_index("ix_jobs_noted_at", "jobs")
    op.drop_column("jobs", "noted_at")
    op.drop_index("uq_jobs_provider_task_id", "jobs")
    _index("uq_jobs_provider_task_id", "jobs", "provider_task_id IS NOT NULL", "provider_task_id")
    op.drop_table("pending_answers")
    op.drop_table("deliveries")
    op.create_table(
        "deliveries",
        sa.Column("job_id", sa.String(20), _to_job(), primary_key=True),
        sa.Column("status", sa.String(15), nullable=False),
        sa.Column("parts", sa.JSON, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("conversation_id", sa.String(40)),
        sa.Column("reason", sa.Text),
    )
    op.create_table(
        "outbox",
        sa.Column("key", sa.String(26), primary_key=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("job_id", sa.String(20), _to_job(), nullable=False),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("conversation", sa.String(64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("first_attempt_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_outbox_due_at", "outbox", ["platform", "due_at"])
    op.create_index("ix_outbox_job_id", "outbox", ["job_id"])
    _index("ix_outbox_results", "outbox", "kind = 'result'", "job_id", unique=False)


def _to_job() -> sa.ForeignKey:
    return sa.ForeignKey("jobs.id", ondelete="CASCADE")


def _index(name: str, table: str, where: str, column: str, *, unique: bool = True) -> None:
    condition = sa.text(where)
    op.create_index(
        name,
        table,
        [column],
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )
