"""`.env` as editors and shells leave it."""

import codecs
import contextlib
import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.env_file import MAX_BYTES, read_env_file
from bot.domain.errors import ConfigError

TEXT = 'DISCORD_TOKEN=abc\r\nPUBLIC_URL="https://bot.example"\r\n# a café\r\n'
VALUES = {"DISCORD_TOKEN": "abc", "PUBLIC_URL": "https://bot.example"}


def written(folder: Path, data: bytes) -> Path:
    path = folder / ".env"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),  # PowerShell's ">"
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("cp1252"),
        TEXT.replace("\r\n", "\r").encode(),
        TEXT.replace("\r\n", "\n").encode(),
    ],
)
def test_usual_encodings_are_read(tmp_path: Path, data: bytes) -> None:
    assert read_env_file(written(tmp_path, data)).values == VALUES


@given(
    value=st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_was_encoded_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, value: str, encoding: str
) -> None:
    path = written(tmp_path_factory.mktemp("env"), f"NAME={value}\n".encode(encoding))
    assert read_env_file(path).values == {"NAME": value}


@given(st.binary(max_size=300))
def test_whatever_stands_there_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = written(tmp_path_factory.mktemp("env"), data)
    with contextlib.suppress(ConfigError):
        read_env_file(path)


def refusal(error: ConfigError) -> str:
    (line,) = error.problems
    assert "\n" not in line
    return line


def test_a_file_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert read_env_file(tmp_path / ".env").values == {}
    assert read_env_file(written(tmp_path, b"") / "below").values == {}


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    with pytest.raises(ConfigError) as caught:
        read_env_file(tmp_path / ".env")
    assert "it is a folder" in refusal(caught.value)


def test_a_virtual_environment_of_that_name_is_not_meant(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    (tmp_path / ".env" / "pyvenv.cfg").touch()
    assert read_env_file(tmp_path / ".env").values == {}


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.symlink_to(path)  # root may open what permissions forbid, but not this
    with pytest.raises(ConfigError) as caught:
        read_env_file(path)
    assert refusal(caught.value).startswith(f"{path} can't be read: ")


@pytest.mark.parametrize(
    "data",
    [b"\x7fELF\0\0\1\2\0\0\0A=1\n", b"A=1\n\0\0\0\0", "A=1\n".encode("utf-32")],
)
def test_a_value_that_is_not_text_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ConfigError) as caught:
        read_env_file(written(tmp_path, data))
    assert "UTF-8" in refusal(caught.value)


def test_a_file_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        read_env_file(written(tmp_path, b"A=1\n" * MAX_BYTES))


def test_lines_that_are_no_statements_are_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    text = "A=1\n\n# B\nDISCORD_TOKEN: abc\nC=3\nD\n"
    with caplog.at_level(logging.DEBUG):
        file = read_env_file(written(tmp_path, text.encode()))
    assert file.values == {"A": "1", "C": "3"}
    assert file.bad_lines == (4, 6)
    assert caplog.records == []


def test_values_may_hold_others(tmp_path: Path) -> None:
    text = "HOST=bot.example\nexport PUBLIC_URL=https://${HOST}\n"
    assert read_env_file(written(tmp_path, text.encode())).values == {
        "HOST": "bot.example",
        "PUBLIC_URL": "https://bot.example",
    }
