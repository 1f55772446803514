"""docs/operating.md names log lines that there are, and its commands work."""

import ast
import re
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

from bot.config import Settings
from tests.standins.migrated import migrated_file

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operating.md").read_text()
LOG = PAGE[PAGE.index("## What the log says") :]


@cache
def _events(*levels: str) -> frozenset[str]:
    """The events that the code logs at these levels; at any, if none is given."""
    calls = (
        node
        for path in (ROOT / "bot").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log.")
    )
    return frozenset(
        call.args[0].value
        for call in calls
        if call.args and isinstance(call.args[0], ast.Constant)
        if not levels or ast.unparse(call.func).removeprefix("log.") in levels
    )


def _explained() -> set[str]:
    firsts = re.findall(r"^\| (`[^|]+) \|", LOG, re.MULTILINE)
    return {name for first in firsts for name in re.findall(r"`(\w+)`", first)}


def test_every_explained_event_is_logged_somewhere() -> None:
    assert _explained() <= _events()


def test_every_warning_and_error_is_explained() -> None:
    assert _events("warning", "error", "exception") <= _explained()


def test_every_secret_can_be_changed() -> None:
    secrets = {
        name.upper() for name, field in Settings.model_fields.items()
        if "Secret" in str(field.annotation)
    }  # fmt: skip
    rows = re.findall(r"^\| `([A-Z_]+)` \|", PAGE[PAGE.index("## Change a secret") :], re.MULTILINE)
    assert secrets == set(rows) != set()


def test_files_that_are_named_are_there() -> None:
    host_files = re.findall(r"^\| [\w ]+ \| ((?:`[\w./-]+`(?:, )?)+) \|", PAGE, re.MULTILINE)
    names = [name for cell in host_files for name in re.findall(r"`([^`]+)`", cell)]
    assert len(names) > 5
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_backup_of_sqlite_holds_what_the_log_file_holds(tmp_path: Path) -> None:
    file = tmp_path / "imagine.db"
    migrated_file(file)
    running = sqlite3.connect(file)
    running.execute("PRAGMA journal_mode = WAL")
    running.execute("INSERT INTO settings VALUES ('a', 'b')")
    running.commit()  # in imagine.db-wal still
    (line,) = [line for line in PAGE.splitlines() if "VACUUM INTO" in line]
    _python, *rest = shlex.split(line)
    subprocess.run([sys.executable, *rest], cwd=tmp_path, check=True)
    copy = sqlite3.connect(tmp_path / "backup.db")
    assert copy.execute("SELECT value FROM settings WHERE key = 'a'").fetchall() == [("b",)]
    copy.close()
    running.close()


@pytest.mark.parametrize("statement", re.findall(r"DELETE FROM [^;]+;", PAGE))
def test_statement_runs(statement: str, tmp_path: Path) -> None:
    file = tmp_path / "imagine.db"
    migrated_file(file)
    with closing(sqlite3.connect(file)) as database:
        database.execute(statement)
