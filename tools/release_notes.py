"""Print a version's section of CHANGELOG.md: `python tools/release_notes.py 1.2.0`."""

import re
import sys
from pathlib import Path

CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"


def section(changelog: str, version: str) -> str:
    """Return what stands below the heading of `version`, or nothing if there is no such heading."""
    heading = rf"^## \[{re.escape(version)}\][^\n]*\n"
    found = re.search(rf"{heading}(.*?)(?=^## \[|^\[|\Z)", changelog, re.DOTALL | re.MULTILINE)
    return found[1].strip() if found else ""


def main(version: str) -> None:
    """Print them."""
    notes = section(CHANGELOG.read_text(encoding="utf-8"), version)
    if not notes:
        sys.exit(f"CHANGELOG.md has nothing on {version}")
    print(notes)


if __name__ == "__main__":
    main(sys.argv[1])
