"""A person at a terminal: a process behind a pseudo-terminal, whose questions are answered."""

import asyncio
import contextlib
import os
import pty
import re
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from tests.standins.forked import fork_command
from tests.standins.process import INHERITED
from tests.timing import TIMEOUT_S


class Terminal:
    """Runs `python -m bot …` in a folder. Use it as an async context manager."""

    def __init__(self, *command: str, folder: Path, environment: Mapping[str, str]) -> None:
        self.shown = ""  # all that stood on the screen so far
        self._command = command
        self._folder = folder
        self._environment = dict(environment)
        self._read_to = 0
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._screen, self._theirs = pty.openpty()
        kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
        self._process = await fork_command(
            self._command,
            folder=self._folder,
            environment=kept | self._environment,
            terminal=os.ttyname(self._theirs),
        )
        asyncio.get_running_loop().add_reader(self._screen, self._look)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()
        asyncio.get_running_loop().remove_reader(self._screen)
        os.close(self._screen)
        os.close(self._theirs)

    async def sees(self, words: str) -> None:
        """Wait until these words stand behind what was waited for before.

        Raises:
            AssertionError: they do not come; with all that stands there.
        """
        await self._finds(re.escape(words))

    async def is_asked(self, question: str) -> None:
        """Wait until this question is the last that stands there; the echo is off if it hides."""
        await self._finds(rf"{re.escape(question)}[^\r\n]*: \Z")

    async def answers(self, question: str, answer: str) -> None:
        """Type an answer once the question is there."""
        await self.is_asked(question)
        os.write(self._screen, f"{answer}\n".encode())

    def press_ctrl_c(self) -> None:
        """Interrupt it, as the key does."""
        self._process.send_signal(signal.SIGINT)

    def press_ctrl_d(self) -> None:
        """End what is typed."""
        os.write(self._screen, b"\x04")

    async def ends(self) -> int:
        """Wait until it ends, and return its status."""
        async with asyncio.timeout(TIMEOUT_S):
            return await self._process.wait()

    async def _finds(self, pattern: str) -> None:
        end, has_ended = time.monotonic() + TIMEOUT_S, False
        while (found := re.compile(pattern).search(self.shown, self._read_to)) is None:
            assert not has_ended, self.shown
            assert time.monotonic() < end, f"waited for {pattern!r}\n{self.shown}"
            has_ended = self._process.returncode is not None  # its last words are read below
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), 0.2)
        self._read_to = found.end()

    def _look(self) -> None:
        self.shown += os.read(self._screen, 65536).decode(errors="replace")
        self._news.set()
