"""What was said about a job's prompt stays with the job."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Let the earlier jobs have no remarks."""
    op.add_column("jobs", sa.Column("remarks", sa.JSON(), nullable=False, server_default="[]"))
