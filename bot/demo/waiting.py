"""Waiting for what becomes of what people do."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

# For what must happen, however busy the machine: only a hang reaches it.
TIMEOUT_S = 300.0

Found = TypeVar("Found")


class Watched:
    """Something in whose changes one can wait for something."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()

    async def wait_for(
        self,
        predicate: Callable[[], Found | None],
        timeout: float = TIMEOUT_S,  # noqa: ASYNC109
        *,
        what: str = "",
    ) -> Found:
        """Wait until `predicate()` is true and give what it gave.

        Raises:
            AssertionError: it did not come true; says what there is.
        """
        end = time.monotonic() + timeout
        while True:
            self.changed.clear()
            found = predicate()
            if found:
                return found
            if time.monotonic() > end:
                raise AssertionError(f"waited {timeout} s for {what or predicate}\n{self.story()}")
            with suppress(TimeoutError):
                async with asyncio.timeout(0.02):
                    await self.changed.wait()

    def story(self) -> str:
        """Tell what happened last, for the message of a failed wait."""
        return ""
