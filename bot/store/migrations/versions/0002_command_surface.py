"""Groups, private and discarded jobs, drafts, references, presets and preferences."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what the command surface needs."""
    op.add_column("jobs", sa.Column("group_id", sa.String(20)))
    for name in ("is_private", "is_discarded"):
        op.add_column(
            "jobs", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.create_index(
        "ix_jobs_group_id",
        "jobs",
        ["group_id"],
        sqlite_where=sa.text("group_id IS NOT NULL"),
        postgresql_where=sa.text("group_id IS NOT NULL"),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(20), primary_key=True),
        sa.Column("requester", sa.String(64), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_drafts_created_at", "drafts", ["created_at"])
    op.create_index("ix_drafts_requester", "drafts", ["requester", "created_at"])
    op.create_table(
        "reference_images",
        sa.Column("id", sa.String(20), primary_key=True),
        sa.Column("requester", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
    op.create_index(
        "ix_reference_images_requester",
        "reference_images",
        ["requester", "created_at", "size_bytes", "id"],
    )
    op.create_index("ix_reference_images_used_at", "reference_images", ["used_at"])
    op.create_table(
        "presets",
        sa.Column("requester", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
    )
    op.create_table(
        "preferences",
        sa.Column("requester", sa.String(64), primary_key=True),
        sa.Column("mode", sa.String(10)),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("wants_dm", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(20)),
        sa.Column("wants_questions", sa.Boolean(), nullable=False),
    )
