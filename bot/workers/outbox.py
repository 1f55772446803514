"""Shows people what has changed: one loop for each platform, in the process that leads it.

Whatever changes a job writes an entry; what is shown is read when the entry's turn comes, so a late
one never brings back an old state. One that must be shown again, or could not be shown now, gets a
later due time: a process that dies leaves all of it to the next.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.domain.backoff import Backoff
from bot.domain.errors import (
    DeliveryDelayedError,
    LostLeaseError,
    StoreError,
    UndeliverableError,
    UnexplainedError,
)
from bot.domain.outbox import OutboxEntry, OutboxKind
from bot.domain.timings import TIMINGS, Timings
from bot.ports.clock import Clock
from bot.ports.outbox import OutboxStore
from bot.workers.leadership import Tenure
from bot.workers.signals import AutoResetEvent

log = structlog.get_logger(__name__)

IDLE = timedelta(seconds=1)  # how often to look for entries that another process wrote
BATCH = 100  # entries that are looked at together
MAX_AT_ONCE = 32
MAX_PER_CONVERSATION = 3  # a throttled conversation must not use up all of them
RETRIES = Backoff(first=timedelta(seconds=1), longest=timedelta(seconds=60))
GIVE_UP_AFTER = timedelta(hours=24)  # since the first attempt
UNEXPLAINED_FOR = timedelta(minutes=10)  # with nothing but reasons that mean nothing to us


class Handler(Protocol):
    """What shows one kind of entry."""

    async def show(self, entry: OutboxEntry, tenure: Tenure) -> datetime | None:
        """Show it and drop the entry, or return when to do so once more.

        Raises:
            UndeliverableError: it can never be shown.
            DeliveryDelayedError: not now, or nobody knows whether it was.
            LostLeaseError: another process has taken over.
        """

    async def give_up(self, entry: OutboxEntry, reason: str) -> None:
        """Drop the entry: it can never be shown."""


@dataclass(kw_only=True, eq=False)
class Outbox:
    """Works on a few entries of one platform at once, one at a time of each key."""

    platform: str
    entries: OutboxStore
    handlers: Mapping[OutboxKind, Handler]
    clock: Clock
    timings: Timings = TIMINGS

    def __post_init__(self) -> None:
        self._under_way: dict[str, str] = {}  # by key: the conversation
        self._resting: dict[str, datetime] = {}  # by key of placeholders: until when
        self._unexplained: dict[str, datetime] = {}  # by key: since when nothing else was heard
        self._signal = AutoResetEvent()
        self._is_stopping = False

    def look(self) -> None:
        """Look now: something is to be shown."""
        self._signal.set()

    def stop(self) -> None:
        """Begin nothing more; `run` returns when what is under way is done."""
        self._is_stopping = True
        self._signal.set()

    async def run(self, tenure: Tenure) -> None:
        """Show what is due until stopped, or until the lease is lost."""
        self._unexplained.clear()  # what was heard in an earlier tenure
        async with asyncio.TaskGroup() as tasks:
            while not self._is_stopping and not tenure.is_over:
                due = await self._due()
                for entry in due:
                    self._begin(tasks, entry, tenure)
                if not due:
                    await self._signal.wait(self._nap())

    async def _due(self) -> list[OutboxEntry]:
        """Return the entries whose turn it is."""
        now = self.clock.now()
        self._resting = {key: until for key, until in self._resting.items() if until > now}
        busy = Counter(self._under_way.values())
        if busy.total() >= MAX_AT_ONCE:
            return []
        try:
            due = await self.entries.due(
                self.platform,
                now=now,
                limit=BATCH + len(self._resting),
                but_keys=list(self._under_way),
                but_conversations=[each for each in busy if busy[each] >= MAX_PER_CONVERSATION],
            )
        except StoreError as error:
            log.warning("outbox_not_read", reason=str(error))
            return []
        return self._chosen(due, busy)

    def _chosen(self, due: Sequence[OutboxEntry], busy: Counter[str]) -> list[OutboxEntry]:
        """Return as many of these as there is room for; `busy` counts them too."""
        chosen = []
        for entry in due:
            if self._is_resting(entry) or busy[entry.conversation] >= MAX_PER_CONVERSATION:
                continue
            if busy.total() >= MAX_AT_ONCE:
                break
            busy[entry.conversation] += 1
            chosen.append(entry)
        return chosen

    def _is_resting(self, entry: OutboxEntry) -> bool:
        """Whether this placeholder was changed just now; a result does not wait for that."""
        return entry.kind is OutboxKind.PLACEHOLDER and entry.key in self._resting

    def _nap(self) -> timedelta:
        now = self.clock.now()
        rests = (until - now for until in self._resting.values())
        return max(min((IDLE, *rests)), timedelta())

    def _begin(self, tasks: asyncio.TaskGroup, entry: OutboxEntry, tenure: Tenure) -> None:
        self._under_way[entry.key] = entry.conversation

        def ended(_task: asyncio.Task[None]) -> None:
            del self._under_way[entry.key]
            if entry.kind is OutboxKind.PLACEHOLDER:
                self._resting[entry.key] = self.clock.now() + self.timings.rest
            self._signal.set()

        # Not at the end of the task itself: one that is cancelled before it began has no end.
        tasks.create_task(self._work_off(entry, tenure)).add_done_callback(ended)

    async def _work_off(self, entry: OutboxEntry, tenure: Tenure) -> None:
        with structlog.contextvars.bound_contextvars(job_id=entry.job_id, kind=entry.kind.value):
            try:
                await self._attempt(entry, tenure)
            except LostLeaseError:
                log.info("outbox_taken_over")
                tenure.end()
            except StoreError as error:  # it stays due
                log.warning("outbox_not_written", reason=str(error))
                await asyncio.sleep(IDLE.total_seconds())

    async def _attempt(self, entry: OutboxEntry, tenure: Tenure) -> None:
        handler = self.handlers[entry.kind]
        unexplained_since = self._unexplained.pop(entry.key, self.clock.now())
        try:
            again_at = await handler.show(entry, tenure)
        except (LostLeaseError, StoreError):
            raise
        except UndeliverableError as error:
            await self._give_up(entry, error.reason)
        except UnexplainedError as error:
            await self._retry_unexplained(entry, error, unexplained_since)
        except DeliveryDelayedError as error:
            await self._retry(entry, error)
        except TimeoutError:
            log.error("showing_stuck")  # noqa: TRY400 - where it hung tells nothing
            await self._retry(entry, DeliveryDelayedError("it took too long"))
        except Exception:
            log.exception("showing_crashed")
            await self._retry(entry, DeliveryDelayedError("internal error"))
        else:
            if again_at is not None:
                await self.entries.postpone(entry, due_at=again_at, now=self.clock.now())

    async def _retry_unexplained(
        self, entry: OutboxEntry, error: UnexplainedError, since: datetime
    ) -> None:
        """Try again for a while: the reason may pass, but the person should not wait for a day."""
        if self.clock.now() - since > UNEXPLAINED_FOR:
            await self._give_up(entry, f"gave up after minutes: {error.reason}")
        else:
            self._unexplained[entry.key] = since
            await self._retry(entry, error)

    async def _retry(self, entry: OutboxEntry, error: DeliveryDelayedError) -> None:
        now = self.clock.now()
        if now - (entry.first_attempt_at or now) > GIVE_UP_AFTER:
            await self._give_up(entry, f"gave up after a day: {error.reason}")
            return
        wait = error.retry_after or RETRIES.after(entry.attempts + 1)
        log.warning("showing_delayed", reason=error.reason, retry_s=wait.total_seconds())
        await self.entries.postpone(entry, due_at=now + wait, now=now)

    async def _give_up(self, entry: OutboxEntry, reason: str) -> None:
        log.warning("undeliverable", reason=reason)
        await self.handlers[entry.kind].give_up(entry, reason)
