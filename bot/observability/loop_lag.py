"""How late the event loop runs its timers; this rises first when a process is overloaded."""

import asyncio
from datetime import timedelta

from bot.ports.observer import Observer

EVERY_S = 1.0


async def watch_loop(observer: Observer) -> None:
    """Measure the delay of a timer once a second, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + EVERY_S
        await asyncio.sleep(EVERY_S)
        observer.loop_lagged(timedelta(seconds=loop.time() - due))
