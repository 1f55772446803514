"""How our own commands are typed here. Standard library only."""

import sys
from pathlib import Path


def as_typed_here(text: str) -> str:
    """Return a text whose commands, `python -m bot …`, begin with the Python that has our packages.

    In a clone that is the one in .venv, which no shell finds by itself.
    """
    return text.replace("python -m bot", f"{_python()} -m bot")


def _python() -> str:
    try:
        return str(Path(sys.executable).relative_to(Path.cwd()))
    except (OSError, ValueError):  # it is elsewhere, or this folder is gone
        return "python"
