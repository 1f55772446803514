"""A stand-in for the Midjourney API: its documented behaviour over real HTTP, with drawn pictures.

The demo runs on it and the tests run against it. It answers to the letter of the documentation;
what goes wrong beyond that is planned in `faults`, and everything that arrives is recorded.
"""

import asyncio
import json
import math
import re
import secrets
import uuid
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from random import Random
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web

from bot.demo import artist
from bot.demo.faults import Answer, Callback, Faults, Outcome
from bot.demo.picture import Picture
from bot.domain.jobs import Mode

# Written down once more, and not taken from the client: a stand-in that shared the client's
# constants would share its mistakes.
SUBMIT_PATH = "/midjourney/v1/submit-jobs"
STATUS_PATH = "/midjourney/v1/job-status"

QUOTA_EXHAUSTED, CONCURRENCY_LIMIT = 1001, 1002
COST: Mapping[str, int] = {Mode.FAST: 2, Mode.RELAXED: 1}  # in quota
TIMEOUTS_S = range(300, 1201)
DEFAULT_TIMEOUT_S = 600

KEY_CHECK_ID = "imagine-bot-key-check"  # the task that the bot asks about at its start

CALLBACK_TIMEOUT_S = 10.0
CACHED_PICTURES = 64  # they can be drawn again at any time
MAX_PICTURES = 24

# What failing jobs of the demo say: reasons that the provider is known to give.
FAIL_REASONS = (
    "Banned prompt detected: the demo did not like a word",
    "Invalid parameter `--demo`",
    "Job Timeout",
    "Internal error, please try again",
)


@dataclass(slots=True, kw_only=True)
class StandInJob:
    """One job of the stand-in."""

    task_id: str
    payload: Mapping[str, object]  # as it was submitted
    outcome: Outcome
    callback: Callback
    started_at: datetime
    varied: Picture | None = None  # the picture of ours that this job is to vary
    id: str = field(default_factory=lambda: str(uuid.uuid4()))  # the pictures' folder
    has_ended: bool = False
    fail_reason: str | None = None
    finish: asyncio.Event = field(default_factory=asyncio.Event)  # ends it early
    told: asyncio.Event = field(default_factory=asyncio.Event)  # its callbacks are done

    @property
    def prompt(self) -> str:
        """What is to be drawn."""
        return str(self.payload["prompt"])

    @property
    def time_limit_s(self) -> int:
        """When the provider gives up."""
        limit = self.payload.get("timeout", DEFAULT_TIMEOUT_S)
        assert isinstance(limit, int)
        return limit


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCallback:
    """One callback that was sent."""

    at: datetime
    url: str
    body: bytes
    status: int | None  # of the answer; None: there was none


class _RefusalError(Exception):
    """The call is refused with a code and a message."""

    def __init__(self, code: int, message: str, *, status: int = 200) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status

    def answer(self) -> web.Response:
        """Return its envelope."""
        return _json({"status": self.code, "message": self.message}, status=self.status)


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
        self._drawn_by: dict[str, StandInJob] = {}  # by the folder of their pictures
        self.submits: list[Submit] = []
        self.status_calls: list[StatusCall] = []
        self.key_checks = 0  # at the bot's starts, whatever the key
        self.callbacks: list[SentCallback] = []
        self.image_requests: list[str] = []  # paths
        self.max_in_flight = 0
        self._port = port
        self._rng = Random(seed)  # noqa: S311 (accidents, not secrets)
        self._draw = lru_cache(CACHED_PICTURES)(artist.draw if draw is None else _by_prompt(draw))
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._tasks: set[asyncio.Task[None]] = set()

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
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="artist")
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=CALLBACK_TIMEOUT_S)
        )
        for job in self.jobs.values():
            if not job.has_ended:
                self._spawn(self._run(job))

    async def stop(self) -> None:
        """Stop at once: drop open calls and running jobs, and raise what broke in the meantime."""
        if self._runner is not None:
            await self._runner.cleanup()  # first, as a call that is still open may start a job
        for task in self._tasks:
            task.cancel()
        results = await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    @property
    def url(self) -> str:
        """The API's base URL, and the origin of the pictures."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def in_flight(self) -> int:
        """How many jobs are running now."""
        return sum(not job.has_ended for job in self.jobs.values())

    def finish(self, task_id: str) -> None:
        """End a running job now."""
        self.jobs[task_id].finish.set()

    # ── POST submit-jobs ────────────────────────────────────────────────────────────────────────

    async def _submit(self, request: web.Request) -> web.StreamResponse:
        plan = self.faults.submits.take()
        job: StandInJob | None = None
        try:
            job = self._take(await self._read(request), has_effect=plan.has_effect)
            answer = _success({"taskId": job.task_id if job else None})
        except _RefusalError as refusal:
            answer = refusal.answer()
        if job is not None and job.callback.is_before_answer:
            await job.told.wait()
        return await _carry_out(plan, request, answer)

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
        _check_submit(payload)
        cost = COST[str(payload.get("mode", Mode.FAST))]
        if self.quota is not None and self.quota < cost:
            raise _RefusalError(QUOTA_EXHAUSTED, "quota not enough")
        if self.in_flight >= self.concurrency:
            raise _RefusalError(
                CONCURRENCY_LIMIT, f"concurrency limit, max {self.concurrency} jobs"
            )
        if self.quota is not None:
            self.quota -= cost
        job = StandInJob(
            task_id=secrets.token_urlsafe(16)[:21],
            payload=payload,
            outcome=self._choose_outcome(),
            callback=self.faults.callbacks.take(),
            started_at=_now(),
            varied=self._varied_by(str(payload["prompt"])),
        )
        self.jobs[job.task_id] = job
        self._drawn_by[job.id] = job
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        self._spawn(self._run(job))
        return job

    def _choose_outcome(self) -> Outcome:
        """Take the planned outcome, or roll the dice."""
        outcome = self.faults.outcomes.take()
        if outcome == Outcome() and self._rng.random() < self.fail_share:
            return Outcome(fail_reason=self._rng.choice(FAIL_REASONS))
        return outcome

    # ── A job's life ────────────────────────────────────────────────────────────────────────────

    async def _run(self, job: StandInJob) -> None:
        """Let the job take its time, end it, and tell its hook."""
        seconds = self.seconds if job.outcome.seconds is None else job.outcome.seconds
        limit = job.time_limit_s
        with suppress(TimeoutError):
            async with asyncio.timeout(min(seconds, limit)):
                await job.finish.wait()
        timed_out = seconds > limit and not job.finish.is_set()
        job.fail_reason = "Job Timeout" if timed_out else job.outcome.fail_reason
        job.has_ended = True
        if job.callback.times and job.payload.get("hookUrl"):
            await asyncio.sleep(job.callback.delay_s)
            async with asyncio.TaskGroup() as group:
                for _ in range(job.callback.times):
                    group.create_task(self._call_back(job))
        job.told.set()

    async def _call_back(self, job: StandInJob) -> None:
        """Send the callback once, whatever becomes of it."""
        assert self._session is not None
        url = str(job.payload["hookUrl"])
        body = job.callback.body or _dumps({"status": 0, "data": self._item(job)})
        status: int | None = None
        with suppress(aiohttp.ClientError, TimeoutError, OSError):
            async with self._session.post(
                url,
                data=body,
                headers={"Content-Type": "application/json"},
                allow_redirects=False,
            ) as response:
                status = response.status
        self.callbacks.append(SentCallback(at=_now(), url=url, body=body, status=status))

    def _item(self, job: StandInJob) -> dict[str, object]:
        """Return the job as an item of the API."""
        if not job.has_ended:
            return {"taskId": job.task_id, "status": 0}
        if job.fail_reason is not None:
            item = _failed_item(job, job.fail_reason)
        else:
            item = self._success_item(job)
        return {**item, **job.outcome.item}

    def _success_item(self, job: StandInJob) -> dict[str, object]:
        urls = [f"{self.url}/images/{job.id}/0_{n}.png" for n in range(job.outcome.images)]
        return {
            "taskId": job.task_id,
            "status": 1,
            "jobId": job.id,
            "image": urls[0] if urls else "",
            "images": urls,
            "createdAt": int(job.started_at.timestamp() * 1000),
        }

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        """Run a job beside the server; `stop` ends it and reports what broke."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        """Let go of a job's task; one that broke stays for `stop` to report."""
        if task.cancelled() or task.exception() is None:
            self._tasks.discard(task)

    # ── POST job-status ─────────────────────────────────────────────────────────────────────────

    async def _job_status(self, request: web.Request) -> web.StreamResponse:
        if await _is_key_check(request):  # no plan is for it, and it counts as no poll
            plan = self.faults.statuses.default
            self.key_checks += 1
        else:
            plan = self.faults.statuses.take()
        try:
            answer = _success(self._report(await self._read(request)))
        except _RefusalError as refusal:
            answer = refusal.answer()
        return await _carry_out(plan, request, answer)

    def _report(self, payload: Mapping[str, object]) -> list[dict[str, object]]:
        """Record the status call and give the items of the known tasks."""
        task_ids = payload.get("taskIds")
        if not isinstance(task_ids, list) or not all(isinstance(i, str) for i in task_ids):
            raise _RefusalError(400, "taskIds must be a list of strings", status=400)
        if task_ids != [KEY_CHECK_ID]:
            self.status_calls.append(StatusCall(at=_now(), task_ids=tuple(task_ids)))
        return [self._item(self.jobs[i]) for i in dict.fromkeys(task_ids) if i in self.jobs]

    async def _read(self, request: web.Request) -> Mapping[str, object]:
        """Return the payload of an API call that has the right key."""
        if not secrets.compare_digest(
            request.headers.get("API-KEY", "").encode(), self.api_key.encode()
        ):
            raise _RefusalError(401, "invalid API-KEY", status=401)
        try:
            payload = json.loads(await request.read())
        except ValueError:
            payload = None
        if not isinstance(payload, dict):
            raise _RefusalError(400, "the body must be a JSON object", status=400)
        return payload

    # ── GET images ──────────────────────────────────────────────────────────────────────────────

    async def _image(self, request: web.Request) -> web.StreamResponse:
        plan = self.faults.images.take()
        self.image_requests.append(request.path)
        return await _carry_out(plan, request, await self._find_picture(request))

    async def _find_picture(self, request: web.Request) -> web.Response:
        """Draw the picture; 404 until its job has succeeded."""
        index = int(request.match_info["index"])
        job = self._drawn_by.get(request.match_info["job"])
        is_there = job is not None and job.has_ended and job.fail_reason is None
        if job is None or not is_there or index >= min(job.outcome.images, MAX_PICTURES):
            return web.Response(status=404)
        loop = asyncio.get_running_loop()
        picture = self._picture(job, index)
        png = await loop.run_in_executor(self._threads, self._draw, picture)
        return web.Response(body=png, content_type="image/png")

    def _picture(self, job: StandInJob, index: int) -> Picture:
        """Return which picture it is: of the job alone, or a variation of one of ours."""
        if job.varied is None:
            return Picture(prompt=job.prompt, index=index, job=job.id)
        return job.varied.varied(job.prompt, index, job.id)

    def _varied_by(self, prompt: str) -> Picture | None:
        """Return the picture of ours that the prompt begins with, if it asks for the same thing.

        With other words it is a picture of its own.
        """
        link = prompt.lstrip().partition(" ")[0]
        found = re.fullmatch(rf"{re.escape(self.url)}/images/([^/]+)/0_([0-9]{{1,2}})\.png", link)
        job = self._drawn_by.get(found[1]) if found else None
        if found is None or job is None:
            return None
        picture = self._picture(job, int(found[2]))
        return picture if picture.text == Picture(prompt=prompt, index=0).text else None


def _by_prompt(draw: Callable[[str, int], bytes]) -> Callable[[Picture], bytes]:
    return lambda picture: draw(picture.prompt, picture.index)


async def _is_key_check(request: web.Request) -> bool:
    """Whether somebody only wants to know if the key is accepted."""
    return KEY_CHECK_ID.encode() in await request.read()


# ── Answers ─────────────────────────────────────────────────────────────────────────────────────


def _check_submit(payload: Mapping[str, object]) -> None:
    """Refuse a payload with a field that the documentation does not allow."""
    prompt, hook_url = payload.get("prompt"), payload.get("hookUrl")
    limit = payload.get("timeout", DEFAULT_TIMEOUT_S)
    is_address = isinstance(hook_url, str) and hook_url.startswith(("http://", "https://"))
    is_limit = type(limit) is int and limit in TIMEOUTS_S
    problems = {
        "prompt must be a text": not isinstance(prompt, str) or not prompt.strip(),
        "mode must be fast or relaxed": payload.get("mode", Mode.FAST) not in list(Mode),
        "hookUrl must be an address": hook_url is not None and not is_address,
        "timeout must be an integer from 300 to 1200": not is_limit,
    }
    for problem, is_found in problems.items():
        if is_found:
            raise _RefusalError(400, problem, status=400)


def _failed_item(job: StandInJob, reason: str) -> dict[str, object]:
    return {"taskId": job.task_id, "status": 2, "failReason": reason}


def _success(data: object) -> web.Response:
    return _json({"status": 0, "message": "success", "data": data})


def _json(value: object, *, status: int = 200) -> web.Response:
    return web.Response(status=status, body=_dumps(value), content_type="application/json")


def _dumps(value: object) -> bytes:
    return json.dumps(value).encode()


async def _carry_out(
    plan: Answer, request: web.Request, answer: web.Response
) -> web.StreamResponse:
    """Answer as planned."""
    if math.isinf(plan.delay_s):
        await asyncio.Event().wait()
    await asyncio.sleep(plan.delay_s)
    if plan.is_lost:
        if request.transport is not None:
            request.transport.abort()
        return answer
    body = answer.body if plan.body is None else plan.body
    assert isinstance(body, bytes) or body is None
    response = web.Response(
        status=plan.status or answer.status,
        body=None if plan.trickle_s is not None else body,
        headers={"Content-Type": answer.content_type, **plan.headers},
    )
    if plan.trickle_s is None:
        return response
    return await _trickle(request, response, body or b"", plan.trickle_s)


async def _trickle(
    request: web.Request, head: web.Response, body: bytes, pause_s: float
) -> web.StreamResponse:
    """Send the body byte by byte."""
    stream = web.StreamResponse(status=head.status, headers=head.headers)
    stream.content_length = len(body)
    await stream.prepare(request)
    for byte in body:
        await stream.write(bytes([byte]))
        await asyncio.sleep(pause_s)
    await stream.write_eof()
    return stream


def _now() -> datetime:
    return datetime.now(UTC)
