"""A process that shows what changes, at a chat in memory, and the real store that it reads."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.conversations import ConversationKind
from bot.domain.deliveries import Delivery, DeliveryStatus
from bot.domain.errors import ImageError, StoreError
from bot.domain.jobs import Failure, FailureCode, TaskReport
from bot.domain.outbox import OutboxEntry
from bot.domain.people import Preferences
from bot.domain.timings import Timings
from bot.screens.bundle import Screens
from bot.store import Database, SqlDeliveryStore, SqlOutboxStore, SqlPersonalStore
from bot.store.outbox import show_placeholders
from bot.wiring import Role
from bot.wiring.chat import Chat
from bot.workers.leadership import Tenure
from bot.workers.outbox import Outbox
from tests.clocks import ShiftedClock
from tests.jobs import ORIGIN, JobStores, lead, new_jobs
from tests.shown import text_of
from tests.standins.messenger import LIMITS, FakeMessenger, Shown
from tests.tenures import endless_tenure
from tests.timing import TIMEOUT_S
from tests.wiring import Nobody, parts_on

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Between two changes of one placeholder: no more than what tests wait for anyway.
TIMINGS = Timings(rest=timedelta(milliseconds=30))
PICTURE_NUMBER = re.compile(r"-(\d+)\.")  # in the name of its file
PICTURES = ("x", "y", "z", "w")  # links of a result


class Images:
    """Every link leads to the same image, when it is `open`."""

    def __init__(self) -> None:
        self.fetched: list[str] = []
        self.missing: set[str] = set()  # links that lead nowhere
        self.open = asyncio.Event()
        self.open.set()

    async def fetch(self, url: str) -> tuple[bytes, str]:
        self.fetched.append(url)
        await self.open.wait()
        if url in self.missing:
            raise ImageError
        return b"an image", "png"


class MoodyStore:
    """The real store, but for the methods that the bench says are away, or lose their answer."""

    def __init__(self, store: Any, bench: "Bench") -> None:
        self._store = store
        self._bench = bench

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        bench = self._bench

        async def moody(*args: Any, **options: Any) -> Any:
            if name in bench.away:
                bench.failures += 1
                raise StoreError("away")
            result = await method(*args, **options)
            if name in bench.losing:
                bench.losing.remove(name)
                raise StoreError("the answer was lost")
            return result

        return moody if name in bench.away | bench.losing else method


class Bench:
    """What happens to jobs, and one process after the other that shows it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = ShiftedClock()
        self.messenger = FakeMessenger(clock=self.clock)
        self.images = Images()
        self.jobs = JobStores(database)
        self.deliveries = SqlDeliveryStore(database)
        self.away: set[str] = set()  # methods of stores that fail
        self.losing: set[str] = set()  # those whose next answer is lost
        self.failures = 0  # of those that are away
        self.outbox: Outbox | None = None  # of the process that runs

    # ── What happens to jobs ──

    async def add(
        self,
        count: int = 1,
        *,
        conversation: str = "7",
        is_answered: bool = True,
        **changes: Any,
    ) -> list[str]:
        """Store the jobs of one command, and give their ids; the person has their placeholder."""
        place = replace(ORIGIN.conversation, id=conversation)
        if conversation == "direct":
            place = replace(place, tenant_id=None, kind=ConversationKind.DIRECT)
        new = new_jobs(count, origin=replace(ORIGIN, conversation=place), **changes)
        now = self.clock.now()
        await self.jobs.add(new, admit=lambda _: None, slots=200, now=now, claimable_at=now)
        for job in (new if new[0].group_id is None else new[:1]) if is_answered else ():
            await self.jobs.mark_answered(job.id, placeholder_id=f"of {job.id}", now=now)
        return [job.id for job in new]

    async def add_apart(self, count: int, *, conversation: str = "7") -> list[str]:
        """Store as many jobs, each of a command of its own."""
        return await self.add(count, conversation=conversation, group_id=None)

    async def change(self, *job_ids: str) -> None:
        """Let the placeholders of these jobs be shown anew, as any change of a job does."""
        await self.database.run(show_placeholders, job_ids, self.clock.now())

    async def finish(self, *, pictures: tuple[str, ...] = PICTURES) -> None:
        """Take every waiting job to its end; without pictures it failed."""
        now = self.clock.now()
        claimed = await self.jobs.claim_up_to(200, slots=200, now=now)
        for job in claimed:
            await self.jobs.record_accepted(
                job.id, attempt=job.attempt, task_id=job.id, next_poll_at=now, now=now
            )
        failure = None if pictures else Failure(code=FailureCode.PROVIDER)
        reports = [
            TaskReport(task_id=job.id, is_finished=True, image_urls=pictures, failure=failure)
            for job in claimed
        ]
        fence = await self.jobs.fence()
        await self.jobs.record_poll(fence, reports, next_polls={}, asked_at=now, now=now)

    async def want_dm(self) -> None:
        await SqlPersonalStore(self.database).change_preferences(
            ORIGIN.person, lambda _: Preferences(wants_dm=True)
        )

    # ── What shows it ──

    @asynccontextmanager
    async def running(self, timings: Timings = TIMINGS) -> AsyncIterator[Tenure]:
        """Run a new process, and stop it when all that it began is done."""
        outbox, tenure = await self.process(timings)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(outbox.run(tenure))
            yield tenure
            self.messenger.open.set()
            outbox.stop()

    async def process(self, timings: Timings = TIMINGS) -> tuple[Outbox, Tenure]:
        """Return the outbox of a new process, which leads from now on."""
        parts = await parts_on(
            self.database,
            roles=frozenset({Role.GATEWAY}),
            clock=self.clock,
            make_chats={"discord": self._chat},
            images=self.images,
            timings=timings,
            wrap_store=lambda _name, store: MoodyStore(store, self),
        )
        assert parts.gateway is not None
        self.outbox = parts.gateway.outboxes["discord"]
        fence = await lead(self.database, "posts:discord")
        return self.outbox, endless_tenure(fence, self.clock)

    def _chat(self, _screens: Screens) -> Chat:
        return Chat(platform=Nobody("discord"), messenger=self.messenger)

    async def work_off(self, **later: float) -> None:
        """Let a new process show all that is due, or will be due so much `later`."""
        self.clock.step(**later)
        async with self.running():
            await self.until_worked_off()

    def look(self, **later: float) -> None:
        """Let the process look at once, so much `later`."""
        self.clock.step(**later)
        assert self.outbox is not None
        self.outbox.look()

    async def kill_when(self, happened: Callable[[], object]) -> None:
        """Run a process until something has happened, and kill it in the midst of that."""
        outbox, tenure = await self.process()
        dying = asyncio.create_task(outbox.run(tenure))
        await until(happened)
        dying.cancel()
        await asyncio.wait([dying])

    # ── What came of it ──

    async def entries(self, *, now: datetime | None = None) -> list[OutboxEntry]:
        """Return what is still to be shown, whenever that is."""
        now = now or self.clock.now() + 10 * DAY
        return await SqlOutboxStore(self.database).due("discord", now=now, limit=1000)

    async def until_worked_off(self) -> None:
        """Wait until nothing is due any more; what is under way still is."""
        async with asyncio.timeout(TIMEOUT_S):
            while await self.entries(now=self.clock.now()):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.005)

    async def until_shown(self, count: int) -> None:
        await until(lambda: len(self.messenger.shown) >= count)

    async def delivery(self, job_id: str) -> Delivery:
        delivery = await self.deliveries.get(job_id)
        assert delivery is not None
        return delivery

    async def status(self, job_id: str) -> DeliveryStatus:
        return (await self.delivery(job_id)).status

    def says(self, job_id: str) -> str | None:
        """Return how it goes, as the placeholder says; None if it says nothing of that."""
        shown = self.messenger.placeholders.get(f"of {job_id}")
        return None if shown is None or shown.is_result else text_of(shown.what)

    def standing(self) -> list[Shown]:
        """Return all messages of results that stand, in whatever place."""
        shown = [*self.messenger.sent, *self.messenger.placeholders.values()]
        return [each for each in shown if each is not None and each.is_result]

    def pictures(self) -> list[list[int]]:
        """Return the numbers of the pictures in each of those, from 1."""
        names = [[each.file_name for each in shown.view.pictures] for shown in self.standing()]
        return [[int(PICTURE_NUMBER.findall(name)[0]) for name in each] for each in names]

    def count(self, method: str) -> int:
        """Return how often something was asked of the chat."""
        return [called for called, _ in self.messenger.calls].count(method)


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(TIMEOUT_S):
        while not happened():  # noqa: ASYNC110 - a chat tells nobody
            await asyncio.sleep(0.005)


def without_suppression(bench: Bench, **others: Any) -> None:
    """Let the chat be one that adds a second message whenever one is sent again."""
    bench.messenger.limits = replace(LIMITS, repeats_suppressed_for=timedelta(), **others)
