"""Print a version's section of CHANGELOG.md: `python tools/release_notes.py 1.2.0`."""

import re
import sys
from pathlib import Path

CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"


def section(changelog: str, version: str) -> str:
    """Return what stands below the heading of `version`, or nothing if there is no such heading."""
    heading = rf"^## \[{re.escape(version)}\].*$"
    found = re.search(rf"{heading}\n(.*?)(?=^## \[|^\[|\Z)", changelog, re.DOTALL | re.MULTILINE)
    return found[1].strip() if found else ""


if __name__ == "__main__":
    notes = section(CHANGELOG.read_text(encoding="utf-8"), sys.argv[1])
    sys.exit(print(notes) if notes else f"CHANGELOG.md has nothing on {sys.argv[1]}")
