"""The pictures of the stand-in's jobs: which job each belongs to, and its PNG once it is drawn."""

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from bot.demo.jobs import StandInJob
from bot.demo.picture import Picture

CACHED_PICTURES = 64  # they can be drawn again at any time
MAX_PICTURES = 24  # of one job


class Gallery:
    """All jobs whose pictures can be asked for."""

    def __init__(self, draw: Callable[[Picture], bytes]) -> None:
        """Begin without pictures; `draw` returns a PNG, and runs in a thread."""
        self._draw = lru_cache(CACHED_PICTURES)(draw)
        self._jobs: dict[str, StandInJob] = {}  # by the folder of their pictures
        self._threads: ThreadPoolExecutor | None = None

    def start(self) -> None:
        """Make ready to draw."""
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="artist")

    def stop(self) -> None:
        """Draw nothing more."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def add(self, job: StandInJob) -> None:
        """Let the job's pictures be found from now on."""
        self._jobs[job.id] = job

    async def png(self, folder: str, index: int) -> bytes | None:
        """Draw a picture; None until its job has succeeded."""
        job = self._jobs.get(folder)
        is_there = job is not None and job.has_ended and job.fail_reason is None
        if job is None or not is_there or index >= min(job.outcome.images, MAX_PICTURES):
            return None
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._draw, _picture(job, index))

    def varied_by(self, prompt: str, url: str) -> Picture | None:
        """Return the picture of ours that the prompt begins with, if it asks for the same thing.

        With other words it is a picture of its own. `url` is the origin of our pictures.
        """
        link = prompt.lstrip().partition(" ")[0]
        found = re.fullmatch(rf"{re.escape(url)}/images/([^/]+)/0_([0-9]{{1,2}})\.png", link)
        job = self._jobs.get(found[1]) if found else None
        if found is None or job is None:
            return None
        picture = _picture(job, int(found[2]))
        return picture if picture.text == Picture(prompt=prompt, index=0).text else None


def _picture(job: StandInJob, index: int) -> Picture:
    """Return which picture it is: of the job alone, or a variation of one of ours."""
    if job.varied is None:
        return Picture(prompt=job.prompt, index=index, job=job.id)
    return job.varied.varied(job.prompt, index, job.id)
