"""The table: what is measured, against what, what is to be reached, and whether it was.

The targets are ratios wherever a ratio says something, so that they hold on any machine.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One row before it is measured."""

    what: str
    baseline: str
    bound: float
    unit: str  # "×": a ratio to the baseline
    is_at_most: bool = True

    def text(self, value: float) -> str:
        """Return a value in the row's unit."""
        digits = 2 if self.unit in {"×", " s"} else 1
        return f"{value:.{digits}f}{self.unit}"

    def share(self, value: float) -> float:
        """Return the part of what is allowed that a value takes; at most 1: reached."""
        if not self.bound:
            return 1 + value if value else 0
        return value / self.bound if self.is_at_most else self.bound / value

    @property
    def wanted(self) -> str:
        """What is to be reached."""
        bound = f"{self.bound:.3g}{self.unit}"
        return f"≤ {bound}" if self.is_at_most else f"≥ {bound}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came out for one row."""

    value: float
    seen: str  # the figures behind the value


TARGETS: Mapping[str, Target] = {
    "answers": Target(
        what="`/imagine` to its answer, 500 at once, p95",
        baseline="a bare discord.py bot that only answers",
        bound=2.5,
        unit="×",
    ),
    "answers at Slack": Target(
        what="`/imagine` in Slack to its acknowledgement, 200 at once, p95",
        baseline="a bare slack-bolt app that only answers",
        bound=2,
        unit="×",
    ),
    "callbacks": Target(
        what="callbacks taken and durable, 64 connections, a second",
        baseline="a bare aiohttp JSON handler",
        bound=0.3,
        unit="×",
        is_at_most=False,
    ),
    "forgeries": Target(
        what="forged callbacks refused, 64 connections, a second",
        baseline="a bare aiohttp JSON handler",
        bound=0.9,
        unit="×",
        is_at_most=False,
    ),
    "posting": Target(
        what="provider finished to message posted, p50",
        baseline="the transfers alone, by a bare aiohttp client",
        bound=50,
        unit=" ms",
    ),
    "posting at Slack": Target(
        what="the same in Slack, without its own processing of files",
        baseline="the calls alone, by a bare aiohttp client",
        bound=50,
        unit=" ms",
    ),
    "slots": Target(
        what="use of the slots: 300 jobs of 2 s, 10 at once",
        baseline="every slot always taken",
        bound=97,
        unit=" %",
        is_at_most=False,
    ),
    "idle slots": Target(
        what="a slot is idle between a job's end and the next submit, p50",
        baseline="0, the calls themselves included",
        bound=30,
        unit=" ms",
    ),
    "polls with callbacks": Target(
        what="status calls for each finished job, with callbacks",
        baseline="one call",
        bound=0.5,
        unit="×",
    ),
    "polls without callbacks": Target(
        what="status calls for each finished job, without callbacks",
        baseline="the tutorial's loop: ask for each job every 10 s",
        bound=0.15,
        unit="×",
    ),
    "claims on SQLite": Target(
        what="claiming with 10,000 jobs waiting, SQLite",
        baseline="with 100 waiting",
        bound=1.5,
        unit="×",
    ),
    "claims on PostgreSQL": Target(
        what="claiming with 10,000 jobs waiting, PostgreSQL",
        baseline="with 100 waiting",
        bound=1.5,
        unit="×",
    ),
    "memory": Target(
        what="memory when idle",
        baseline="a bare discord.py bot",
        bound=2.5,
        unit="×",
    ),
    "memory of both": Target(
        what="memory when idle, with Discord and Slack",
        baseline="with Discord alone",
        bound=1.25,
        unit="×",
    ),
    "growth": Target(
        what="growth of memory, 20,000 jobs, last half",
        baseline="after 10,000 jobs",
        bound=10,
        unit=" %",
    ),
    "port": Target(
        what="start to port bound",
        baseline="0",
        bound=2,
        unit=" s",
    ),
    "start": Target(
        what="start to commands usable",
        baseline="a bare discord.py bot",
        bound=4,
        unit="×",
    ),
    "cap": Target(
        what="jobs over the cap, 3 workers on PostgreSQL",
        baseline="1 worker: none",
        bound=0,
        unit=" jobs",
    ),
    "throughput": Target(
        what="the same jobs, 3 workers on PostgreSQL: jobs a second",
        baseline="1 worker, the slowest of its runs",
        bound=1,
        unit="×",
        is_at_most=False,
    ),
    "workers' posting": Target(
        what="the same jobs, 3 workers on PostgreSQL: callback to message, p50",
        baseline="1 worker, the slowest of its runs",
        bound=1,
        unit="×",
    ),
}


def is_reached(key: str, measured: Measured) -> bool:
    """Whether a row's target is reached."""
    return TARGETS[key].share(measured.value) <= 1


def as_text(results: Mapping[str, Measured]) -> str:
    """Lay the table out for a terminal."""
    rows = [HEAD, *_cells(results)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "─" * max(map(len, lines)), *lines[1:]])


def as_markdown(results: Mapping[str, Measured]) -> str:
    """Lay the table out for docs/performance.md."""
    rows = [HEAD, ["---"] * len(HEAD), *_cells(results)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


HEAD = ["what", "against", "figures", "result", "to reach", ""]


def _cells(results: Mapping[str, Measured]) -> Iterable[list[str]]:
    for key, target in TARGETS.items():
        if key in results:
            found = results[key]
            mark = "reached" if is_reached(key, found) else "missed"
            yield [
                target.what,
                target.baseline,
                found.seen,
                target.text(found.value),
                target.wanted,
                mark,
            ]
