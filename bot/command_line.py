"""How our own commands are typed here. Standard library only."""

import sys
from pathlib import Path


def as_typed_here(text: str) -> str:
    """Return a text whose commands, `python -m bot …`, begin with the Python that has our packages.

    In a clone that is the one in .venv, which no shell finds by itself.
    """
    return text.replace("python -m bot", f"{_python()} -m bot")


def _python() -> str:
    program, here = Path(sys.executable), Path.cwd()
    return str(program.relative_to(here)) if program.is_relative_to(here) else "python"
