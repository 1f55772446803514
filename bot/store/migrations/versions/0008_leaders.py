"""Jobs are claimed by the leader, under its fence; they have no leases of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Replace the columns."""
    op.drop_column("jobs", "owner")
    op.drop_column("jobs", "lease_until")
    op.alter_column("jobs", "fence", new_column_name="attempt")
    op.add_column("jobs", sa.Column("leader_fence", sa.Integer))
