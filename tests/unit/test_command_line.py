"""Our own commands are shown as they can be typed."""

import sys
from pathlib import Path

import pytest

from bot.command_line import as_typed_here
from bot.doctor.findings import fail
from bot.doctor.report import as_line


def test_a_command_begins_with_the_python_of_this_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / ".venv" / "bin" / "python"))
    monkeypatch.chdir(tmp_path)
    assert as_line(fail("it is old", "python -m bot sync")) == (
        "✗ it is old → .venv/bin/python -m bot sync"
    )
    typed = as_typed_here("python -m bot run")
    assert as_typed_here(typed) == typed
    monkeypatch.chdir("/")
    monkeypatch.setattr(sys, "executable", "relative/python")
    assert as_typed_here("try python -m bot run") == "try python -m bot run"
