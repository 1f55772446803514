"""A stand-in for the Midjourney API: its documented behaviour over real HTTP, with drawn pictures.

The demo runs on it and the tests run against it. It answers to the letter of the documentation;
what goes wrong beyond that is planned in `faults`, and everything that arrives is recorded.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.demo import artist
from bot.demo.answers import RefusalError, carry_out, check_submit, success
from bot.demo.faults import Faults, Outcome
from bot.demo.gallery import Gallery
from bot.demo.jobs import JobRunner, SentCallback, StandInJob
from bot.demo.picture import Picture
from bot.domain.jobs import Mode

# Written down once more, and not taken from the client: a stand-in that shared the client's
# constants would share its mistakes.
SUBMIT_PATH = "/midjourney/v1/submit-jobs"
STATUS_PATH = "/midjourney/v1/job-status"

QUOTA_EXHAUSTED, CONCURRENCY_LIMIT = 1001, 1002
COST: Mapping[str, int] = {Mode.FAST: 2, Mode.RELAXED: 1}  # in quota
TIMEOUTS_S = range(300, 1201)

KEY_CHECK_ID = "imagine-bot-key-check"  # the task that the bot asks about at its start

# What failing jobs of the demo say: reasons that the provider is known to give.
FAIL_REASONS = (
    "Banned prompt detected: the demo did not like a word",
    "Invalid parameter `--demo`",
    "Job Timeout",
    "Internal error, please try again",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit:
    """One submit call that arrived with a right key."""

    at: datetime
    payload: Mapping[str, object]
    task_id: str | None  # None: nothing was started


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCall:
    """One status call that arrived with a right key."""

    at: datetime
    task_ids: tuple[str, ...]


class MidjourneyStandIn:
    """The stand-in as a server on loopback. Use it as an async context manager, or start and stop.

    A stopped one can be started again, as after an outage: it keeps its port and its jobs, and
    those that were under way begin anew.
    """

    def __init__(
        self,
        *,
        api_key: str = "demo-key",
        port: int = 0,
        seconds: float = 6.0,
        fail_share: float = 0.0,
        quota: int | None = None,
        concurrency: int = 10,
        timeouts_s: range = TIMEOUTS_S,
        seed: int = 0,
        draw: Callable[[str, int], bytes] | None = None,
    ) -> None:
        """Set it up; nothing listens before `start`.

        Args:
            api_key: the one key that is accepted.
            port: 0 takes a free one at the first start.
            seconds: what a job takes.
            fail_share: the part of the jobs that fail, 0 … 1, the same ones for the same seed.
            quota: what is left of it; None is endless.
            concurrency: jobs that may be in flight at a time.
            timeouts_s: what a submit may say in `timeout`.
            seed: of every accident.
            draw: returns the PNG for a prompt and an index, in place of the artist, who also
                looks at the job and at the picture that is varied; runs in a thread.
        """
        self.api_key = api_key
        self.seconds = seconds
        self.fail_share = fail_share
        self.quota = quota
        self.concurrency = concurrency
        self.faults = Faults()
        self.jobs: dict[str, StandInJob] = {}  # by task id
        self.submits: list[Submit] = []
        self.status_calls: list[StatusCall] = []
        self.key_checks = 0  # at the bot's starts, whatever the key
        self.image_requests: list[str] = []  # paths
        self.max_in_flight = 0
        self._timeouts_s = timeouts_s
        self._port = port
        self._rng = Random(seed)  # noqa: S311 (accidents, not secrets)
        self._gallery = Gallery(artist.draw if draw is None else _by_prompt(draw))
        self._job_runner = JobRunner()
        self._server: web.AppRunner | None = None

    # ── Life ────────────────────────────────────────────────────────────────────────────────────

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen on loopback."""
        app = web.Application()
        app.router.add_post(SUBMIT_PATH, self._submit)
        app.router.add_post(STATUS_PATH, self._job_status)
        app.router.add_get("/images/{job}/0_{index:[0-9]{1,2}}.png", self._image)
        self._server = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._server.setup()
        site = web.TCPSite(self._server, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = self._server.addresses[0][1]
        self._gallery.start()
        self._job_runner.start()
        for job in self.jobs.values():
            if not job.has_ended:
                self._run(job)

    async def stop(self) -> None:
        """Stop at once: drop open calls and running jobs, and raise what broke in the meantime."""
        if self._server is not None:
            await self._server.cleanup()  # first, as a call that is still open may start a job
        self._gallery.stop()
        await self._job_runner.stop()

    @property
    def url(self) -> str:
        """The API's base URL, and the origin of the pictures."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def in_flight(self) -> int:
        """How many jobs are running now."""
        return sum(not job.has_ended for job in self.jobs.values())

    @property
    def callbacks(self) -> list[SentCallback]:
        """All callbacks that were sent."""
        return self._job_runner.callbacks

    def finish(self, task_id: str) -> None:
        """End a running job now."""
        self.jobs[task_id].finish.set()

    # ── POST submit-jobs ────────────────────────────────────────────────────────────────────────

    async def _submit(self, request: web.Request) -> web.StreamResponse:
        plan = self.faults.submits.take()
        job: StandInJob | None = None
        try:
            job = self._take(await self._read(request), has_effect=plan.has_effect)
            answer = success({"taskId": job.task_id if job else None})
        except RefusalError as refusal:
            answer = refusal.answer()
        if job is not None and job.callback.is_before_answer:
            await job.told.wait()
        return await carry_out(plan, request, answer)

    def _take(self, payload: Mapping[str, object], *, has_effect: bool) -> StandInJob | None:
        """Record the submit and, unless a plan forbids it, start its job."""
        job: StandInJob | None = None
        try:
            job = self._start(payload) if has_effect else None
        finally:
            task_id = job.task_id if job else None
            self.submits.append(Submit(at=_now(), payload=payload, task_id=task_id))
        return job

    def _start(self, payload: Mapping[str, object]) -> StandInJob:
        """Start a job, or refuse it as the documentation says."""
        check_submit(payload, self._timeouts_s)
        cost = COST[str(payload.get("mode", Mode.FAST))]
        if self.quota is not None and self.quota < cost:
            raise RefusalError(QUOTA_EXHAUSTED, "quota not enough")
        if self.in_flight >= self.concurrency:
            raise RefusalError(CONCURRENCY_LIMIT, f"concurrency limit, max {self.concurrency} jobs")
        if self.quota is not None:
            self.quota -= cost
        job = StandInJob(
            task_id=secrets.token_urlsafe(16)[:21],
            payload=payload,
            outcome=self._choose_outcome(),
            callback=self.faults.callbacks.take(),
            started_at=_now(),
            varied=self._gallery.varied_by(str(payload["prompt"]), self.url),
        )
        self.jobs[job.task_id] = job
        self._gallery.add(job)
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        self._run(job)
        return job

    def _run(self, job: StandInJob) -> None:
        self._job_runner.run(job, seconds=self.seconds, url=self.url)

    def _choose_outcome(self) -> Outcome:
        """Take the planned outcome, or roll the dice."""
        outcome = self.faults.outcomes.take()
        if outcome == Outcome() and self._rng.random() < self.fail_share:
            return Outcome(fail_reason=self._rng.choice(FAIL_REASONS))
        return outcome

    # ── POST job-status ─────────────────────────────────────────────────────────────────────────

    async def _job_status(self, request: web.Request) -> web.StreamResponse:
        if await _is_key_check(request):  # no plan is for it, and it counts as no poll
            plan = self.faults.statuses.default
            self.key_checks += 1
        else:
            plan = self.faults.statuses.take()
        try:
            answer = success(self._report(await self._read(request)))
        except RefusalError as refusal:
            answer = refusal.answer()
        return await carry_out(plan, request, answer)

    def _report(self, payload: Mapping[str, object]) -> list[dict[str, object]]:
        """Record the status call and give the items of the known tasks."""
        task_ids = payload.get("taskIds")
        if not isinstance(task_ids, list) or not all(isinstance(i, str) for i in task_ids):
            raise RefusalError(400, "taskIds must be a list of strings", status=400)
        if task_ids != [KEY_CHECK_ID]:
            self.status_calls.append(StatusCall(at=_now(), task_ids=tuple(task_ids)))
        return [self.jobs[i].item(self.url) for i in dict.fromkeys(task_ids) if i in self.jobs]

    async def _read(self, request: web.Request) -> Mapping[str, object]:
        """Return the payload of an API call that has the right key."""
        if not secrets.compare_digest(
            request.headers.get("API-KEY", "").encode(), self.api_key.encode()
        ):
            raise RefusalError(401, "invalid API-KEY", status=401)
        try:
            payload = json.loads(await request.read())
        except ValueError:
            payload = None
        if not isinstance(payload, dict):
            raise RefusalError(400, "the body must be a JSON object", status=400)
        return payload

    # ── GET images ──────────────────────────────────────────────────────────────────────────────

    async def _image(self, request: web.Request) -> web.StreamResponse:
        plan = self.faults.images.take()
        self.image_requests.append(request.path)
        return await carry_out(plan, request, await self._find_picture(request))

    async def _find_picture(self, request: web.Request) -> web.Response:
        """Draw the picture; 404 until its job has succeeded."""
        info = request.match_info
        png = await self._gallery.png(info["job"], int(info["index"]))
        if png is None:
            return web.Response(status=404)
        return web.Response(body=png, content_type="image/png")


def _by_prompt(draw: Callable[[str, int], bytes]) -> Callable[[Picture], bytes]:
    return lambda picture: draw(picture.prompt, picture.index)


async def _is_key_check(request: web.Request) -> bool:
    """Whether somebody only wants to know if the key is accepted."""
    return KEY_CHECK_ID.encode() in await request.read()


def _now() -> datetime:
    return datetime.now(UTC)
