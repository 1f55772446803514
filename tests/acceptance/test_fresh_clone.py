"""What a stranger has after `git clone`: make and Python, and nothing installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INSTALL_S = 300


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / "imagine-bot"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        source = ROOT / name
        if source.is_file() and not source.is_symlink():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, folder / name)
    return folder


def _make(clone: Path, target: str) -> str:
    """Run make as somebody whose home is empty, and without uv."""
    home = clone.parent / "home"
    home.mkdir(exist_ok=True)
    python = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    environment = os.environ | {
        "HOME": str(home), "PYTHON": str(python), "PATH": "/usr/local/bin:/usr/bin:/bin",
    }  # fmt: skip
    made = subprocess.run(
        ["make", target], cwd=clone, env=environment, capture_output=True, text=True,
        timeout=INSTALL_S, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    return made.stdout


@pytest.mark.slow
def test_demo_is_installed_once_in_one_step(clone: Path) -> None:
    said = _make(clone, ".venv/demo")
    assert "Making .venv" in said
    lock = (clone / "requirements" / "demo.txt").read_text().splitlines()
    packages = [line for line in lock if line[:1].isalnum()]
    assert f"Installing what the demo needs ({len(packages)} packages with pip)" in said
    program = [clone / ".venv" / "bin" / "python", "-m", "bot", "demo", "--help"]
    shown = subprocess.run(program, cwd=clone, capture_output=True, text=True, check=True)
    assert "without any account" in shown.stdout
    assert "up to date" in _make(clone, ".venv/demo")
