"""How late the event loop is: the first thing that suffers when a process has too much to do."""

import asyncio
from datetime import timedelta

from bot.ports.observer import Observer

EVERY_S = 1.0


async def watch_loop(observer: Observer) -> None:
    """Measure once a second by how much we are woken too late, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + EVERY_S
        await asyncio.sleep(EVERY_S)
        observer.loop_lagged(timedelta(seconds=loop.time() - due))
