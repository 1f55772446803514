"""Posting the result of one job exactly once, whatever was done before and whatever fails.

A message is recorded before it is sent. One whose outcome is not known is sent again with the same
key while the platform suppresses repeats; later we look for it first, and then put the result into
the placeholder's place, which may be repeated. There is never a blind second post.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.domain.conversations import Conversation
from bot.domain.deliveries import DELETED_MESSAGE, Delivery, Part
from bot.domain.errors import (
    DeniedError,
    FilesRefusedError,
    MessageGoneError,
    MessageTooLargeError,
    NotSentError,
    UndeliverableError,
    UnreadableError,
)
from bot.domain.jobs import Job, JobStatus
from bot.domain.messages import Message
from bot.domain.timings import TIMINGS
from bot.domain.views import View
from bot.ports.clock import Clock
from bot.ports.deliveries import DeliveryStore
from bot.ports.messenger import Messenger, Placeholder
from bot.screens.result import failure_view, result_view
from bot.services.uploads import Uploads
from bot.workers.leadership import Tenure
from bot.workers.recorded_parts import PartStandsError, RecordedParts
from bot.workers.sharing_out import next_images, next_number

log = structlog.get_logger(__name__)

SHRINKS = 2  # times that files are halved before they are spread over more messages
MAX_ATTEMPTS = 8  # at one message that is too large; the last one has links instead of images
TRIES_WITH_FILES = 6  # at files that the platform refuses for no reason that we know
MAY_STAND = "a post may have arrived, and the conversation cannot be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """Where a message of the result stands."""

    message: Message
    is_in_placeholder: bool = False


@dataclass(kw_only=True, eq=False)
class Posting:
    """One attempt at the result of one job."""

    job: Job
    delivery: Delivery | None  # None: nothing of it was begun
    uploads: Uploads
    messenger: Messenger
    deliveries: DeliveryStore
    clock: Clock
    tenure: Tenure
    timeout_s: float = TIMINGS.attempt_timeout_s  # for each step, but never for a record

    def __post_init__(self) -> None:
        self.parts = RecordedParts(
            delivery=self.delivery or Delivery.of(self.job.id),
            deliveries=self.deliveries,
            clock=self.clock,
            fence=self.tenure.fence,
        )
        self._placeholder = placeholder_of(self.job)
        self._refusal = "refused before"  # until it is refused again
        self._may_stand = False  # a message of a former attempt, where we cannot look

    async def complete(self) -> datetime | None:
        """Post all that is missing, then remove the placeholder.

        Returns when to look once more: at a result that took the placeholder's place, or for a
        placeholder that may still arrive. Else None.

        Raises:
            UndeliverableError: it can never be posted.
            DeliveryDelayedError: not now, or nobody knows; call again later.
            LostLeaseError: another process has taken over.
        """
        async with self._limited():
            await self.uploads.fit_all(self.messenger.limits.max_file_bytes)
        while (wanted := self._next()) is not None:
            await self._post(*wanted)
        async with self._limited():
            return await self._tidy_up()

    def _limited(self) -> asyncio.Timeout:
        return asyncio.timeout(self.timeout_s)

    async def _tidy_up(self) -> datetime | None:
        """Remove the placeholder, or see to the result in its place; return when to look again."""
        if (part := self.parts.in_placeholder) is not None:
            return await self._look_after(part)
        if self._has_own_placeholder:
            await self.messenger.delete(self._placeholder)
            return self._late_placeholder_until()
        return None

    def _late_placeholder_until(self) -> datetime | None:
        """Return until when the placeholder may still arrive, if that is not known; else None."""
        origin = self.job.origin
        if origin.placeholder_begun_at is None or origin.placeholder_id is not None:
            return None
        settled_at = origin.placeholder_begun_at + self.messenger.limits.send_settles_within
        return settled_at if self.clock.now() < settled_at else None

    async def _look_after(self, part: Part) -> datetime | None:
        """Make sure that a result stays where the placeholder was; return when to do so again.

        An edit of the placeholder that was given up before, here or in a process that died, may
        land afterwards, and would cover the result up for ever.
        """
        settled_at = (part.posted_at or part.started_at) + self.messenger.limits.edit_settles_within
        if self.clock.now() < settled_at:
            return settled_at
        try:
            if await self.messenger.shows(self._placeholder, key=self._key(part)) is not None:
                return None
        except (MessageGoneError, UnreadableError):
            return None
        log.info("result_covered_up", part=part.number)
        await self.parts.reopen(part.number)
        return self.clock.now()

    def _next(self) -> tuple[int, tuple[int, ...]] | None:
        """Return the number and images of a message that is to be posted, or None: all are."""
        parts = self.parts.delivery.parts
        if (part := next(iter(self.parts.missing), None)) is not None:
            return part.number, part.images
        if any(not part.images for part in parts):
            return None  # it was told that there is no result, though one may have come since
        images = next_images(self.uploads.sizes(), parts, self.messenger.limits)
        return (next_number(parts), images) if images or not parts else None

    # ── One message ─────────────────────────────────────────────────────────────────────────────

    async def _post(self, number: int, images: tuple[int, ...]) -> None:
        """Post one message, with smaller files or fewer images if the platform wants that."""
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                async with self._limited():
                    placed = await self._put(await self.parts.start(number, images))
            except PartStandsError:
                log.info("message_was_seen", part=number)
                return
            except MessageTooLargeError:
                log.info("message_too_large", part=number, images=len(images))
                await self.parts.clear(number)
                async with self._limited():
                    images = await self._shrink(images, attempt)
            except FilesRefusedError as error:
                tries = await self.parts.clear(number)
                self._drop_refused(images, error, tries)
            except NotSentError:
                await self.parts.clear(number)
                raise
            else:
                await self.parts.finish(
                    number, placed.message, is_in_placeholder=placed.is_in_placeholder
                )
                return
        raise UndeliverableError("the result is too large in every form")

    def _drop_refused(self, images: Sequence[int], error: FilesRefusedError, tries: int) -> None:
        """Go on with links.

        Raises:
            NotSentError: the platform may still take the files.
        """
        if not error.is_final and tries < TRIES_WITH_FILES:
            raise NotSentError(error.reason) from error
        log.error("files_refused", reason=error.reason)
        self.uploads.drop(images)

    async def _shrink(self, images: tuple[int, ...], attempt: int) -> tuple[int, ...]:
        """Return less to send: smaller files, then fewer (the rest gets a message of its own)."""
        if attempt <= SHRINKS:
            await self.uploads.halve(images)
        elif len(images) > 1 and attempt < MAX_ATTEMPTS - 1:
            return images[: len(images) // 2]
        else:
            self.uploads.drop(images)
        return images

    async def _put(self, part: Part) -> _Placed:
        """Bring one message to the person: where it was asked for, else as a direct message.

        Once it is certain that it cannot stand there, that is recorded: from then on it is direct.
        """
        if not part.is_direct:
            placed = await self._put_where_asked(part)
            if placed is not None:
                return placed
            await self.parts.clear(part.number)
            part = await self.parts.start(part.number, part.images, is_direct=True)
        try:
            return await self._put_into_direct_message(part)
        except DeniedError as error:
            raise UndeliverableError(
                f"may not post in the conversation: {self._refusal}; nor as a direct message: "
                f"{error.reason}"
            ) from error

    async def _put_where_asked(self, part: Part) -> _Placed | None:
        """Bring it into the conversation, else into the placeholder; None if neither may be."""
        if self.job.is_private:
            return await self._put_into_private_placeholder(part)
        if part.in_doubt and self._has_own_placeholder:
            placed = await self._found_in_placeholder(part)
            if placed is not None:
                return placed
        self._may_stand = False  # that was said of the message before
        try:
            return await self._put_into_conversation(part)
        except DeniedError as error:
            self._refusal = error.reason
            log.info("conversation_not_writable", part=part.number, reason=self._refusal)
        placed = await self._put_into_placeholder(part, by_token=True)
        if placed is None and self._may_stand:
            raise UndeliverableError(MAY_STAND)
        return placed

    async def _put_into_private_placeholder(self, part: Part) -> _Placed | None:
        """Put the first message of a private result in its placeholder's place; None: it is direct.

        Further ones have no such place. Once the reply token has ended nobody can tell whether it
        stands; one there, which the person's next start of the platform forgets, is no reason to
        keep back the direct message.
        """
        if part.number != 0 or not self._may_take_placeholder():
            return None
        try:
            return await self._replace(part)
        except DeniedError as error:
            self._refusal = error.reason
        except MessageGoneError:
            # It arrived, and the person deleted it by its own button, if anything stood there.
            if part.in_doubt and self.job.origin.placeholder_id is not None:
                gone = Message(conversation=self.job.origin.conversation, id=DELETED_MESSAGE)
                return _Placed(message=gone, is_in_placeholder=True)
        return None

    async def _put_into_conversation(self, part: Part) -> _Placed:
        if self._is_repeat_suppressed(part):
            return await self._send_or_find(part)
        found = await self._find(part)
        if found is not None:
            return found
        self._check_settled(part)
        await self.parts.check_unseen(part.number)
        placed = await self._put_into_placeholder(part)
        if placed is not None:
            return placed
        if self._may_stand:
            raise UndeliverableError(MAY_STAND)
        return await self._send(part)

    async def _send_or_find(self, part: Part) -> _Placed:
        """Send; if we no longer may, look whether an earlier attempt arrived while we might."""
        try:
            return await self._send(part)
        except DeniedError:
            found = await self._find(part) if part.in_doubt else None
            if found is None:
                raise
            return found

    async def _put_into_direct_message(self, part: Part) -> _Placed:
        conversation = await self.messenger.direct(self.job.origin.person)
        if not self._is_repeat_suppressed(part):
            try:
                found = await self.messenger.find(
                    conversation, key=self._key(part), placeholder=self._placeholder
                )
            except UnreadableError as error:
                reason = "a direct message may have arrived; it cannot be checked"
                raise UndeliverableError(reason) from error
            if found is not None:
                return _Placed(message=found)
            self._check_settled(part)
            await self.parts.check_unseen(part.number)
        return await self._send(part, conversation)

    def _check_settled(self, part: Part) -> None:
        """Wait with a repeat until an earlier send, of a process that died, can no longer land.

        Raises:
            NotSentError: it may, until `retry_after`.
        """
        # Before a send, files are brought to the platform; a leader that died may have begun long
        # ago and sent just before we took over.
        begun_at = max(part.started_at, self.tenure.since)
        settled_at = begun_at + self.messenger.limits.send_settles_within
        if self.clock.now() < settled_at:
            wait = settled_at - self.clock.now()
            raise NotSentError("an earlier post may still arrive", retry_after=wait)

    # ── Calls of the platform ───────────────────────────────────────────────────────────────────

    async def _send(self, part: Part, conversation: Conversation | None = None) -> _Placed:
        self.tenure.check()
        where = conversation or self.job.origin.conversation
        message = await self.messenger.send(
            where, self._view(part), key=self._key(part), check=self.tenure.check
        )
        return _Placed(message=message)

    async def _find(self, part: Part) -> _Placed | None:
        """Look for a message that may have arrived before; remember if that cannot be told."""
        try:
            message = await self.messenger.find(
                self.job.origin.conversation, key=self._key(part), placeholder=self._placeholder
            )
        except UnreadableError:
            self._may_stand = True
            return None
        return None if message is None else _Placed(message=message)

    async def _found_in_placeholder(self, part: Part) -> _Placed | None:
        """Return the placeholder if a former attempt took its place, and its answer was lost."""
        try:
            message = await self.messenger.shows(self._placeholder, key=self._key(part))
        except (MessageGoneError, UnreadableError):
            return None
        return None if message is None else _Placed(message=message, is_in_placeholder=True)

    async def _put_into_placeholder(self, part: Part, *, by_token: bool = False) -> _Placed | None:
        """Let the placeholder become this message; None where that cannot be."""
        if not self._may_take_placeholder():
            return None
        try:
            return await self._replace(part, by_token=by_token)
        except (DeniedError, MessageGoneError):
            return None

    async def _replace(self, part: Part, *, by_token: bool = False) -> _Placed:
        self.tenure.check()
        message = await self.messenger.replace(
            self._placeholder, self._view(part), key=self._key(part), by_token=by_token
        )
        return _Placed(message=message, is_in_placeholder=True)

    # ── What is known ───────────────────────────────────────────────────────────────────────────

    @property
    def is_repeat_suppressed(self) -> bool:
        """Whether a repeat of what is in doubt certainly makes no second message, still."""
        return all(map(self._is_repeat_suppressed, self.parts.missing))

    @property
    def _has_own_placeholder(self) -> bool:
        """Whether the placeholder is this result's to take; that of a group counts its jobs."""
        return self.job.group_id is None

    def _may_take_placeholder(self) -> bool:
        return (
            self.messenger.limits.can_replace_with_result
            and self._has_own_placeholder
            and self.parts.in_placeholder is None
        )

    def _is_repeat_suppressed(self, part: Part) -> bool:
        """Whether sending makes no second message: no attempt is in doubt, or not for long."""
        age = self.clock.now() - part.started_at
        return not part.in_doubt or age < self.messenger.limits.repeats_suppressed_for

    def _view(self, part: Part) -> View:
        succeeded = self.job.status is JobStatus.SUCCEEDED
        images = self.uploads.pick(part.images) if succeeded else ()
        return result_view(self.job, part.number, images) if images else failure_view(self.job)

    def _key(self, part: Part) -> str:
        return f"{self.job.id}.{part.number}{'d' if part.is_direct else ''}"


def placeholder_of(job: Job) -> Placeholder:
    """Return the placeholder of a job or, of a group's first job, of the group."""
    key = f"{job.id}.p"
    return Placeholder(
        origin=job.origin, is_private=job.is_private, key=key, asked_at=job.created_at
    )
