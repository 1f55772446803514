"""Notices that the host put the process to sleep, as cheap plans do when nobody calls.

A sleeping bot hears no command, and its results come late: the operator should know why.
"""

import asyncio
import time
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

EVERY_S = 1.0
LONG_S = 60.0  # a busy process is late by seconds, never by this


def uptime() -> float:
    """Return seconds that go on while the machine sleeps, whatever is done to its clock."""
    if hasattr(time, "CLOCK_BOOTTIME"):  # Linux; elsewhere the ordinary one does
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


async def watch_for_sleep(now: Callable[[], float] = uptime, every_s: float = EVERY_S) -> None:
    """Look once a second how much time has passed, until cancelled."""
    before = now()
    while True:
        await asyncio.sleep(every_s)
        after = now()
        slept_s = after - before - every_s
        if slept_s > LONG_S:
            said = f"this host put me to sleep for {_duration(slept_s)}"
            log.warning(said, hint="choose a plan that is always on: asleep, the bot hears nobody")
        before = after


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{round(minutes / 60)} h"  # noqa: PLR2004
