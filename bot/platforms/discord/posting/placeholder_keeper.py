"""Keeps placeholders up to date, and out of the way of results.

What was shown last is remembered, only to spare calls: after a restart, or in another process, a
placeholder may be told once more what it says already.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import discord
import structlog
from discord import ui

from bot.errors import DeliveryDelayedError
from bot.models import GroupProgress, Job, JobStatus
from bot.platforms.discord.calls import CALL_TIMEOUT_S, reason_of
from bot.platforms.discord.cards.placeholder_cards import progress_card
from bot.platforms.discord.posting.placeholder import Placeholder

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot

log = structlog.get_logger(__name__)

CHANGE_TIMEOUT_S = 20.0
# What Discord has not done a quarter of a minute after we gave it up, it never does. So this long
# after something changed, nothing older can come to be shown.
SETTLES_WITHIN = timedelta(seconds=CHANGE_TIMEOUT_S + CALL_TIMEOUT_S)
MAX_REMEMBERED = 1000


class PlaceholderKeeper:
    """Changes placeholders when the state of their jobs has changed."""

    def __init__(self, bot: "ImagineBot") -> None:
        self._bot = bot
        self._shown: OrderedDict[str, GroupProgress] = OrderedDict()  # by group or job
        self._changing: dict[str, asyncio.Timeout] = {}
        self._delivering: set[str] = set()
        self._answering: dict[str, asyncio.Event] = {}

    async def show(
        self, job: Job, progress: GroupProgress, *, noted_at: datetime
    ) -> datetime | None:
        """Bring the placeholder up to date with a change of `noted_at`; a complete group's goes.

        Best effort. Of a group, `job` is the first. Gives when to do so once more. That is so after
        a change without an answer, and always for the last words: an older change that was given
        up, here or in a process that died, may reach Discord after them.
        """
        settles_at = noted_at + SETTLES_WITHIN
        is_settled = self._bot.clock.now() >= settles_at
        if job.id in self._delivering:
            return None
        if is_settled:
            self.forget(job.id)  # something older may stand there by now
        try:
            await self._bring_up_to_date(job, progress)
        except discord.HTTPException as error:
            log.info("placeholder_not_changed", job_id=job.id, reason=reason_of(error))
            return None
        except (TimeoutError, DeliveryDelayedError) as error:
            log.info("placeholder_not_changed", job_id=job.id, reason=type(error).__name__)
            self.forget(job.id)
            return self._bot.clock.now() + SETTLES_WITHIN
        return None if is_settled or not _has_last_words(job, progress) else settles_at

    @contextmanager
    def answering(self, key: str, progress: GroupProgress) -> Iterator[None]:
        """Show this with the answer to a press in here; whoever would show the same waits for it.

        It is not remembered before it stands: the answer may be lost, and this process may die.
        """
        is_over = self._answering[key] = asyncio.Event()
        try:
            yield
        except BaseException:
            self.forget(key)
            raise
        else:
            self.note(key, progress)
        finally:
            is_over.set()
            if self._answering.get(key) is is_over:
                del self._answering[key]

    async def card(self, job: Job, progress: GroupProgress) -> ui.LayoutView | None:
        """Build what the placeholder says now; None if nothing, or no longer."""
        expected_at = None
        if job.status is JobStatus.RUNNING and job.submitted_at is not None:
            expected_at = job.submitted_at + await self._bot.service.typical_time(job.mode)
        return progress_card(job, progress, expected_at)

    @contextmanager
    def delivering(self, job: Job) -> Iterator[None]:
        """Leave the placeholder of this job alone: it goes, or becomes the result itself.

        That of a group is no business of a single result, and goes on counting.
        """
        if job.group_id is not None:
            yield
            return
        if (deadline := self._changing.get(job.id)) is not None and not deadline.expired():
            deadline.reschedule(asyncio.get_running_loop().time())
        self._delivering.add(job.id)
        try:
            yield
        finally:
            self._delivering.discard(job.id)
            self.forget(job.id)

    def note(self, key: str, progress: GroupProgress) -> None:
        """Remember what the placeholder of a group or job says."""
        self._shown[key] = progress
        self._shown.move_to_end(key)
        while len(self._shown) > MAX_REMEMBERED:
            self._shown.popitem(last=False)

    def forget(self, key: str) -> None:
        """Remember nothing about this placeholder."""
        self._shown.pop(key, None)

    async def _bring_up_to_date(self, job: Job, progress: GroupProgress) -> None:
        if self._shown.get(job.id) == progress:
            return
        deadline = self._changing[job.id] = asyncio.timeout(CHANGE_TIMEOUT_S)
        try:
            async with deadline:
                await self._show(job, progress)
        finally:
            if self._changing.get(job.id) is deadline:
                del self._changing[job.id]

    async def _show(self, job: Job, progress: GroupProgress) -> None:
        if (answered := self._answering.get(job.id)) is not None:
            await answered.wait()
        if self._shown.get(job.id) != progress:
            await self._change(job, progress)

    async def _change(self, job: Job, progress: GroupProgress) -> None:
        card = await self.card(job, progress)
        placeholder = Placeholder(self._bot, self._bot.clock, job)
        if card is not None:
            await placeholder.change(card)
        elif job.group_id is not None:
            await placeholder.recover()
            await placeholder.remove()
        else:
            return
        self.note(job.id, progress)


def _has_last_words(job: Job, progress: GroupProgress) -> bool:
    """Whether nothing but what it says now will ever be said there."""
    return progress.is_complete and progress_card(job, progress) is not None
