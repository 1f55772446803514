"""The lock of a SQLite file as Windows has it, with a stand-in for what only Windows can import."""

import fcntl
import os
import struct
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from bot.domain.errors import StoreBusyError
from bot.store import filelock


def locking(descriptor: int, _mode: int, count: int) -> None:
    """Lock bytes where the file stands, for this opening of it alone."""
    begin = os.lseek(descriptor, 0, os.SEEK_CUR)
    lock = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, begin, count, 0)
    fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, lock)


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Any:
    msvcrt = SimpleNamespace(LK_NBLCK=2, locking=locking)
    monkeypatch.setitem(sys.modules, "msvcrt", msvcrt)  # type: ignore[arg-type]
    monkeypatch.setattr(sys, "platform", "win32")
    spec = spec_from_file_location("filelock_of_windows", str(filelock.__file__))
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.undo()
    return module


@pytest.mark.skipif(sys.platform != "linux", reason="needs locks of an open file")
async def test_a_second_process_is_kept_out_whatever_the_file_says(
    windows: Any, tmp_path: Path
) -> None:
    (tmp_path / "imagine.db.lock").write_text("4\n")  # of a process that has ended
    async with windows.hold_file_lock(tmp_path / "imagine.db", timeout_s=0):
        with pytest.raises(StoreBusyError):
            async with windows.hold_file_lock(tmp_path / "imagine.db", timeout_s=0):
                pass
        assert windows.holder_of(tmp_path / "imagine.db") == f"process {os.getpid()}"
    assert windows.holder_of(tmp_path / "imagine.db") is None
