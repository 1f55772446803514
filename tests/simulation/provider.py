"""The provider: ten places, a ledger, and every answer that its documentation allows."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from urllib.parse import urlsplit

from bot.domain.errors import (
    ConcurrencyLimitError,
    KeyRejectedError,
    NotStartedError,
    OutcomeUnknownError,
    QuotaExhaustedError,
    StatusUnavailableError,
    SubmitRejectedError,
)
from bot.domain.jobs import Failure, FailureCode, Mode, TaskReport
from bot.midjourney.client import SUBMIT_TIMEOUT_S
from tests.simulation.fault_injection import Border

PLACES = 10
# A request whose caller is gone is worked off this long, then it is forgotten.
LONGEST_IN_WORK = timedelta(seconds=90)


class Answer(Enum):
    """What becomes of a submit."""

    ACCEPTED = auto()
    NO_QUOTA = auto()  # 1001
    NO_KEY = auto()
    FULL = auto()  # 1002, whatever is free
    REFUSED = auto()  # another 4xx
    TOO_MANY = auto()  # 429
    TOO_MANY_FOR_A_WHILE = auto()  # 429 with Retry-After
    NEVER_CONNECTED = auto()
    LOST_BEFORE = auto()  # also 408, and a 5xx of a proxy
    LOST_AFTER = auto()
    UNREADABLE = auto()
    SLOW_BEFORE = auto()  # the request lies about
    SLOW_AFTER = auto()  # the answer does
    SAME_ID = auto()  # accepted, with the id of another task


_REFUSALS: dict[Answer, Callable[[], Exception]] = {
    Answer.NO_QUOTA: QuotaExhaustedError,
    Answer.NO_KEY: KeyRejectedError,
    Answer.FULL: ConcurrencyLimitError,
    Answer.REFUSED: lambda: SubmitRejectedError("no cats"),
    Answer.TOO_MANY: lambda: NotStartedError("HTTP 429"),
    Answer.TOO_MANY_FOR_A_WHILE: lambda: NotStartedError(
        "HTTP 429", retry_after=timedelta(seconds=20)
    ),
    Answer.NEVER_CONNECTED: lambda: NotStartedError("refused"),
    Answer.LOST_BEFORE: lambda: OutcomeUnknownError("HTTP 502"),
}
_LOST_AFTER_EFFECT = frozenset({Answer.LOST_AFTER, Answer.UNREADABLE})


@dataclass(slots=True, eq=False, kw_only=True)
class Task:
    """A job as the provider knows it. It is paid for when it starts."""

    id: str
    prompt: str
    hook_url: str | None
    ends_by: datetime
    is_running: bool = True
    image_urls: tuple[str, ...] = ()
    failure: Failure | None = None
    polled_at: list[tuple[int, datetime]] = field(default_factory=list)  # by whom, when

    @property
    def report(self) -> TaskReport:
        return TaskReport(
            task_id=self.id,
            is_finished=not self.is_running,
            image_urls=self.image_urls,
            failure=self.failure,
        )


@dataclass(slots=True, eq=False, kw_only=True)
class _Held:
    """A call that takes its time: the request on its way there, or the answer on its way back."""

    since: datetime
    start: Callable[[], None]
    done: asyncio.Future[None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """A POST to a job's address."""

    job_id: str
    tag: str
    task_id: str


class Provider:
    """What the provider did, and what it will answer next."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.tasks: dict[str, Task] = {}
        self.ledger: Counter[str] = Counter()  # by prompt: how often it was paid for
        self.contested: set[str] = set()  # tasks that more than one job heard of as its own
        self.callbacks: list[Callback] = []  # sent; they may arrive, or not, or twice
        self.places_of_others = 0  # taken by other programs with our key
        self.next_answers: list[Answer] = []
        self.status_outage = False
        self.submits = 0  # calls that reached it
        self._held: list[_Held] = []
        self._numbers = itertools.count(1)

    @property
    def running(self) -> list[Task]:
        return [task for task in self.tasks.values() if task.is_running]

    def start(self, prompt: str, mode: Mode, hook_url: str | None) -> Task:
        """Begin to draw, for money.

        Raises:
            ConcurrencyLimitError: all places are taken.
        """
        if len(self.running) + self.places_of_others >= PLACES:
            raise ConcurrencyLimitError
        task = Task(
            id=f"T{next(self._numbers)}",
            prompt=prompt,
            hook_url=hook_url,
            ends_by=self._now() + mode.provider_timeout,
        )
        self.tasks[task.id] = task
        self.ledger[prompt] += 1
        return task

    def first_id_again(self, instead_of: Task) -> str:
        """Return the id of the first task, which most times is another."""
        self.claim(next(iter(self.tasks)), prompt=instead_of.prompt)
        return next(iter(self.tasks))

    def claim(self, task_id: str, *, prompt: str) -> None:
        """Note that the job with this prompt hears of a task as its own."""
        if task_id in self.tasks and self.tasks[task_id].prompt != prompt:
            self.contested.add(task_id)

    def finish(self, task: Task, *, images: int, failure: Failure | None = None) -> None:
        """End a task: with pictures, with a reason, or with nothing at all."""
        task.is_running = False
        task.image_urls = tuple(
            f"https://pictures.example/{task.id}/{n}.png" for n in range(images)
        )
        task.failure = failure
        if not images and failure is None:  # as the client reads a success without images
            task.failure = Failure(code=FailureCode.NO_IMAGES)
        if task.hook_url is not None:
            *_, job_id, tag = urlsplit(task.hook_url).path.split("/")
            self.callbacks.append(Callback(job_id=job_id, tag=tag, task_id=task.id))

    @property
    def is_holding(self) -> bool:
        """Whether calls take their time."""
        return bool(self._held)

    def hold(self, start: Callable[[], None]) -> asyncio.Future[None]:
        """Keep a call; `start` is what it does when it is let go."""
        held = _Held(
            since=self._now(), start=start, done=asyncio.get_running_loop().create_future()
        )
        self._held.append(held)
        return held.done

    def let_go(self) -> None:
        """Let the calls that take their time go on."""
        held, self._held = self._held, []
        for each in held:
            if self._now() - each.since <= LONGEST_IN_WORK:
                each.start()
            if not each.done.done():
                each.done.set_result(None)

    def pass_time(self) -> None:
        """Return up what took too long."""
        self._held = [each for each in self._held if self._now() - each.since <= LONGEST_IN_WORK]
        for task in self.running:
            if self._now() >= task.ends_by:
                self.finish(task, images=0, failure=Failure(code=FailureCode.PROVIDER))


class Line:
    """One process's line to the provider: implements `ports.MidjourneyApi`."""

    def __init__(self, provider: Provider, border: Border, number: int) -> None:
        self._provider = provider
        self._border = border
        self._number = number

    async def submit(self, *, prompt: str, mode: Mode, hook_url: str | None) -> str:
        """See `ports.MidjourneyApi.submit`."""
        answers = self._provider.next_answers
        answer = answers.pop(0) if answers else Answer.ACCEPTED
        started: list[Task] = []

        def start() -> None:
            if not started:
                started.append(self._provider.start(prompt, mode, hook_url))

        await self._border.cross("provider submit", _unknown)
        self._provider.submits += 1
        if answer in _REFUSALS:
            await self._border.cross("provider submit", _unknown, is_back=True)
            raise _refusal(answer)
        try:
            await self._work(answer, start)
        except TimeoutError:
            raise OutcomeUnknownError("TimeoutError") from None
        await self._border.cross("provider submit", _unknown, is_back=True)
        if answer in _LOST_AFTER_EFFECT:
            raise OutcomeUnknownError("no usable answer")
        if answer is Answer.SAME_ID:
            return self._provider.first_id_again(started[0])
        return started[0].id

    async def _work(self, answer: Answer, start: Callable[[], None]) -> None:
        async with asyncio.timeout(SUBMIT_TIMEOUT_S):
            if answer is Answer.SLOW_BEFORE:
                refusals: list[ConcurrencyLimitError] = []

                def start_late() -> None:
                    try:
                        start()
                    except ConcurrencyLimitError as error:
                        refusals.append(error)

                await self._provider.hold(start_late)
                for error in refusals:
                    raise error
            start()
            if answer is Answer.SLOW_AFTER:
                await self._provider.hold(lambda: None)

    async def job_status(self, task_ids: Sequence[str]) -> list[TaskReport]:
        """See `ports.MidjourneyApi.job_status`."""
        await self._border.cross("provider status", _unavailable)
        if self._provider.status_outage:
            raise StatusUnavailableError("HTTP 503")
        found = [self._provider.tasks[each] for each in task_ids if each in self._provider.tasks]
        for task in found:
            task.polled_at.append((self._number, self._provider._now()))
        reports = [task.report for task in found]
        await self._border.cross("provider status", _unavailable, is_back=True)
        return reports


def _refusal(answer: Answer) -> Exception:
    return _REFUSALS[answer]()


def _unknown() -> Exception:
    return OutcomeUnknownError("ServerDisconnectedError")


def _unavailable() -> Exception:
    return StatusUnavailableError("ServerDisconnectedError")
