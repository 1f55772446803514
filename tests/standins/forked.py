"""The bot's process, forked from one that has imported the bot already.

An import of the bot takes a second of the processor, and the tests start it more than a hundred
times. Each process of the test run has one to fork from, which ends with it.
"""

import asyncio
import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping, Sequence
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
        return await fork_command(
            self.command[2:], folder=self.cwd, environment=environment, log=self.log
        )


async def fork_command(
    arguments: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    log: Path | None = None,
    terminal: str | None = None,
) -> Launched:
    """Start `python -m bot` with these arguments, into a log or at a terminal."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.standins.imported"])
    surroundings = (log, terminal, folder, dict(environment))
    process = context.Process(target=_run, args=(arguments, *surroundings), daemon=True)
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


# ── In the forked process ───────────────────────────────────────────────────────────────────────


def _run(
    arguments: Sequence[str],
    log: Path | None,
    terminal: str | None,
    folder: Path,
    environment: Mapping[str, str],
) -> None:
    """Be `python -m bot` with these arguments, from here on."""
    if terminal is not None:
        _sit_down_at(terminal)
    if log is not None:
        _write_into(log)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[1:] = arguments
    runpy.run_module("bot", run_name="__main__", alter_sys=True)


def _sit_down_at(terminal: str) -> None:
    os.setsid()  # or it would ask at the terminal of whoever runs the tests
    _put_in_place(os.open(terminal, os.O_RDWR | os.O_NOCTTY), 0, 1, 2)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - as Python itself does


def _write_into(log: Path) -> None:
    _put_in_place(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666), 1, 2)


def _put_in_place(file: int, *descriptors: int) -> None:
    """Let the standard streams be this file."""
    for descriptor in descriptors:
        os.dup2(file, descriptor)
    os.close(file)
    sys.stdout = open(1, "w", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115
