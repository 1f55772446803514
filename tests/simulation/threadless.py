"""SQLite without its thread: what happens when is then the same in every run."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from bot.store.sqlite import SqliteTransactor


@contextmanager
def sqlite_without_threads() -> Iterator[None]:
    """Let all work on SQLite be done meanwhile in the caller's thread."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SqliteTransactor, "_in_thread", _at_once)
        yield


def _at_once(
    _self: object, call: Callable[..., Any], *args: object, **kwargs: object
) -> asyncio.Future[Any]:
    result = asyncio.get_running_loop().create_future()
    try:
        result.set_result(partial(call, *args, **kwargs)())
    except Exception as error:  # noqa: BLE001 - for whoever waits for it
        result.set_exception(error)
    return result
