"""The posting of results. See `bot.domain.outbox` for what is still to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.conversations import Conversation, ConversationKind
from bot.domain.errors import LostLeaseError

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
    is_cleared: bool = False  # this attempt certainly sent nothing
    message_id: str | None = None  # None: it does not stand as far as we know
    is_direct: bool = False  # certainly not where it was asked for: it goes to the person directly
    is_in_placeholder: bool = False  # the placeholder became this message
    posted_at: datetime | None = None  # since when the message is known to stand

    @property
    def standing_id(self) -> str | None:
        """The id of its message, if that stands as far as we know and its id is known."""
        return None if self.message_id == DELETED_MESSAGE else self.message_id

    def begun_again(
        self, *, attempt: int, images: Sequence[int], now: datetime, is_direct: bool
    ) -> "Part":
        """Return it with a new attempt. One that becomes direct leaves all doubts behind."""
        new = Part(
            number=self.number,
            images=tuple(images),
            started_at=now,
            attempt=attempt,
            is_direct=is_direct or self.is_direct,
        )
        in_doubt = self.in_doubt + (0 if self.is_cleared else 1)
        if in_doubt == 0 or new.is_direct != self.is_direct:
            return new
        return replace(new, started_at=self.started_at, in_doubt=in_doubt)

    def reopened(self, *, attempt: int) -> "Part":
        """Return it as one that certainly stands nowhere."""
        return replace(
            self,
            attempt=attempt,
            in_doubt=0,
            is_cleared=True,
            message_id=None,
            is_in_placeholder=False,
            posted_at=None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The posting of one finished job into its conversation."""

    job_id: str
    status: DeliveryStatus
    parts: tuple[Part, ...] = ()  # by number
    attempts: int = 0  # at all its parts, also at those that were forgotten; numbers the next one
    conversation_id: str | None = None  # where its last message went
    reason: str | None = None  # why it is undeliverable

    @classmethod
    def of(cls, job_id: str) -> "Delivery":
        """Return the one of a job of whose result nothing was begun."""
        return cls(job_id=job_id, status=DeliveryStatus.POSTING)

    @property
    def posted_at(self) -> datetime | None:
        """When the last of its messages stood; None if none is known to."""
        return max((part.posted_at for part in self.parts if part.posted_at), default=None)

    def stands_in(self, asked_in: Conversation) -> Conversation:
        """Return where its messages stand: where the job was asked for, or a direct message."""
        place = self.conversation_id
        if place is None or place == asked_in.id:
            return asked_in
        return replace(asked_in, tenant_id=None, id=place, kind=ConversationKind.DIRECT)

    def part(self, number: int) -> Part | None:
        """Return the part with this number, if it was begun."""
        return next((part for part in self.parts if part.number == number), None)

    def started(
        self, number: int, *, images: Sequence[int], now: datetime, is_direct: bool
    ) -> "Delivery":
        """Return it with a new attempt at a part, unless that stands."""
        part, attempt = self.part(number), self.attempts + 1
        if part is None:
            part = Part(number=number, images=(), started_at=now, is_cleared=True)
        elif part.message_id is not None:
            return self
        begun = part.begun_again(attempt=attempt, images=images, now=now, is_direct=is_direct)
        return self._with_part(begun)

    def finished(
        self,
        number: int,
        *,
        attempt: int,
        message_id: str,
        conversation_id: str,
        is_in_placeholder: bool,
        now: datetime,
    ) -> "Delivery":
        """Return it with the message that carries a part.

        Raises:
            LostLeaseError: a later attempt was begun.
        """
        part = self._attempted(number, attempt)
        if part is None:
            raise LostLeaseError
        stands = replace(
            part, message_id=message_id, is_in_placeholder=is_in_placeholder, posted_at=now
        )
        return replace(self._with_part(stands), conversation_id=conversation_id)

    def seen(
        self,
        number: int,
        *,
        message_id: str,
        conversation_id: str,
        is_in_placeholder: bool,
        now: datetime,
    ) -> "Delivery":
        """Return it with the message of a part that somebody saw, unless one is known."""
        part = self.part(number)
        if part is None or part.message_id is not None:
            return self
        stands = replace(
            part, message_id=message_id, is_in_placeholder=is_in_placeholder, posted_at=now
        )
        return replace(self._with_part(stands), conversation_id=conversation_id)

    def cleared(self, number: int, *, attempt: int) -> "Delivery":
        """Return it without an attempt that certainly sent nothing.

        Raises:
            LostLeaseError: a later attempt was begun.
        """
        part = self._attempted(number, attempt)
        if part is None or part.message_id is not None:
            return self
        if part.in_doubt or part.is_direct:
            return self._with_part(replace(part, is_cleared=True))
        return replace(self, parts=tuple(each for each in self.parts if each.number != number))

    def reopened(self, number: int) -> "Delivery":
        """Return it with a part that is to be posted again, since no message carries it."""
        part = self.part(number)
        return self if part is None else self._with_part(part.reopened(attempt=self.attempts + 1))

    def _attempted(self, number: int, attempt: int) -> Part | None:
        """Return the part if this is the latest attempt at it; None if it was forgotten."""
        part = self.part(number)
        if part is not None and part.attempt != attempt:
            raise LostLeaseError
        return part

    def _with_part(self, part: Part) -> "Delivery":
        parts = {each.number: each for each in self.parts} | {part.number: part}
        return replace(
            self,
            parts=tuple(parts[number] for number in sorted(parts)),
            attempts=max(self.attempts, part.attempt),
        )
