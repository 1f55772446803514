"""Keeps placeholders up to date, and out of the way of results.

What was shown last is remembered, only to spare calls: after a restart, or in another process, a
placeholder may be told once more what it says already.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import discord
import structlog
from discord import ui

from bot.domain.errors import DeliveryDelayedError
from bot.domain.jobs import GroupProgress, Job, JobStatus
from bot.platforms.discord.calls import reason_of
from bot.platforms.discord.cards.placeholder_cards import progress_card
from bot.platforms.discord.posting.placeholder import Placeholder

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot

log = structlog.get_logger(__name__)

MAX_REMEMBERED = 1000

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Shown:
    progress: GroupProgress
    since: datetime  # the change began


class PlaceholderUpdater:
    """Changes placeholders when the state of their jobs has changed."""

    def __init__(self, bot: "ImagineBot") -> None:
        self._bot = bot
        self._shown: OrderedDict[str, _Shown] = OrderedDict()  # by group or job
        # By group or job: until when a change that was given up may yet come about.
        self._doubtful: OrderedDict[str, datetime] = OrderedDict()
        self._changing: dict[str, asyncio.Timeout] = {}
        self._delivering: set[str] = set()
        self._answering: dict[str, asyncio.Event] = {}

    async def show(
        self, job: Job, progress: GroupProgress, *, noted_at: datetime
    ) -> datetime | None:
        """Bring the placeholder up to date with a change of `noted_at`; a complete group's goes.

        Best effort. Of a group, `job` is the first. Gives when to do so once more: after a change
        that was given up, and always for the last words, since one that was given up in a process
        that died may reach Discord after them.
        """
        if job.id in self._delivering:
            return None
        now = self._bot.clock.now()
        doubtful_until = self._doubtful.get(job.id, noted_at)
        settles_within = self._bot.discord_timings.placeholder_settles_within
        settles_at = max(noted_at + settles_within, doubtful_until)
        try:
            if not self._says(job.id, progress, settles_at):
                await self._show_in_time(job, progress, settles_at)
        except discord.HTTPException as error:
            log.info("placeholder_not_changed", job_id=job.id, reason=reason_of(error))
            return None
        except (TimeoutError, DeliveryDelayedError) as error:
            log.info("placeholder_not_changed", job_id=job.id, reason=type(error).__name__)
            self.forget(job.id)
            again_at = self._bot.clock.now() + settles_within
            _remember(self._doubtful, job.id, again_at)
            return again_at
        may_be_covered_up = now < doubtful_until or _has_last_words(job, progress)
        return settles_at if now < settles_at and may_be_covered_up else None

    @contextmanager
    def answering(self, key: str, progress: GroupProgress) -> Iterator[None]:
        """Show this with the answer to a press in here; whoever would show the same waits for it.

        It is not remembered before it stands: the answer may be lost, and this process may die.
        """
        is_over = self._answering[key] = asyncio.Event()
        since = self._bot.clock.now()
        try:
            yield
        except BaseException:
            self.forget(key)
            raise
        else:
            self._note(key, progress, since)
        finally:
            is_over.set()
            if self._answering.get(key) is is_over:
                del self._answering[key]

    async def card(self, job: Job, progress: GroupProgress) -> ui.LayoutView | None:
        """Build what the placeholder says now; None if nothing, or no longer."""
        expected_at = None
        if job.status is JobStatus.RUNNING and job.submitted_at is not None:
            expected_at = job.submitted_at + await self._bot.jobs.typical_time(job.mode)
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

    def forget(self, key: str) -> None:
        """Do not believe to know what this placeholder says."""
        self._shown.pop(key, None)

    def _note(self, key: str, progress: GroupProgress, since: datetime) -> None:
        _remember(self._shown, key, _Shown(progress, since))

    def _says(self, key: str, progress: GroupProgress, settles_at: datetime) -> bool:
        """Whether it says this already, and nothing older may have covered that up by now."""
        shown = self._shown.get(key)
        if shown is None or shown.progress != progress:
            return False
        return self._bot.clock.now() < settles_at or shown.since >= settles_at

    async def _show_in_time(self, job: Job, progress: GroupProgress, settles_at: datetime) -> None:
        timeout_s = self._bot.discord_timings.placeholder_timeout_s
        deadline = self._changing[job.id] = asyncio.timeout(timeout_s)
        try:
            async with deadline:
                if (answered := self._answering.get(job.id)) is not None:
                    await answered.wait()
                if not self._says(job.id, progress, settles_at):
                    await self._change(job, progress)
        finally:
            if self._changing.get(job.id) is deadline:
                del self._changing[job.id]

    async def _change(self, job: Job, progress: GroupProgress) -> None:
        since = self._bot.clock.now()
        card = await self.card(job, progress)
        placeholder = Placeholder(self._bot, job)
        if card is not None:
            await placeholder.change(card)
        elif job.group_id is not None:
            await placeholder.recover()
            await placeholder.remove()
        else:
            return
        self._note(job.id, progress, since)


def _has_last_words(job: Job, progress: GroupProgress) -> bool:
    """Whether nothing more will come, and the placeholder stays to say so."""
    return progress.is_complete and progress_card(job, progress) is not None


def _remember(known: OrderedDict[str, V], key: str, value: V) -> None:
    known[key] = value
    known.move_to_end(key)
    while len(known) > MAX_REMEMBERED:
        known.popitem(last=False)
