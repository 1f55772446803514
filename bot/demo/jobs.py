"""The stand-in's jobs: how each takes its time, ends, and tells its hook.

`midjourney.py` decides what may be started, and answers calls.
"""

import asyncio
import json
import uuid
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp

from bot.demo.faults import Callback, Outcome
from bot.demo.picture import Picture

DEFAULT_TIMEOUT_S = 600
CALLBACK_TIMEOUT_S = 10.0


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

    def item(self, url: str) -> dict[str, object]:
        """Return it as an item of the API; `url` is the origin of its pictures."""
        if not self.has_ended:
            return {"taskId": self.task_id, "status": 0}
        item = self._success_item(url) if self.fail_reason is None else self._failed_item()
        return {**item, **self.outcome.item}

    def _success_item(self, url: str) -> dict[str, object]:
        urls = [f"{url}/images/{self.id}/0_{n}.png" for n in range(self.outcome.images)]
        return {
            "taskId": self.task_id,
            "status": 1,
            "jobId": self.id,
            "image": urls[0] if urls else "",
            "images": urls,
            "createdAt": int(self.started_at.timestamp() * 1000),
        }

    def _failed_item(self) -> dict[str, object]:
        return {"taskId": self.task_id, "status": 2, "failReason": self.fail_reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCallback:
    """One callback that was sent."""

    at: datetime
    url: str
    body: bytes
    status: int | None  # of the answer; None: there was none


class JobRunner:
    """Lets jobs run beside the server, and sends their callbacks."""

    def __init__(self) -> None:
        self.callbacks: list[SentCallback] = []
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Make ready to run jobs."""
        timeout = aiohttp.ClientTimeout(total=CALLBACK_TIMEOUT_S)
        self._session = aiohttp.ClientSession(timeout=timeout)

    async def stop(self) -> None:
        """Drop the running jobs, and raise what broke in the meantime."""
        for task in self._tasks:
            task.cancel()
        results = await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        for result in results:
            if isinstance(result, Exception):
                raise result

    def run(self, job: StandInJob, *, seconds: float, url: str) -> None:
        """Let the job run for `seconds`, unless its outcome says otherwise."""
        self._spawn(self._run(job, seconds, url))

    async def _run(self, job: StandInJob, seconds: float, url: str) -> None:
        """Let the job take its time, end it, and tell its hook."""
        seconds = seconds if job.outcome.seconds is None else job.outcome.seconds
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
                    group.create_task(self._call_back(job, url))
        job.told.set()

    async def _call_back(self, job: StandInJob, url: str) -> None:
        """Send the callback once, whatever becomes of it."""
        assert self._session is not None
        hook_url = str(job.payload["hookUrl"])
        body = job.callback.body or json.dumps({"status": 0, "data": job.item(url)}).encode()
        status: int | None = None
        with suppress(aiohttp.ClientError, TimeoutError, OSError):
            async with self._session.post(
                hook_url,
                data=body,
                headers={"Content-Type": "application/json"},
                allow_redirects=False,
            ) as response:
                status = response.status
        sent = SentCallback(at=datetime.now(UTC), url=hook_url, body=body, status=status)
        self.callbacks.append(sent)

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        """Run a job beside the server; `stop` ends it and reports what broke."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        """Let go of a job's task; one that broke stays for `stop` to report."""
        if task.cancelled() or task.exception() is None:
            self._tasks.discard(task)
