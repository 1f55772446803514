"""The machine that the figures come from, in one line each."""

import os
import platform
import re
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("discord.py", "aiohttp", "sqlalchemy")


def describe() -> Mapping[str, str]:
    """Say what it is; what cannot be found out is left out."""
    found = {
        "processor": _first(r"model name\s*:\s*(.+)", "/proc/cpuinfo") or platform.processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": _memory(),
        "system": _first(r'PRETTY_NAME="(.+)"', "/etc/os-release") or platform.system(),
        "Python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
    }
    return {name: value for name, value in found.items() if value}


def _memory() -> str:
    kilobytes = _first(r"MemTotal:\s*(\d+)", "/proc/meminfo")
    return f"{int(kilobytes) / 1024**2:.0f} GiB" if kilobytes else ""


def _first(pattern: str, path: str) -> str:
    file = Path(path)
    found = re.search(pattern, file.read_text()) if file.exists() else None
    return found[1].strip() if found else ""
