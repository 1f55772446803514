"""Reading a `.env` file. Imports only the standard library, python-dotenv and `errors`.

PowerShell's `>` writes UTF-16, old editors the code page of their country: both are read.
"""

import codecs
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import NoReturn

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream

from bot.domain.errors import ConfigError

MAX_BYTES = 1024 * 1024  # a few dozen lines are usual
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvFile:
    """What a `.env` file says."""

    values: dict[str, str] = field(default_factory=dict)  # as they stand there, without quotes
    bad_lines: tuple[int, ...] = ()  # numbers of the lines that are no NAME=value


def read_env_file(path: Path) -> EnvFile:
    """Read a file; one that is not there says nothing.

    Raises:
        ConfigError: it is there and cannot be read; one line that names it.
    """
    return _parse(read_text(path))


def read_text(path: Path) -> str:
    """Read the text of such a file; one that is not there is empty. Raises as `read_env_file`."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except IsADirectoryError:
        return _skip_folder(path)
    except OSError as error:
        # Windows says "permission denied" of a folder too.
        return _skip_folder(path) if path.is_dir() else _refuse(path, error.strerror or "an error")
    if len(data) > MAX_BYTES:
        return _refuse(path, "it is larger than 1 MiB")
    return _decode(path, data)


def _skip_folder(path: Path) -> str:
    """Accept a folder that is a virtual environment as an empty file, and refuse any other."""
    if (path / "pyvenv.cfg").exists():
        return ""
    return _refuse(path, "it is a folder, not a file (Docker makes one when the file is missing)")


def _refuse(path: Path, reason: str) -> NoReturn:
    raise ConfigError([f"{path} can't be read: {reason}"])


def _decode(path: Path, data: bytes) -> str:
    try:
        text = data.decode(_encoding(data))
    except UnicodeDecodeError:
        text = data.decode("latin-1")  # a code page of the West; every byte means something there
    if "\0" in text:
        _refuse(path, "it is not a text file; save it as UTF-8")
    return text


def _encoding(data: bytes) -> str:
    """Tell UTF-16 by its mark or, without one, by the zero of its first character."""
    if data.startswith(_UTF_16):
        return "utf-16"
    if data[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if data[:1] == b"\0" else "utf-8-sig"


def _parse(text: str) -> EnvFile:
    statements = list(parse_stream(StringIO(text)))
    # Without the bad lines, of which python-dotenv would complain to the log in its own words.
    good = "".join(each.original.string for each in statements if not _is_bad(each))
    values = dotenv_values(stream=StringIO(good))
    return EnvFile(
        values={name: value for name, value in values.items() if value is not None},
        bad_lines=tuple(_line(each) for each in statements if _is_bad(each)),
    )


def _is_bad(statement: Binding) -> bool:
    key, value = statement.key, statement.value
    return statement.error or (key is not None and (value is None or not key.isascii()))


def _line(statement: Binding) -> int:
    """Return the number of the line; the blank lines before it belong to the statement."""
    text = statement.original.string
    blank = text[: len(text) - len(text.lstrip())]
    return statement.original.line + blank.count("\n")
