"""SQLite's files are for their owner alone: they hold prompts, and a secret that signs callbacks.

SQLite gives its side files the mode of the database, so it is enough to make that one first, and to
correct what is there already. The umask is the whole process's and stays as it is.
"""

import contextlib
import os
import stat
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

OWNER_ONLY = 0o600
_OTHERS = 0o077
_SIDE_FILES = ("-wal", "-shm", "-journal", ".lock")


def keep_private(database: Path) -> None:
    """Make the file, empty, unless it is there, and close it and its side files to others.

    What cannot be done is left to SQLite, which says why.
    """
    path = database.resolve()
    with contextlib.suppress(OSError):  # it is there, or nobody may make it
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
    for file in (path, *(path.with_name(path.name + suffix) for suffix in _SIDE_FILES)):
        _close_to_others(file)


def _close_to_others(file: Path) -> None:
    """Change the mode by the name: a file that is opened and closed loses SQLite's locks on it."""
    try:
        mode = file.stat().st_mode
        if stat.S_ISREG(mode) and mode & _OTHERS:
            file.chmod(mode & OWNER_ONLY)
    except FileNotFoundError:
        pass
    except OSError as error:  # another's file, or a file system without modes
        log.warning("file_is_readable_by_others", file=str(file), reason=error.strerror)
