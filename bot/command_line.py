"""What our commands share: their event loop, and how they are typed. Standard library only."""

import asyncio
import re
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` on a loop that all our libraries can use, and return what it returns.

    psycopg cannot use the usual one of Windows.
    """
    factory = asyncio.SelectorEventLoop if sys.platform == "win32" else None
    try:
        with asyncio.Runner(loop_factory=factory) as runner:
            return runner.run(work)
    except asyncio.CancelledError:  # by Ctrl+C, which Runner forgets if it comes as it begins
        raise KeyboardInterrupt from None


def as_typed_here(text: str) -> str:
    """Return a text whose commands, `python -m bot …`, begin with the Python that has our packages.

    In a clone that is the one in .venv, which no shell finds by itself. Commands that begin with it
    already stay as they are.
    """
    return re.sub(r"(?<![/\\])python -m bot", lambda _: f"{_python()} -m bot", text)


def _python() -> str:
    try:
        return str(Path(sys.executable).relative_to(Path.cwd()))
    except (OSError, ValueError):  # it is elsewhere, or this folder is gone
        return "python"
