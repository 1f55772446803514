"""How those who wait for a piece of work hear what came of it."""

import asyncio
from typing import TypeVar

R = TypeVar("R")


def tell(result: asyncio.Future[R], outcome: R | Exception) -> None:
    """Return it to whoever waits, or raise it there, unless they have gone."""
    if result.done():
        return
    if isinstance(outcome, Exception):
        result.set_exception(outcome)
    else:
        result.set_result(outcome)
