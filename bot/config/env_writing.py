"""Writing settings into a `.env` file, which keeps all else that stands there.

The file holds secrets: it is written for its owner alone, and all of it or nothing.
"""

import contextlib
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from bot.config.env_file import read_text
from bot.domain.errors import ConfigError

OWNER_ONLY = 0o600
# Blank lines and "export" before a name, and the comment behind its value, if it is on one line.
_ASSIGNMENT = re.compile(
    r"""^(?P<before>\s*(?:export[ ]+)?)[^\s=]+[ \t]*=[ \t]*
    (?:'(?:\\'|[^'\n])*' | "(?:\\"|[^"\n])*" | [^\n]*?)
    (?P<comment>[ \t]+\#[^\n]*)?\s*\Z""",
    re.VERBOSE,
)
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./:@,=%&?~")


def write_env_file(path: Path, values: Mapping[str, str]) -> None:
    """Set these names, in upper case, in a file; what it does not have yet comes at its end.

    Raises:
        ConfigError: the file cannot be read, or not be written.
    """
    place = path.resolve()  # a link stays a link
    text = with_values(read_text(path), values)
    try:
        _replace(place, text)
    except OSError as error:
        raise ConfigError([f"{path} can't be written: {error.strerror or error}"]) from None


def with_values(text: str, values: Mapping[str, str]) -> str:
    """Return the text of a `.env` file with these values; its other lines are as they were."""
    changed = "".join(_changed(text, values))
    if changed and not changed.endswith("\n"):
        changed += "\n"
    present = {_name(each) for each in _statements(text)}
    added = (f"{name}={_quoted(value)}\n" for name, value in values.items() if name not in present)
    return changed + "".join(added)


def _changed(text: str, values: Mapping[str, str]) -> Iterator[str]:
    for statement in _statements(text):
        name, written = _name(statement), statement.original.string
        if name is None or name not in values:
            yield written
            continue
        found = _ASSIGNMENT.search(written)
        before, comment = (found["before"], found["comment"] or "") if found else ("", "")
        yield f"{before}{name}={_quoted(values[name])}{comment}\n"


def _statements(text: str) -> Iterator[Binding]:
    return parse_stream(StringIO(text))


def _name(statement: Binding) -> str | None:
    return None if statement.key is None else statement.key.upper()


def _quoted(value: str) -> str:
    """Return a value as every reader of such files understands it; Docker's keeps quotes."""
    if _PLAIN.issuperset(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _replace(path: Path, text: str) -> None:
    """Put a whole new file in the place of the old one."""
    new = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        with os.fdopen(os.open(new, flags, OWNER_ONLY), "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            new.unlink()
        raise
