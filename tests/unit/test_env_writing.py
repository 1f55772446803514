"""Settings written into a `.env` file: all else stays, and what is read is what was set."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.env_file import read_env_file
from bot.config.env_writing import with_values, write_env_file
from bot.domain.errors import ConfigError


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "PORT=1\n"),
        ("# mine\n\nLOG_LEVEL=INFO", "# mine\n\nLOG_LEVEL=INFO\nPORT=1\n"),
        ("A=1\n\n# the port\nPORT=8080\nB='x y'\n", "A=1\n\n# the port\nPORT=1\nB='x y'\n"),
        ("PORT=8080 # ours\n", "PORT=1 # ours\n"),
        ("PORT='80 # 80' # ours\n", "PORT=1 # ours\n"),
        ("export PORT = 8080\n", "export PORT=1\n"),
        ("port=8080\n", "PORT=1\n"),
        ("PORT=\n#PORT=3\n", "PORT=1\n#PORT=3\n"),
        ("PORT='a\nb'\nA=1\n", "PORT=1\nA=1\n"),
        ("nonsense here\n", "nonsense here\nPORT=1\n"),
    ],
)
def test_other_lines_and_comments_stay(before: str, after: str) -> None:
    assert with_values(before, {"PORT": "1"}) == after


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_characters="${}")))
def test_what_was_set_is_read(value: str) -> None:
    path = Path(f"/tmp/env-{os.getpid()}")
    try:
        write_env_file(path, {"A": value, "B": "end"})
        assert read_env_file(path).values == {"A": value, "B": "end"}
    finally:
        path.unlink(missing_ok=True)


def test_the_file_is_for_its_owner_alone_and_a_link_stays_one(tmp_path: Path) -> None:
    real = tmp_path / "secrets"
    real.write_text("A=1\n")
    real.chmod(0o644)
    (tmp_path / ".env").symlink_to(real)
    write_env_file(tmp_path / ".env", {"B": "2"})
    assert (tmp_path / ".env").is_symlink()
    assert real.read_text() == "A=1\nB=2\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_written_is_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / ".env"
    path.write_text("A=1\n")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ConfigError, match=r"can't be written: No space left on device"):
        write_env_file(path, {"A": "2"})
    assert path.read_text() == "A=1\n"
    assert list(tmp_path.iterdir()) == [path]
