"""Set up .venv with what one purpose needs: `python tools/install.py run|demo|test|bench`.

The locks hold every package with its hashes, so nothing is resolved and nothing is built. Needs
the standard library only, and uses uv when it is there: pip takes three times as long.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCKS = {
    "run": ("the bot", "requirements.txt"),
    "demo": ("the demo", "requirements/demo.txt"),
    "test": ("the tests", "requirements/test.txt"),
    "bench": ("the benchmarks", "requirements/bench.txt"),
}
OPTIONS = ("--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:")


def install(purpose: str) -> None:
    """Make .venv unless it is there, and install what `purpose` needs."""
    if sys.version_info < (3, 11):
        found = f"{sys.version_info[0]}.{sys.version_info[1]}"
        sys.exit(f"Python 3.11 or newer is needed, not {found}: PYTHON=python3.14 make … picks one")
    who, lock = LOCKS[purpose]
    uv = shutil.which("uv")
    if not PYTHON.exists():
        _say(f"Making .venv with Python {sys.version_info.major}.{sys.version_info.minor} …")
        _make_venv(uv)
    names = [line for line in (ROOT / lock).read_text().splitlines() if "==" in line]
    _say(f"Installing what {who} needs ({len(names)} packages with {'uv' if uv else 'pip'}) …")
    begun = time.monotonic()
    _run(*_installer(uv), *OPTIONS, "-r", str(ROOT / lock))
    _compile()
    _say(f"Done after {time.monotonic() - begun:.0f} s.")


def _make_venv(uv: "str | None") -> None:
    if uv:
        _run(uv, "venv", "--quiet", "--no-project", "--python", sys.executable, str(VENV))
        return
    with_pip = not _can_use_own_pip()  # a pip of its own takes seconds to set up
    if with_pip and importlib.util.find_spec("ensurepip") is None:
        sys.exit("This Python has no pip (on Debian: apt-get install python3-venv)")
    venv.create(VENV, with_pip=with_pip, symlinks=os.name != "nt")


def _installer(uv: "str | None") -> "list[str]":
    if uv:
        return [uv, "pip", "install", "--python", str(PYTHON)]
    how = ["install", "--disable-pip-version-check", "--no-compile"]
    if _can_use_own_pip():
        return [sys.executable, "-m", "pip", "--python", str(PYTHON), *how]
    return [str(PYTHON), "-m", "pip", *how]


def _compile() -> None:
    """Compile all modules on every core; pip does it on one, and some systems never keep it."""
    command = [str(PYTHON), "-m", "compileall", "-q", "-j", "0", str(VENV)]
    subprocess.run(command, capture_output=True, check=False)  # a template may be no Python


def _can_use_own_pip() -> bool:
    """Whether the pip of the Python that runs this can install into .venv: from 22.3 on."""
    asked = [sys.executable, "-m", "pip", "--python", sys.executable, "--version"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def _run(*command: str) -> None:
    if subprocess.run(command, check=False).returncode:
        sys.exit("That failed; the lines above say why.")


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    if sys.argv[1:] not in [[purpose] for purpose in LOCKS]:
        sys.exit(f"Usage: python tools/install.py {'|'.join(LOCKS)}")
    install(sys.argv[1])
