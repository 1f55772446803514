"""How long something takes, as free of the machine's noise as can be; how long to wait for it."""

import time
import timeit
from collections.abc import Callable

from bot.demo.waiting import TIMEOUT_S

__all__ = ["TIMEOUT_S", "cpu_seconds"]


def cpu_seconds(call: Callable[[], object], rounds: int = 9) -> float:
    """Return this thread's time for one call: the least of several, without garbage collection."""
    return min(timeit.repeat(call, number=1, repeat=rounds, timer=time.thread_time))
