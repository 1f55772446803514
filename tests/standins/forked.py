"""The bot's process, forked from one that has imported the bot already.

An import of the bot takes a second of the processor, and the tests start it more than a hundred
times. Each process of the test run has one to fork from, which ends with it.
"""

import asyncio
import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.standins.process import BotProcess, Launched

CAN_FORK = "forkserver" in multiprocessing.get_all_start_methods()  # not on Windows
_COMMANDS = ("-m", "bot")


class ForkedBot(BotProcess):
    """`BotProcess` that is ready a second earlier; what is no command of the bot is not forked."""

    async def _launch(self, environment: Mapping[str, str]) -> Launched:
        if not CAN_FORK or self.command[:2] != _COMMANDS:
            return await super()._launch(environment)
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.standins.imported"])
        place = (self.cwd, self.log, dict(environment))
        process = context.Process(target=_run, args=(self.command[2:], *place), daemon=True)
        await asyncio.to_thread(process.start)  # the first one waits for the imports
        return _Forked(process)


class _Forked:
    """What tests use of asyncio's `Process`."""

    def __init__(self, process: BaseProcess) -> None:
        assert process.pid is not None
        self.pid = process.pid
        self._process = process

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    async def wait(self) -> int:
        while (status := self.returncode) is None:  # noqa: ASYNC110 - multiprocessing has no event
            await asyncio.sleep(0.01)
        return status

    def send_signal(self, number: int, /) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)


def _run(
    arguments: tuple[str, ...], folder: Path, log: Path, environment: Mapping[str, str]
) -> None:
    """Be `python -m bot` with these arguments, from here on."""
    with log.open("ab") as output:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(output.fileno(), stream.fileno())
            stream.reconfigure(write_through=True)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[1:] = arguments
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
