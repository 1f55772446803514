"""The bot as a separate process, so that tests can talk to it, stop it and kill it."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, Self

import aiohttp

from tests.redaction import WATCH
from tests.standins.ports import free_port
from tests.timing import TIMEOUT_S

ROOT = Path(__file__).resolve().parents[2]
# What a process needs to start at all; everything else is given by the test.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONDEVMODE")


class Launched(Protocol):
    """What is used of a process, as asyncio has it."""

    @property
    def pid(self) -> int: ...
    @property
    def returncode(self) -> int | None: ...
    async def wait(self) -> int: ...
    def send_signal(self, number: int, /) -> None: ...


class BotProcess:
    """`python -m bot run` (or another command) with a clean environment and a captured log."""

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        log: Path,
        port: int | None = None,
        cwd: Path = ROOT,
        command: Sequence[str] = ("-m", "bot", "run"),
    ) -> None:
        """Prepare the process; `start()` or `async with` starts it.

        `log` gets both outputs, appended over restarts. `port` is the bot's `PORT`, a free one
        unless given. The environment is only what is given here, `PORT` and the bare necessities.
        """
        self.environment = dict(environment)
        self.log = log
        self.port = port or free_port()
        self.cwd = cwd
        self.command = tuple(command)
        self._process: Launched | None = None
        WATCH.read_later(log)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.kill()

    @property
    def url(self) -> str:
        """The base address of the bot's own web server."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self._started.pid

    @property
    def returncode(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        return self._started.returncode

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def _started(self) -> Launched:
        assert self._process is not None, "the process was not started"
        return self._process

    async def start(self, *, ready_within: float | None = TIMEOUT_S) -> None:
        """Start it (again), and wait until it is ready unless `ready_within` is None."""
        assert not self.is_running, "it is running"
        kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
        own = {"PORT": str(self.port), "PYTHONUNBUFFERED": "1"}
        self._process = await self._launch(kept | own | self.environment)
        if ready_within is not None:
            try:
                await self.ready(ready_within)
            except BaseException:
                await self.kill()
                raise

    async def _launch(self, environment: Mapping[str, str]) -> Launched:
        """Start the command with nothing but this environment."""
        with self.log.open("ab") as output:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                *self.command,
                cwd=self.cwd,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    async def ready(self, within: float = TIMEOUT_S) -> None:
        """Wait until `/readyz` answers 200.

        Raises:
            AssertionError: it ended, or is not ready in time; with the end of its log.
        """
        try:
            await wait_until_ready(self.url, within, is_running=lambda: self.is_running)
        except AssertionError as error:
            ended = "" if self.is_running else f"it ended with {self.returncode}: "
            raise AssertionError(f"{ended}{error}\n{self.tail()}") from None

    async def wait(self, within: float = TIMEOUT_S) -> int:
        """Wait until it ends by itself and give its exit status."""
        try:
            return await asyncio.wait_for(self._started.wait(), within)
        except TimeoutError:
            raise AssertionError(f"still running after {within} s\n{self.tail()}") from None

    async def terminate(self, within: float = TIMEOUT_S) -> int:
        """Send SIGTERM and give the exit status."""
        self._signal(signal.SIGTERM)
        return await self.wait(within)

    async def kill(self) -> None:
        """Send SIGKILL and wait for the end; nothing happens if it has ended."""
        if self.is_running:
            self._signal(signal.SIGKILL)
            await self._started.wait()

    def stop(self) -> None:
        """Freeze it (SIGSTOP)."""
        self._signal(signal.SIGSTOP)

    def cont(self) -> None:
        """Let a frozen process go on (SIGCONT)."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._started.send_signal(number)

    def log_lines(self) -> list[str]:
        """Return all lines of both outputs so far."""
        return self.log.read_text(errors="replace").splitlines() if self.log.exists() else []

    def has_logged(self, words: str) -> bool:
        """Whether these words stand anywhere in the log, however much came after them."""
        return any(words in line for line in self.log_lines())

    def tail(self, lines: int = 30) -> str:
        return "\n".join(self.log_lines()[-lines:])


async def wait_until_ready(url: str, within: float, *, is_running: Callable[[], bool]) -> None:
    """Wait until `/readyz` answers 200.

    Raises:
        AssertionError: it ended, or is not ready in time.
    """
    last: object = None
    end = time.monotonic() + within
    limit = aiohttp.ClientTimeout(total=min(within, 5))
    async with aiohttp.ClientSession(timeout=limit) as session:
        while time.monotonic() < end and is_running():
            try:
                async with session.get(f"{url}/readyz") as answer:
                    last = f"{answer.status} {await answer.text()}"
                    if answer.status == 200:
                        return
            except (aiohttp.ClientError, TimeoutError) as error:
                last = error
            await asyncio.sleep(0.05)
    raise AssertionError(f"not ready in {within} s: {last}")
