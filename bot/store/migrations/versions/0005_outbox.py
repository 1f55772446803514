"""Notes of what changed about a job and is not shown yet."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the time of the note; what happened before is shown already."""
    op.add_column("jobs", sa.Column("noted_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_jobs_noted_at",
        "jobs",
        ["noted_at"],
        sqlite_where=sa.text("noted_at IS NOT NULL"),
        postgresql_where=sa.text("noted_at IS NOT NULL"),
    )
