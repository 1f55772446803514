"""SQLite's files are for their owner alone: they hold prompts, and the secret of the callbacks."""

import contextlib
import os
from pathlib import Path

OWNER_ONLY = 0o600
_SIDE_FILES = ("-wal", "-shm", "-journal", ".lock")


def keep_private(database: Path) -> None:
    """Make the file, empty, unless it is there, and close it and its side files to others.

    SQLite gives new side files the mode of the database. What cannot be done is left to SQLite,
    which says why; the umask is the whole process's and stays as it is.
    """
    path = database.resolve()
    with contextlib.suppress(OSError):  # it is there, or nobody may make it
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
    for file in (path, *(path.with_name(path.name + suffix) for suffix in _SIDE_FILES)):
        with contextlib.suppress(OSError):  # by its name: to open and close it frees SQLite's locks
            file.chmod(OWNER_ONLY)
