"""One process of the bot: the real parts, put together as `bot.app` does, behind a border."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

import discord
from sqlalchemy import Connection, func, select

from bot.delivery import Deliverer
from bot.dispatcher import Dispatcher
from bot.errors import ImageError, StoreError
from bot.janitor import Janitor
from bot.leases import Claims, LeaseKeeper
from bot.models import Job, JobStatus, Limits
from bot.personal import PersonalService
from bot.platforms.discord import DiscordPlatform, ImagineBot
from bot.progress import ProgressNotifier
from bot.promises import PromiseKeeper
from bot.reconciler import Reconciler, first_poll_after
from bot.references import ReferenceService
from bot.service import ImagineService
from bot.store import (
    Database,
    SqlDeliveryStore,
    SqlDraftStore,
    SqlJobStore,
    SqlNoteStore,
    SqlPersonalStore,
    SqlPromiseStore,
    SqlReferenceStore,
    SqlSettingStore,
)
from bot.store.database import Transactor
from bot.store.tables import deliveries, jobs
from bot.web import CallbackTags
from bot.web.webhook import CallbackHandler
from tests.life.chat import Chat, Wire
from tests.life.crossings import Border
from tests.life.provider import Callback, Line, Provider
from tests.life.stillness import StillLoop

P = ParamSpec("P")
T = TypeVar("T")

SLOTS = 3
POLL_INTERVAL = timedelta(seconds=15)
LIMITS = Limits(daily_per_user=1000, waiting_per_user=1000, waiting=1000)
SECRET = "a secret of all processes"
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x08\x00\x00\x00\x06"


# Transactions of the holder of a claim; their first two arguments are the job and the fence.
OF_DELIVERIES = frozenset(
    {
        "_start_part",
        "_finish_part",
        "_reopen_part",
        "_let_go",
        "_record_sent",
        "_record_undeliverable",
    }
)
OF_JOBS = frozenset({"record_accepted", "record_not_started", "record_refused", "record_lost"})


@dataclass(slots=True)
class Doubt:
    """Whether the provider has accepted a job since a submit of any process was in doubt."""

    is_on: bool = False

    def note(self, work: str, result: object) -> None:
        """See what a transaction did."""
        if work == "record_accepted":
            self.is_on = False
        is_settled = work in OF_JOBS and isinstance(result, Job)  # others only read the job
        status = result.status if is_settled else None
        if status is JobStatus.UNKNOWN or (work == "expire_leases" and result):
            self.is_on = True


class Link(Database):
    """One process's connections to the database that all share."""

    def __init__(
        self, database: Database, border: Border, loop: StillLoop, doubt: Doubt, *, alone: bool
    ) -> None:
        transactor = database._transactor
        self._is_far = transactor.engine.dialect.name == "postgresql"
        if self._is_far:
            transactor = _Far(transactor, loop)
        super().__init__(transactor, is_exclusive=alone)
        self._border = border
        self._loop = loop
        self._doubt = doubt

    async def run(
        self,
        work: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        *_, module = work.__module__.split(".")
        place = f"database {module} {getattr(work, '__name__', '')}"
        self._border.under_way[place] += 1
        await self._border.cross(place, _away)
        self._loop.transactions += 1
        result = await super().run(self._watched(work), *args, **kwargs)
        await self._border.cross(place, _away, is_back=True)
        self._border.under_way[place] -= 1
        return result

    def _watched(self, work: Callable[..., T]) -> Callable[..., T]:
        """Note what changes something with a claim that is not the latest."""
        name = getattr(work, "__name__", "")

        def watched(connection: Connection, *args: Any, **kwargs: Any) -> T:
            result = work(connection, *args, **kwargs)
            fence = None
            if name in OF_DELIVERIES:
                wanted = deliveries.c.job_id == args[0]
                fence = connection.execute(select(deliveries.c.fence).where(wanted)).scalar()
            elif name in OF_JOBS and isinstance(result, Job):
                fence = result.fence
            if fence is not None and fence != args[1]:
                self._border.breaches.append(f"{name} with fence {args[1]}, where {fence} holds")
            if not self._is_far:  # there transactions overlap, and what was first cannot be told
                self._look_for_doubt(connection, name, result)
            return result

        return watched

    def _look_for_doubt(self, connection: Connection, name: str, result: object) -> None:
        """Note a claim in doubt beside another submit."""
        if name == "claim" and result and self._doubt.is_on:
            under_way = select(func.count()).where(jobs.c.status == JobStatus.SUBMITTING.value)
            if connection.execute(under_way).scalar_one() > 1:
                self._border.breaches.append("a claim in doubt that does not go alone")
        self._doubt.note(name, result)


class _Far:
    """A transactor over a socket: time stands still until it answers, also to one that has died.

    What a dead process left to the server must not happen hours later, nor in another world.
    """

    def __init__(self, transactor: Transactor, loop: StillLoop) -> None:
        self.engine = transactor.engine
        self.close = transactor.close
        self._start = transactor.start
        self._loop = loop

    def start(self, work: Callable[[Connection], T], *, timeout_s: float) -> asyncio.Future[T]:
        """See `Transactor.start`."""
        self._loop.calls_outside += 1
        future = self._start(work, timeout_s=timeout_s)
        future.add_done_callback(self._answered)
        return future

    def _answered(self, _: asyncio.Future[Any]) -> None:
        self._loop.calls_outside -= 1


def _away() -> Exception:
    return StoreError("OperationalError")


class Pictures:
    """Implements `ports.ImageFetcher`; some pictures are never there."""

    def __init__(self, border: Border, missing: set[str]) -> None:
        self._border = border
        self._missing = missing

    async def fetch(self, url: str) -> tuple[bytes, str]:
        """See `ports.ImageFetcher.fetch`."""
        await self._border.cross("picture", lambda: ImageError("no answer from pictures.example"))
        if url in self._missing:
            raise ImageError("pictures.example answered 403")
        return PICTURE + url.encode(), "png"


class Process:
    """Runs until it is killed. Whatever else ends it is a defect, and is kept in `crash`."""

    def __init__(
        self,
        number: int,
        *,
        loop: StillLoop,
        database: Database,
        provider: Provider,
        chat: Chat,
        missing: set[str],
        border: Border,
        doubt: Doubt,
        hooked: bool,
        alone: bool,
    ) -> None:
        """Build it; with `hooked` it has a public address, `alone` it holds the database."""
        self.number = number
        self.border = border
        self.crash: BaseException | None = None
        self._loop = loop
        self._errands: set[asyncio.Task[None]] = set()
        owner = f"process-{number}"
        link = Link(database, border, loop, doubt, alone=alone)
        jobs, settings = SqlJobStore(link), SqlSettingStore(link)
        personal, drafts = SqlPersonalStore(link), SqlDraftStore(link)
        references, posts = SqlReferenceStore(link), SqlDeliveryStore(link)
        promises = SqlPromiseStore(link)
        tags = CallbackTags(SECRET)
        api, images = Line(provider, border, number), Pictures(border, missing)
        submits, postings = (Claims(store, clock=loop, owner=owner) for store in (jobs, posts))
        self._progress = ProgressNotifier(
            notes=SqlNoteStore(link), jobs=jobs, deliveries=posts, personal=personal, clock=loop
        )
        self._deliverer = Deliverer(
            deliveries=posts,
            images=images,
            progress=self._progress,
            clock=loop,
            claims=postings,
            on_progress=self._progress.look,
        )
        self._dispatcher = Dispatcher(
            jobs=jobs,
            settings=settings,
            api=api,
            clock=loop,
            claims=submits,
            slots=SLOTS,
            first_poll_after=partial(first_poll_after, poll_interval=POLL_INTERVAL),
            hook_url=partial(tags.hook_url, "https://bot.example") if hooked else None,
            on_delivery_ready=self._deliverer.delivery_ready,
            on_progress=self._progress.look,
        )
        self._reconciler = Reconciler(
            jobs=jobs,
            api=api,
            clock=loop,
            poll_interval=POLL_INTERVAL,
            on_slot_freed=self._dispatcher.slot_freed,
            on_delivery_ready=self._deliverer.delivery_ready,
        )
        self.service = ImagineService(
            jobs=jobs,
            settings=settings,
            drafts=drafts,
            personal=personal,
            clock=loop,
            limits=LIMITS,
            slots=SLOTS,
            on_job_ready=self._dispatcher.job_ready,
            on_progress=self._progress.look,
        )
        self.bot = ImagineBot(
            service=self.service,
            personal=PersonalService(jobs=jobs, personal=personal),
            references=ReferenceService(
                store=references,
                clock=loop,
                clean=_unchanged,
                link=None,
                id_in=lambda _link: None,
            ),
            images=images,
            settings=settings,
            promises=promises,
            cdn_url=chat.world.cdn_url,
            clock=loop,
            alone=_at_once,
        )
        _log_in(self.bot, chat, border)
        platform = DiscordPlatform(self.bot)
        self.service.add_platform(platform)
        self._deliverer.add_platform(platform)
        self._progress.add_platform(platform)
        self._promises = PromiseKeeper(promises=promises, clock=loop)
        self._promises.add_platform(platform)
        self._leases = LeaseKeeper(
            jobs=jobs,
            claims=(submits, postings),
            clock=loop,
            owner=owner,
            others_are_dead=alone,
        )
        self._janitor = Janitor(
            jobs=jobs,
            drafts=drafts,
            references=references,
            clock=loop,
            kept_for=timedelta(days=30),
        )
        self._webhook = CallbackHandler(
            jobs=jobs, tags=tags, clock=loop, on_callback=self._reconciler.hint
        )
        border.on_death = self._drop
        self._life = loop.create_task(self._live())

    @property
    def is_alive(self) -> bool:
        return not self.border.is_dead

    def do(self, errand: Coroutine[Any, Any, object]) -> None:
        """Let it do something beside its own work, as an event from outside would."""
        task = self._loop.create_task(self._finish(errand))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def take(self, callback: Callback) -> int:
        """Give it a callback as its web server would; give the status of the answer."""
        answer = await self._webhook(_Post(callback))  # type: ignore[arg-type]
        return answer.status

    async def _live(self) -> None:
        try:
            await self._start()
            async with asyncio.TaskGroup() as group:
                for part in (
                    self._dispatcher,
                    self._reconciler,
                    self._deliverer,
                    self._progress,
                    self._promises,
                    self._leases,
                    self._janitor,
                ):
                    group.create_task(part.run())
        except Exception as error:  # noqa: BLE001 - whatever it is, it is to be reported
            if self.is_alive:
                self.crash = error

    async def _start(self) -> None:
        """Take over what a former process left; `bot.app` starts again while it cannot."""
        while True:
            try:
                return await self._leases.take_over()
            except StoreError:
                await asyncio.sleep(1)

    async def _finish(self, errand: Coroutine[Any, Any, object]) -> None:
        try:
            await errand
        except Exception as error:  # noqa: BLE001 - whatever it is, it is to be reported
            if self.is_alive:
                self.crash = error

    def _drop(self) -> None:
        """Let no part of it run on."""
        for task in (self._life, *self._errands):
            task.cancel()


class _Post:
    """A request, as far as the webhook looks at it."""

    def __init__(self, callback: Callback) -> None:
        self.match_info = {"job_id": callback.job_id, "tag": callback.tag}
        self._body = f'{{"status": 0, "data": {{"taskId": "{callback.task_id}", "status": 1}}}}'

    async def read(self) -> bytes:
        return self._body.encode()


async def _unchanged(data: bytes) -> bytes:
    return data


async def _at_once(_name: str, work: Callable[[], Awaitable[None]]) -> None:
    await work()


def _log_in(bot: ImagineBot, chat: Chat, border: Border) -> None:
    """Do what a login does, without calling anybody."""
    session: Any = Wire(chat, border)
    bot.http._HTTPClient__session = session  # type: ignore[attr-defined]
    bot.http._global_over = asyncio.Event()
    bot.http._global_over.set()
    bot.http.token = chat.token
    state: Any = bot._connection
    state.user = discord.ClientUser(state=state, data=chat.world.bot.to_json())  # type: ignore[arg-type]
    state.application_id = chat.application_id
    bot.usable.set()
