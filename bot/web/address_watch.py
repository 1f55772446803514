"""Looks now and then whether our public address still leads to us, and says so."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.domain.timings import TIMINGS, Timings
from bot.web.reach import SelfCall

log = structlog.get_logger(__name__)


class AddressWatch:
    """Calls our public address soon after the start, and then every hour."""

    def __init__(self, call: Callable[[], Awaitable[SelfCall]], timings: Timings = TIMINGS) -> None:
        self._call = call
        self._timings = timings
        self._last: SelfCall | None = None

    def note(self) -> str | None:
        """Say what `/readyz` shows: what the last call met; None before the first one."""
        return None if self._last is None else self._last.text

    async def run(self) -> None:
        """Call until cancelled; each outcome is a line in the log."""
        await asyncio.sleep(self._timings.first_self_call_s)
        while True:
            self._last = await self._call()
            self._log(self._last)
            await asyncio.sleep(self._timings.self_call_every_s)

    def _log(self, call: SelfCall) -> None:
        if call.hint is None:
            log.info("public_address", outcome=call.text)
        else:
            log.warning("public_address", outcome=call.text, hint=call.hint)
