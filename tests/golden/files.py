"""The golden files: how they are written, and how they are compared with what is shown now."""

import difflib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

JSON: TypeAlias = Any

FOLDER = Path(__file__).parent
WIDTH = 100
MAX_LINES = 60  # of a difference; nobody reads more
UPDATE = os.environ.get("UPDATE_GOLDEN", "")


def on_disk() -> set[str]:
    """Return the names of all files there are."""
    return {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.json")}


def delete(names: Iterable[str]) -> None:
    """Delete files that belong to no family any more."""
    for name in names:
        (FOLDER / name).unlink()


def compare(name: str, shown: Mapping[str, JSON]) -> None:
    """Hold what is shown now against the file, or write the file if that was asked for."""
    path = FOLDER / name
    text = f"{_written(shown)}\n"
    kept = path.read_text() if path.exists() else "{}\n"
    if UPDATE == "custom_ids":
        before, after = _without_ids(json.loads(kept)), _without_ids(json.loads(text))
        _check_equal(name, f"{_written(before)}\n", f"{_written(after)}\n")
    if UPDATE in {"1", "custom_ids"}:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    else:
        _check_equal(name, kept, text)


def _check_equal(name: str, kept: str, shown: str) -> None:
    if kept == shown:
        return
    lines = difflib.unified_diff(
        kept.splitlines(), shown.splitlines(), f"{name}, as it was", "as it is now", lineterm=""
    )
    difference = list(lines)
    more = [f"… and {len(difference) - MAX_LINES} lines more"] * (len(difference) > MAX_LINES)
    said = "\n".join([*difference[:MAX_LINES], *more])
    raise AssertionError(
        f"{said}\n\nIf this is meant: UPDATE_GOLDEN=1, see tests/golden/__init__.py"
    )


def _written(value: JSON, indent: str = "") -> str:
    """Write JSON so that a line of a difference says something: a button, a text, a menu's entry.

    Fields stay in the order in which they are sent.
    """
    line = json.dumps(value, ensure_ascii=False)
    is_short = _is_simple(value) or len(indent) + len(line) <= WIDTH
    if not value or (indent and is_short):
        return line
    inner = f"{indent} "
    if isinstance(value, list):
        opening, closing = "[]"
        entries = [_written(each, inner) for each in value]
    else:
        opening, closing = "{}"
        entries = [f"{json.dumps(key)}: {_written(each, inner)}" for key, each in value.items()]
    lines = ",\n".join(f"{inner}{entry}" for entry in entries)
    return f"{opening}\n{lines}\n{indent}{closing}"


def _is_simple(value: JSON) -> bool:
    """Whether nothing in it is a list, but for empty ones."""
    if isinstance(value, dict):
        return all(map(_is_simple, value.values()))
    return not isinstance(value, list) or not value


def _without_ids(value: JSON) -> JSON:
    """Return the same with nothing in place of each custom id."""
    if isinstance(value, list):
        return [_without_ids(each) for each in value]
    if isinstance(value, dict):
        return dict(_fields_without_ids(value))
    return value


def _fields_without_ids(value: Mapping[str, JSON]) -> Iterator[tuple[str, JSON]]:
    for name, each in value.items():
        yield name, "" if name == "custom_id" else _without_ids(each)
