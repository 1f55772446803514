"""The posting of results. See `bot.domain.outbox` for what is still to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

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
    is_open: bool = True  # nobody has said yet what came of the latest attempt
    in_doubt: int = 0  # attempts before the latest of which nobody will say what came of them
    message_id: str | None = None  # None: it does not stand as far as we know
    is_direct: bool = False  # certainly not where it was asked for: it goes to the person directly
    is_in_placeholder: bool = False  # the placeholder became this message
    posted_at: datetime | None = None  # since when the message is known to stand

    def begun_again(self, images: Sequence[int], *, now: datetime) -> Self:
        """Return it with a new attempt; the time of the first one in doubt stays."""
        in_doubt = self.in_doubt + self.is_open
        return replace(
            self,
            images=tuple(images),
            started_at=self.started_at if in_doubt else now,
            attempt=self.attempt + 1,
            is_open=True,
            in_doubt=in_doubt,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The posting of one finished job into its conversation."""

    job_id: str
    status: DeliveryStatus = DeliveryStatus.POSTING
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

    def started(
        self, number: int, images: Sequence[int], *, now: datetime, is_direct: bool = False
    ) -> Self:
        """Return it with an attempt at message `number`; one that stands already stays as it is."""
        known = self.part(number)
        if known is not None and known.message_id is not None:
            return self
        if known is None or (is_direct and not known.is_direct):
            attempt = 1 if known is None else known.attempt + 1
            fresh = Part(
                number=number,
                images=tuple(images),
                started_at=now,
                attempt=attempt,
                is_direct=is_direct,
            )
            return self._with(fresh)
        return self._with(known.begun_again(images, now=now))

    def finished(
        self,
        number: int,
        *,
        message_id: str,
        conversation_id: str,
        is_in_placeholder: bool,
        now: datetime,
    ) -> Self:
        """Return it with a message that carries part `number`."""
        part = self._known(number)
        done = replace(
            part,
            message_id=message_id,
            is_in_placeholder=is_in_placeholder,
            is_open=False,
            posted_at=part.posted_at or now,
        )
        return replace(self._with(done), conversation_id=conversation_id)

    def cleared(self, number: int) -> Self:
        """Return it without the latest attempt at part `number`, which certainly sent nothing."""
        part = self._known(number)
        if part.in_doubt or part.is_direct:
            return self._with(replace(part, is_open=False))
        return replace(self, parts=tuple(each for each in self.parts if each is not part))

    def reopened(self, number: int) -> Self:
        """Return it without the message of part `number`, which shows something else by now."""
        missing = replace(
            self._known(number), message_id=None, is_in_placeholder=False, posted_at=None
        )
        return self._with(missing)

    def _known(self, number: int) -> Part:
        return next(part for part in self.parts if part.number == number)

    def _with(self, part: Part) -> Self:
        others = [each for each in self.parts if each.number != part.number]
        return replace(self, parts=tuple(sorted([*others, part], key=lambda each: each.number)))
