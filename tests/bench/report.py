"""The part of docs/performance.md that comes from the results of a whole run."""

from collections.abc import Mapping
from pathlib import Path

from tests.bench.machine import describe
from tests.bench.table import Measured, as_markdown

PICTURE = "performance.png"
BEGIN, END = "<!-- results: `make bench` writes from here -->", "<!-- to here -->"


def write(results: Mapping[str, Measured], page: Path) -> None:
    """Put the table and the machine between the page's marks, with the picture beside it."""
    before, _, rest = page.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    machine = ", ".join(f"{name}: {value}" for name, value in describe().items())
    parts = [BEGIN, as_markdown(results), f"Machine: {machine}.", f"![the table]({PICTURE})", END]
    page.write_text(before + "\n\n".join(parts) + after)
