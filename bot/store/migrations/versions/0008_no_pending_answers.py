"""No record of answers that people wait for."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Drop it."""
    op.drop_table("pending_answers")
