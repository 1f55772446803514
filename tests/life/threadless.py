"""aiosqlite without its thread: what happens when is then the same in every run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import aiosqlite
import pytest


class _Worker:
    """Stands for the thread and its queue, and does at once what it is given."""

    daemon = True

    def start(self) -> None:
        """Do nothing: there is nothing to start."""

    def put_nowait(self, item: tuple[Any, Callable[[], Any]]) -> None:
        future, work = item
        try:
            result = work()
        except BaseException as error:
            if future is None:
                raise
            future.set_exception(error)
        else:
            if future is not None:
                future.set_result(result)


@contextmanager
def sqlite_without_threads() -> Iterator[None]:
    """Let connections made meanwhile do their work in the caller's thread."""
    prepare = aiosqlite.Connection.__init__

    def prepare_without_thread(self: Any, *args: Any, **options: Any) -> None:
        prepare(self, *args, **options)
        self._thread = self._tx = _Worker()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aiosqlite.Connection, "__init__", prepare_without_thread)
        yield
