"""An event loop whose time stands still until it is moved, and that knows when all is quiet."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")

EPOCH = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FAR_AWAY = 10**15
OUTSIDE_S = 0.5  # the longest look at the sockets of a real database


class _Selector(selectors.DefaultSelector):
    """Tells the loop when it would have to wait, instead of waiting."""

    def __init__(self, on_quiet: Callable[[], bool]) -> None:
        super().__init__()
        self._on_quiet = on_quiet

    def select(self, timeout: float | None = None) -> Any:
        """Look at the sockets; wait for them only where the loop says so."""
        if timeout == 0 or self._on_quiet():
            return super().select(0)
        return super().select(OUTSIDE_S)


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Time moves only by `pass_time`; then every timer that is due fires, in its order.

    There are no threads: what would run in one runs at once, so every run is the same.
    """

    def __init__(self) -> None:
        self._micros = 0
        self._quiet: asyncio.Future[None] | None = None
        self.transactions = 0  # begun so far
        self.calls_outside = 0  # under way to a database that answers over a socket
        super().__init__(_Selector(self._on_quiet))

    def time(self) -> float:
        """Return the seconds that have passed."""
        return self._micros / 1_000_000

    def now(self) -> datetime:
        """Return the time of day; this makes it a `ports.Clock`."""
        return EPOCH + self._micros * MICROSECOND

    def monotonic(self) -> float:
        """Return the seconds that have passed."""
        return self.time()

    def run_in_executor(  # type: ignore[override]
        self, _executor: object, call: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        """Call it now, in this thread."""
        result = self.create_future()
        try:
            result.set_result(call(*args))
        except Exception as error:  # noqa: BLE001 - for the one who awaits it
            result.set_exception(error)
        return result

    def begin_anew(self) -> None:
        """Put the time back to the start."""
        self._micros = 0

    def let(self, deed: Coroutine[Any, Any, T]) -> T:
        """Do this, whatever else happens meanwhile."""
        return self.run_until_complete(deed)

    def settle(self) -> None:
        """Let everything go on until all wait for time to pass, or for the outside."""
        self.run_until_complete(self._until_quiet())

    def pass_time(self, seconds: float) -> None:
        """Move the time at once, as when a laptop sleeps; timers fire when things settle."""
        self._micros += round(seconds * 1_000_000)

    def forget_timers(self) -> None:
        """Let none of those given up stay: they would change the order of later ones."""
        self._micros = FAR_AWAY
        self.settle()

    async def _until_quiet(self) -> None:
        self._quiet = self.create_future()
        await self._quiet

    def _on_quiet(self) -> bool:
        """Note that nothing is ready; whether somebody waited for that."""
        if self._quiet is None or self._quiet.done() or self.calls_outside:
            return False
        self._quiet.set_result(None)
        return True
