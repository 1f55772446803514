"""Tells people how their jobs go: keeps placeholders up to date, and says when a job is done.

All of it is best effort and away from the work itself: a change of a job is marked in the store
(the outbox), by whatever process makes it. Entries about the same placeholder become one update;
what is shown is read from the store when its turn comes, so a late one never brings back an old
state. An entry is dropped when it was shown: a process that dies leaves it to the next. It stays
as long as the platform wants to show the same once more, which an older change may have covered up.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.domain.deliveries import Delivery, DeliveryStatus, OutboxEntry
from bot.domain.errors import StoreError
from bot.domain.jobs import GroupProgress, Job
from bot.domain.timings import TIMINGS, Timings
from bot.ports.clock import Clock
from bot.ports.deliveries import DeliveryStore
from bot.ports.outbox import OutboxStore
from bot.ports.people import PersonalStore
from bot.ports.platform import Platform
from bot.ports.progress import ProgressStore
from bot.services.leases import guarding
from bot.workers.leadership import Tenure
from bot.workers.signals import AutoResetEvent, first_of

log = structlog.get_logger(__name__)

BATCH = 100  # entries that are looked at together
MAX_AT_ONCE = 8
MAX_PER_CHANNEL = 2  # a throttled channel must not use up all of them
IDLE = timedelta(seconds=1)  # how often to look for changes by other processes
# Platforms suppress a second message for a few minutes only. Later: rather silent than twice.
TELL_WITHIN = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Repeat:
    """Entries about a placeholder that were shown, and are to be once more."""

    entries: frozenset[OutboxEntry]
    until: datetime


class ProgressNotifier:
    """Runs a few updates at once until it is stopped."""

    def __init__(
        self,
        *,
        entries: OutboxStore,
        progress: ProgressStore,
        deliveries: DeliveryStore,
        personal: PersonalStore,
        clock: Clock,
        timings: Timings = TIMINGS,
    ) -> None:
        self._timings = timings
        self._entries = entries
        self._progress = progress
        self._deliveries = deliveries
        self._personal = personal
        self._clock = clock
        self._platforms: dict[str, Platform] = {}
        self._under_way: dict[str, str] = {}  # by placeholder: the channel
        self._resting: dict[str, datetime] = {}  # by placeholder: until when
        self._repeats: dict[str, _Repeat] = {}  # by placeholder
        self._signal = AutoResetEvent()
        self._stopped = asyncio.Event()

    def add_platform(self, platform: Platform) -> None:
        """Show the progress of the jobs that came from this platform."""
        self._platforms[platform.name] = platform

    def look(self) -> None:
        """Look now: something changed."""
        self._signal.set()

    def stop(self) -> None:
        """Begin nothing more; `run` returns when the updates under way are done."""
        self._stopped.set()
        self._signal.set()

    async def before_posted(self, job: Job) -> None:
        """Bring the placeholder of a group that this job completes to its end.

        Once the job is recorded as posted, a killed process would leave the placeholder behind.
        """
        if job.group_id is None:
            return
        try:
            async with asyncio.timeout(self._timings.change_timeout_s):
                progress = await self._progress.group_progress(job.id)
                after = replace(progress, finished=progress.finished + 1)
                if after.is_complete:
                    await self._show(job.group_id, after, noted_at=self._clock.now())
        except (TimeoutError, StoreError) as error:
            log.info("progress_not_shown", error=type(error).__name__)
        except Exception:
            log.exception("progress_crashed")  # the delivery must not suffer from it

    # ── Updates ─────────────────────────────────────────────────────────────────────────────────

    async def run(self, tenure: Tenure) -> None:
        """Show what changes until stopped."""
        for platform in self._platforms.values():
            await first_of(platform.wait_until_usable(), self._stopped.wait())
        with guarding(tenure):
            await self._show_changes(tenure)

    async def _show_changes(self, tenure: Tenure) -> None:
        async with asyncio.TaskGroup() as tasks:
            while not (self._stopped.is_set() or tenure.is_over):
                updates = await self._updates()
                for placeholder_of, entries in updates.items():
                    self._under_way[placeholder_of] = entries[0].channel
                    tasks.create_task(self._do(placeholder_of, entries))
                if not updates:
                    await self._signal.wait(self._nap())

    async def _updates(self) -> dict[str, list[OutboxEntry]]:
        """Return the entries whose turn it is, by their placeholder."""
        now = self._clock.now()
        self._resting = {key: until for key, until in self._resting.items() if until > now}
        self._repeats = {key: each for key, each in self._repeats.items() if each.until > now}
        busy = Counter(self._under_way.values())
        if busy.total() >= MAX_AT_ONCE:
            return {}
        updates: dict[str, list[OutboxEntry]] = {}
        for entry in await self._due(busy):
            if entry.placeholder_of in updates:
                updates[entry.placeholder_of].append(entry)
            elif busy.total() < MAX_AT_ONCE and busy[entry.channel] < MAX_PER_CHANNEL:
                busy[entry.channel] += 1
                updates[entry.placeholder_of] = [entry]
        return updates

    async def _due(self, busy: Counter[str]) -> list[OutboxEntry]:
        shown = {entry for repeat in self._repeats.values() for entry in repeat.entries}
        try:
            entries = await self._entries.entries(
                busy_channels=[each for each, count in busy.items() if count >= MAX_PER_CHANNEL],
                but_of=[*self._under_way, *self._resting],
                limit=BATCH + len(shown),
            )
        except StoreError as error:
            log.warning("notes_not_read", reason=str(error))
            return []
        return [entry for entry in entries if entry not in shown]

    def _nap(self) -> timedelta:
        now = self._clock.now()
        rests = (until - now for until in self._resting.values())
        return max(min((IDLE, *rests)), timedelta())

    async def _do(self, placeholder_of: str, entries: Sequence[OutboxEntry]) -> None:
        try:
            again_at = await self._work_off(placeholder_of, entries)
            if again_at is None:
                await self._entries.drop_entries(entries)
            else:
                self._keep(placeholder_of, entries, until=again_at)
        except StoreError as error:
            log.info("progress_not_shown", error=type(error).__name__)  # the entries stay
        finally:
            del self._under_way[placeholder_of]
            self._resting[placeholder_of] = self._clock.now() + self._timings.rest
            self._signal.set()

    def _keep(
        self, placeholder_of: str, entries: Iterable[OutboxEntry], *, until: datetime
    ) -> None:
        """Let these wait until then; what is new about the same placeholder does not."""
        kept = self._repeats.get(placeholder_of)
        self._repeats[placeholder_of] = _Repeat(
            entries=frozenset(entries) | (frozenset() if kept is None else kept.entries),
            until=until if kept is None else max(until, kept.until),
        )

    async def _work_off(
        self, placeholder_of: str, entries: Sequence[OutboxEntry]
    ) -> datetime | None:
        """Show and tell what there is; give when to do so once more, None if that is all.

        Whatever else goes wrong than the store, it is done then.
        """
        noted_at = max(entry.noted_at for entry in entries)
        try:
            async with asyncio.timeout(self._timings.change_timeout_s):
                progress = await self._progress.group_progress(placeholder_of)
                again_at = await self._show(placeholder_of, progress, noted_at=noted_at)
                if again_at is None and progress.is_complete and progress.posted:
                    await self._tell(entries)
                return again_at
        except TimeoutError:
            log.info("progress_not_shown", error="TimeoutError")
            return self._clock.now() + timedelta(seconds=self._timings.change_timeout_s)
        except StoreError:
            raise
        except Exception:
            log.exception("progress_crashed")
        return None

    async def _show(
        self, placeholder_of: str, progress: GroupProgress, *, noted_at: datetime
    ) -> datetime | None:
        job = await self._progress.get(placeholder_of)
        if job is None or await self._is_taken(job):
            return None
        platform = self._platforms[job.origin.platform]
        return await platform.show_progress(job, progress, noted_at=noted_at)

    async def _is_taken(self, job: Job) -> bool:
        """Whether the placeholder has become a message of the result, or may yet do so."""
        delivery = None if job.group_id is not None else await self._deliveries.get(job.id)
        if delivery is None:
            return False
        if delivery.status is not DeliveryStatus.UNDELIVERABLE:
            return True
        posted = {part.message_id for part in delivery.parts if part.message_id is not None}
        placeholder_id = job.origin.placeholder_id
        return bool(posted) if placeholder_id is None else placeholder_id in posted

    async def _tell(self, entries: Sequence[OutboxEntry]) -> None:
        """Tell the person that a result stands in its channel, if one of the entries says so."""
        too_old = self._clock.now() - TELL_WITHIN
        for entry in reversed(entries):
            job = await self._progress.get(entry.job_id)
            delivery = await self._deliveries.get(entry.job_id)
            if job is None or delivery is None or entry.noted_at < too_old:
                continue
            if _stands_in_channel(job, delivery) and await self._wants_dm(job):
                await self._platforms[job.origin.platform].tell_done(job, delivery)
                return

    async def _wants_dm(self, job: Job) -> bool:
        return (await self._personal.preferences(job.origin.requester)).wants_dm


def _stands_in_channel(job: Job, delivery: Delivery) -> bool:
    """Whether the result is where others see it too; else it reached the person directly."""
    origin = job.origin
    is_there = delivery.channel_id == origin.channel_id and origin.tenant_id is not None
    return delivery.status is DeliveryStatus.SENT and is_there and not job.is_private
