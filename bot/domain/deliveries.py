"""The posting of results. See `bot.domain.outbox` for what is still to be shown."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


DELETED_MESSAGE = "0"  # recorded for a message that somebody deleted before we knew its id


class DeliveryStatus(StrEnum):
    """Where the posting of a finished job stands."""

    POSTING = "posting"  # some of its messages were begun
    POSTED = "posted"
    UNDELIVERABLE = "undeliverable"  # for good; the reason is on the row


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of a delivery. Recorded before it is sent, completed afterwards."""

    number: int  # from 0; goes into the message's key
    images: tuple[int, ...]  # indexes into the job's image_urls; empty for a failure message
    started_at: datetime  # of the first attempt whose outcome is not known
    attempt: int = 1  # grows with each; what reports on one names it
    in_doubt: int = 0  # attempts before this one whose outcome is not known
    message_id: str | None = None  # None: it does not stand as far as we know
    is_direct: bool = False  # certainly not where it was asked for: it goes to the person directly
    is_in_placeholder: bool = False  # the placeholder became this message
    posted_at: datetime | None = None  # since when the message is known to stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The posting of one finished job into its conversation."""

    job_id: str
    status: DeliveryStatus
    parts: tuple[Part, ...] = ()  # by number
    conversation_id: str | None = None  # where its last message went
    reason: str | None = None  # why it is undeliverable

    @property
    def posted_at(self) -> datetime | None:
        """When the last of its messages stood; None if none is known to."""
        return max((part.posted_at for part in self.parts if part.posted_at), default=None)

    def part(self, number: int) -> Part | None:
        """Return the part with this number, if it was begun."""
        return next((part for part in self.parts if part.number == number), None)
