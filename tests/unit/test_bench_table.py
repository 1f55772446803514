"""The table of `make bench`: what counts as reached, and where it is written."""

from pathlib import Path

import pytest

from tests.bench.report import BEGIN, END, write
from tests.bench.table import TARGETS, Measured, as_text, is_reached

FAST = {"answers": Measured(value=2.1, seen="700 : 333 ms")}


@pytest.mark.parametrize(
    ("row", "value", "reached"),
    [
        ("answers", 2.5, True),  # at most
        ("answers", 2.51, False),
        ("callbacks", 0.3, True),  # at least
        ("callbacks", 0.29, False),
        ("cap", 0, True),  # none at all
        ("cap", 1, False),
    ],
)
def test_a_row_is_held_to_its_bound(row: str, value: float, reached: bool) -> None:
    assert is_reached(row, Measured(value=value, seen="")) is reached


def test_only_what_was_measured_is_shown() -> None:
    head, _, line = as_text(FAST).splitlines()
    assert head.startswith("what")
    assert line.startswith(TARGETS["answers"].what)
    assert line.split()[-1] == "reached"
    assert {"2.10×", "2.5×", "700", "333"} <= set(line.split())


def test_the_results_replace_those_of_the_last_run(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"# Performance\n\n{BEGIN}\nof the last run\n{END}\n\nThe end.\n")
    write(FAST, page)
    text = page.read_text()
    assert text.startswith("# Performance\n")
    assert text.endswith("The end.\n")
    assert "of the last run" not in text
    assert "| 2.10× | ≤ 2.5× | reached |" in text
    assert "cores: " in text
