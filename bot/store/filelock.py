"""The OS lock that keeps a SQLite file to one process; kill -9 frees it."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

import structlog

from bot.domain.errors import StoreBusyError, StoreUnusableError
from bot.store.private_files import OWNER_ONLY

log = structlog.get_logger(__name__)

RETRY_S = 0.25

if sys.platform == "win32":
    import msvcrt

    # It locks one byte, where the file stands. Always the same one, and far behind what is written
    # there, since nobody else could read a byte that is locked.
    _LOCKED_BYTE = 2**30

    def _try_lock(file: IO[bytes]) -> bool:
        file.seek(_LOCKED_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(0)
        return True
else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


@asynccontextmanager
async def hold_file_lock(database: Path, *, timeout_s: float) -> AsyncIterator[None]:
    """Hold the lock beside `database`; whoever holds it knows every former owner dead.

    Raises:
        StoreBusyError: another process still holds it after `timeout_s`.
        StoreUnusableError: there can be no file at this place.
    """
    with _open(database) as file:
        await _acquire(file, database, timeout_s)
        _sign(file)
        yield  # closing the file frees the lock; the file stays, since removing it would race


def holder_of(database: Path) -> str | None:
    """Return the process that has the file, such as "process 12"; None: nobody has it."""
    try:
        with _lock_path(database).open("r+b") as file:
            if _try_lock(file):
                return None  # and closing it frees it again
            number = file.read(20).decode(errors="replace").strip()
    except FileNotFoundError:
        return None
    except OSError:  # it belongs to another user
        return "another process"
    return f"process {number}" if number.isdecimal() else "another process"


def _lock_path(database: Path) -> Path:
    file = database.resolve()  # one with two names has one lock
    return file.with_name(f"{file.name}.lock")


def _open(database: Path) -> IO[bytes]:
    path = _lock_path(database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWNER_ONLY), "ab")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StoreUnusableError(f"{database} cannot be used: {reason}") from error


def _sign(file: IO[bytes]) -> None:
    """Say in the file who holds it, for `doctor`."""
    with contextlib.suppress(OSError):  # the lock holds all the same
        os.ftruncate(file.fileno(), 0)
        os.write(file.fileno(), f"{os.getpid()}\n".encode())


async def _acquire(file: IO[bytes], database: Path, timeout_s: float) -> None:
    deadline = asyncio.get_running_loop().time() + timeout_s
    has_said_so = False
    while not _try_lock(file):
        if asyncio.get_running_loop().time() >= deadline:
            raise StoreBusyError(
                f"another process is using {database}; "
                "SQLite belongs to one process, use PostgreSQL for several"
            )
        if not has_said_so:
            log.info("waiting_for_database_lock", database=str(database), timeout_s=timeout_s)
            has_said_so = True
        await asyncio.sleep(RETRY_S)
