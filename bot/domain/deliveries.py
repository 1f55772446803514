"""The posting of results, and what is still to be said about a job."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DeliveryStatus(StrEnum):
    """Where the posting of a finished job stands."""

    PENDING = "pending"
    SENDING = "sending"  # some process holds its lease
    SENT = "sent"
    UNDELIVERABLE = "undeliverable"  # for good; the reason is on the row


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """Something changed about a job that its placeholder, or the person, does not say yet."""

    job_id: str
    placeholder_of: str  # the job whose placeholder it is: this one, or the first of its group
    channel: str  # platform:channel_id
    noted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of a delivery. Recorded before it is sent, completed afterwards."""

    number: int  # from 0; goes into the nonce
    images: tuple[int, ...]  # indexes into the job's image_urls; empty for a failure message
    started_at: datetime  # of the first attempt there; tells how old the nonce is
    message_id: str | None = None  # None: the outcome of the send is not known
    is_direct: bool = False  # certainly not where it was asked for: it goes to the person directly
    posted_at: datetime | None = None  # since when the message is known to stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The posting of one finished job into its channel."""

    job_id: str
    status: DeliveryStatus
    created_at: datetime
    attempts: int = 0
    was_left_behind: bool = False  # just claimed, and it was being sent by a process that died
    fence: int = 0
    parts: tuple[Part, ...] = ()
    channel_id: str | None = None  # where it went, if not to the origin's channel (a DM)
    reason: str | None = None  # why it is undeliverable

    @property
    def posted_at(self) -> datetime | None:
        """When the last of its messages stood; None if none is known to."""
        return max((part.posted_at for part in self.parts if part.posted_at), default=None)
