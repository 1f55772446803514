"""The table of what a soak counted, with a column for each database."""

from collections.abc import Iterator, Mapping

Counts = Mapping[tuple[str, str], int]  # by heading and row


def table(columns: Mapping[str, Counts]) -> Iterator[str]:
    """Yield the lines: headings and rows in the order in which they first appear."""
    headings: dict[str, dict[str, None]] = {}
    for heading, row in (key for counts in columns.values() for key in counts):
        headings.setdefault(heading, {})[row] = None
    yield f"{'':52}" + "".join(f"{name:>12}" for name in columns)
    for heading, rows in headings.items():
        yield heading
        for row in rows:
            figures = (counts.get((heading, row), 0) for counts in columns.values())
            yield f"  {row:50}" + "".join(f"{figure:>12,}" for figure in figures)
