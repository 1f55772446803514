"""Posting the result of one job exactly once, whatever was done before and whatever fails.

A message is recorded before it is sent, and sent with a nonce that Discord honours for a few
minutes. A send whose outcome is not known is repeated with the same nonce while that is young;
later we look for our own card first, and then fill the placeholder, which may be repeated. There is
never a blind second post.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import discord
import structlog

from bot.domain.deliveries import Part
from bot.domain.errors import UndeliverableError
from bot.domain.jobs import Job
from bot.domain.pictures import FetchedImage
from bot.platforms.discord.calls import (
    discord_call,
    is_message_gone,
    is_too_large,
    lacks_access,
    reason_of,
)
from bot.platforms.discord.cards.custom_ids import card_mark
from bot.platforms.discord.cards.links import DELETED_MESSAGE
from bot.platforms.discord.posting.content import Content
from bot.platforms.discord.posting.history import Search, find_card
from bot.platforms.discord.posting.parts import MAX_FILE_BYTES, next_images, next_number
from bot.platforms.discord.posting.placeholder import Placeholder
from bot.platforms.discord.posting.uploads import Uploads
from bot.ports.platform import PostLog

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot

log = structlog.get_logger(__name__)

NONCE_LIFE = timedelta(minutes=2)  # Discord promises "a few minutes"
SHRINKS = 2  # times that files are halved before they are spread over more messages
MAX_ATTEMPTS = 8  # at one message that is too large; the last one has links instead of images

MAY_STAND = "a post may have arrived, and the channel cannot be read"

_Channel: TypeAlias = discord.PartialMessageable | discord.DMChannel


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A message that stands in a channel."""

    message_id: str
    channel_id: str


class Posting:
    """One attempt at the delivery of one job."""

    def __init__(
        self,
        bot: "ImagineBot",
        *,
        job: Job,
        images: Sequence[FetchedImage],
        post_log: PostLog,
    ) -> None:
        self._bot = bot
        self._clock = bot.clock
        self._timings = bot.discord_timings
        self._job = job
        self._uploads = Uploads(images)
        self._log = post_log
        self._started_at = self._clock.now()
        self._refusal = "Discord refused it before"  # until it does so again
        self._may_stand = False  # a message of a former attempt, where we cannot look
        self._placeholder = Placeholder(bot, job)

    async def complete(self) -> datetime | None:
        """Post all that is missing, then remove the placeholder.

        Gives when to look once more at a result that took the placeholder's place; else None.

        Raises:
            UndeliverableError, DeliveryDelayedError: see `ports.Platform.deliver`.
            discord.HTTPException: Discord refuses for good.
        """
        await self._placeholder.recover()
        await self._uploads.fit_all(MAX_FILE_BYTES)
        while (wanted := self._next()) is not None:
            await self._post(*wanted)
        if (part := self._part_at_placeholder()) is not None:
            return await self._look_after(part)
        if not self._is_placeholder_shared():
            await self._placeholder.remove()
        return None

    async def _look_after(self, part: Part) -> datetime | None:
        """Make sure that a result stays where the placeholder was; give when to do so again.

        A change of the placeholder that was given up before, here or in a process that died, may
        reach Discord afterwards, and would cover it up for ever.
        """
        settles_at = (part.posted_at or part.started_at) + self._timings.result_settles_within
        if self._clock.now() < settles_at:
            return settles_at
        if await self._placeholder.shows(card_mark(self._job.id, part.number)) is not False:
            return None
        log.info("result_covered_up", part=part.number)
        await self._log.reopen_part(part.number)
        return self._clock.now()

    def _next(self) -> tuple[int, tuple[int, ...]] | None:
        """Return the number and images of a message that is to be posted, or None: all are."""
        recorded = self._log.delivery.parts
        for part in recorded:
            if part.message_id is None:
                return part.number, part.images
        if any(not part.images for part in recorded):
            return None  # it was told that there is no result, though one may have come since
        images = next_images(self._uploads.sizes(), recorded)
        return (next_number(recorded), images) if images or not recorded else None

    async def _post(self, number: int, images: tuple[int, ...]) -> None:
        """Post one message, with smaller files or fewer images if Discord finds it too large."""
        for attempt in range(1, MAX_ATTEMPTS + 1):
            part = await self._log.start_part(number, images)
            try:
                posted = await self._put(part)
            except discord.HTTPException as error:
                if not is_too_large(error):
                    raise
                log.info("message_too_large", part=number, images=len(part.images))
                images = await self._shrink(part.images, attempt)
            else:
                await self._log.finish_part(
                    number, message_id=posted.message_id, channel_id=posted.channel_id
                )
                return
        raise UndeliverableError("Discord finds the result too large in every form")

    async def _shrink(self, images: tuple[int, ...], attempt: int) -> tuple[int, ...]:
        """Return less to send: smaller files, then fewer (the rest gets a message of its own)."""
        if attempt <= SHRINKS:
            await self._uploads.halve(images)
        elif len(images) > 1 and attempt < MAX_ATTEMPTS - 1:
            return images[: len(images) // 2]
        else:
            self._uploads.drop(images)
        return images

    async def _put(self, part: Part) -> Posted:
        """Bring one message to the person: where it was asked for, else as a direct message.

        Once it is certain that it cannot stand there, that is noted: from then on it is direct.
        """
        if not part.is_direct:
            posted = await self._put_where_asked(part)
            if posted is not None:
                return posted
            part = await self._log.start_part(part.number, part.images, is_direct=True)
        try:
            return await self._put_into_dm(part)
        except discord.HTTPException as error:
            if is_too_large(error) or self._job.is_private:
                raise
            raise UndeliverableError(
                f"may not post in the channel: {self._refusal}; nor as a direct message: "
                f"{reason_of(error)}"
            ) from error

    async def _put_where_asked(self, part: Part) -> Posted | None:
        """Bring it into the channel, else into the placeholder by token; None if neither may be.

        A private one never goes into the channel. Its first message takes the place of the answer,
        which may be repeated; further ones have no such place. Once the token has ended nobody can
        tell whether it did; one in the answer, which the person's next start of Discord forgets, is
        no reason to keep back the direct message.
        """
        if self._job.is_private:
            if part.number == 0 and await self._fill_placeholder_by_token(part):
                return self._at_placeholder()
            return self._deleted() if self._was_deleted(part) else None
        if await self._has_filled_placeholder(part):
            return self._at_placeholder()
        self._may_stand = False  # that was said of the message before
        try:
            return await self._put_into_channel(part)
        except discord.HTTPException as error:
            if not lacks_access(error):
                raise
            self._refusal = reason_of(error)
            log.info("channel_not_writable", part=part.number, reason=self._refusal)
        if await self._fill_placeholder_by_token(part):
            return self._at_placeholder()
        if self._may_stand:
            raise UndeliverableError(MAY_STAND)
        return None

    async def _put_into_channel(self, part: Part) -> Posted:
        channel = self._bot.get_partial_messageable(int(self._job.origin.conversation.id))
        nonce = f"{self._job.id}.{part.number}"
        if self._is_young(part):
            return await self._send_or_find(channel, part, nonce)
        found = await self._search(channel, part)
        if found.message_id is not None:
            return _posted(channel, found.message_id)
        self._may_stand = not found.is_proven
        if await self._fill_placeholder(part):
            return self._at_placeholder()
        if self._may_stand:
            raise UndeliverableError(MAY_STAND)
        return await self._send(channel, part, nonce)

    async def _send_or_find(self, channel: _Channel, part: Part, nonce: str) -> Posted:
        """Send; if we no longer may, look whether an earlier attempt arrived while we might."""
        try:
            return await self._send(channel, part, nonce)
        except discord.HTTPException as error:
            is_first = part.started_at >= self._started_at
            if is_first or not lacks_access(error):
                raise
            found = await self._search(channel, part)
            if found.message_id is None:
                self._may_stand = not found.is_proven
                raise
        return _posted(channel, found.message_id)

    async def _put_into_dm(self, part: Part) -> Posted:
        async with discord_call(self._timings.call_timeout_s):
            channel = await self._bot.create_dm(discord.Object(self._job.origin.person.id))
        if not self._is_young(part):
            found = await self._search(channel, part)
            if found.message_id is not None:
                return _posted(channel, found.message_id)
            if not found.is_proven:
                raise UndeliverableError("a direct message may have arrived; it cannot be checked")
        return await self._send(channel, part, f"{self._job.id}.{part.number}d")

    async def _send(self, channel: _Channel, part: Part, nonce: str) -> Posted:
        content = self._content(part)
        retry_after = self._timings.retry_soon if self._is_young(part) else None
        try:
            async with discord_call(self._timings.send_timeout_s, retry_after=retry_after):
                message = await channel.send(
                    view=content.view,
                    files=content.files,
                    nonce=nonce,
                    allowed_mentions=content.mentions,
                )
        except discord.NotFound as error:
            if not is_message_gone(error):
                raise
            return _posted(channel, DELETED_MESSAGE)
        return _posted(channel, str(message.id))

    async def _search(self, channel: _Channel, part: Part) -> Search:
        assert self._bot.user is not None  # known since the login
        return await find_card(
            channel,
            after=self._placeholder.anchor,
            author_id=self._bot.user.id,
            job_id=self._job.id,
            part=part.number,
            is_direct=part.is_direct or self._job.origin.conversation.is_direct,
            timeout_s=self._timings.send_timeout_s,
        )

    async def _fill_placeholder(self, part: Part) -> bool:
        if self._is_placeholder_shared() or self._is_placeholder_taken():
            return False
        return await self._placeholder.fill(self._content(part))

    async def _fill_placeholder_by_token(self, part: Part) -> bool:
        if self._is_placeholder_shared() or self._is_placeholder_taken():
            return False
        return await self._placeholder.fill_by_token(partial(self._content, part))

    async def _has_filled_placeholder(self, part: Part) -> bool:
        """Whether a former attempt did, and only its answer was lost."""
        if part.started_at >= self._started_at or self._is_placeholder_shared():
            return False
        return bool(await self._placeholder.shows(card_mark(self._job.id, part.number)))

    def _is_placeholder_shared(self) -> bool:
        """Whether the placeholder counts the jobs of a group, and is not this result's to take."""
        return self._job.group_id is not None

    def _is_placeholder_taken(self) -> bool:
        return self._part_at_placeholder() is not None

    def _part_at_placeholder(self) -> Part | None:
        """Return the one of the result's messages that the placeholder has become, if any."""
        message_id = self._placeholder.message_id
        if message_id is None:
            return None
        parts = self._log.delivery.parts
        return next((part for part in parts if part.message_id == message_id), None)

    def _was_deleted(self, part: Part) -> bool:
        """Whether a former attempt arrived, and the person deleted it by the card's own button.

        A private placeholder that still waits has no such button.
        """
        is_again = part.started_at < self._started_at
        return is_again and part.number == 0 and self._placeholder.is_gone

    def _deleted(self) -> Posted:
        return Posted(message_id=DELETED_MESSAGE, channel_id=self._job.origin.conversation.id)

    def _at_placeholder(self) -> Posted:
        message_id = self._placeholder.message_id
        assert message_id is not None  # it was filled just now
        return Posted(message_id=message_id, channel_id=self._job.origin.conversation.id)

    def _content(self, part: Part) -> Content:
        return Content.of(self._job, part.number, self._uploads.pick(part.images))

    def _is_young(self, part: Part) -> bool:
        """Whether Discord still knows the nonce of a first attempt."""
        return self._clock.now() - part.started_at < NONCE_LIFE


def _posted(channel: _Channel, message_id: str) -> Posted:
    return Posted(message_id=message_id, channel_id=str(channel.id))
