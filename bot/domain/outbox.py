"""The outbox: what must still be shown to somebody. No content: that is read when it is shown."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class OutboxKind(StrEnum):
    """What is to be shown."""

    PLACEHOLDER = "placeholder"  # how the job, or its group, stands
    RESULT = "result"  # the pictures, or why there are none
    DONE = "done"  # by direct message: the result stands in its conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """One thing to be shown. A later change of the same key replaces an earlier one.

    The placeholder and the result of a single job share the job's id as their key. In a group each
    result has its job's id, and the placeholder has `group_key` of the group's.
    """

    key: str
    kind: OutboxKind
    version: int  # grows with each change; what is recorded about an entry names the one it means
    job_id: str  # of a group's placeholder: the group's first job
    conversation: str  # `Conversation.key`; few entries of one are worked on at a time
    changed_at: datetime  # when what is to be shown changed
    due_at: datetime
    attempts: int = 0  # at this version
    first_attempt_at: datetime | None = None


def group_key(group_id: str) -> str:
    """Return the key of a group's placeholder."""
    return f"{group_id}.g"


def done_key(job_id: str, group_id: str | None) -> str:
    """Return the key of the direct message that says once that a command is done."""
    return f"{group_id or job_id}.done"
