"""Which picture is to be drawn, and the chances that decide what it looks like.

Pure values: the same picture always gets the same chances. A variation repeats those of the picture
that it varies, each moved a little; so it shows the same thing in the same place, slightly
different.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Self

MAX_RATIO = 14  # the widest aspect that Midjourney knows
LARGEST_CHAOS = 100
_MAX_STEPS = 8  # of variations of variations; the oldest are forgotten

_ASPECT = re.compile(r"(?:^|\s)--(?:ar|aspect)\s+([0-9]{1,4}):([0-9]{1,4})", re.IGNORECASE)
_SEED = re.compile(r"(?:^|\s)--seed\s+([0-9]{1,10})(?!\S)", re.IGNORECASE)
_CHAOS = re.compile(r"(?:^|\s)--(?:chaos|c)\s+([0-9]{1,3})(?!\S)", re.IGNORECASE)
_PARAMETERS = re.compile(r"\s--[a-z].*$", re.IGNORECASE | re.DOTALL)
_LINK = re.compile(r"https?://\S+")

# How far the chances of a job's four pictures lie apart, and those of a variation from its
# original: 0 is the same, 2 has nothing to do with each other.
_SPREAD = (0.5, 2.0)  # at the least and at the most chaos
_STEP = 0.16


class Chance(Random):
    """Random numbers that are those of `key`, each moved a little by every nudge."""

    def __init__(self, key: str, nudges: Sequence[tuple[str, float]] = ()) -> None:
        """Begin; a nudge is the key of its own numbers, and how far they move ours at most."""
        self._nudges = [(Random(nudge), reach) for nudge, reach in nudges]  # noqa: S311
        super().__init__(key)

    def random(self) -> float:
        """Return a number from 0 to 1; what is moved beyond an end is mirrored there."""
        moved = super().random()
        for other, reach in self._nudges:
            moved += (other.random() - 0.5) * reach
        moved %= 2.0
        return min(moved if moved < 1 else 2.0 - moved, 1 - 1e-12)

    def _randbelow(self, n: int) -> int:
        """Choose among `n`; Random's own way turns a small move into another choice."""
        return int(self.random() * n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture of one job: all that decides what it shows."""

    prompt: str
    index: int  # 0 … 3, or more
    job: str = ""  # makes the pictures of two jobs differ; `--seed` wins
    original: "Picture | None" = None  # what this is a variation of; it is not one itself
    steps: tuple[str, ...] = ()  # one for each time that the original was varied

    def varied(self, prompt: str, index: int, job: str) -> Self:
        """Return picture `index` of a job that varies this one."""
        step = f"{_seed_of(prompt) or job} {index}"
        return type(self)(
            prompt=prompt,
            index=index,
            job=job,
            original=self.original or self,
            steps=(*self.steps, step)[-_MAX_STEPS:],
        )

    @property
    def text(self) -> str:
        """The prompt without links and parameters."""
        return _PARAMETERS.sub("", " " + _LINK.sub(" ", self.prompt)).strip()

    @property
    def key(self) -> str:
        """What the pictures of its job have in common."""
        return f"{self.text} {_seed_of(self.prompt) or self.job}"

    @property
    def chaos(self) -> float:
        """How far the pictures of its job lie apart, 0 … 1."""
        found = _CHAOS.findall(self.prompt)
        return min(int(found[-1]), LARGEST_CHAOS) / LARGEST_CHAOS if found else 0.0

    def plan(self, part: str) -> Random:
        """Return the chances of what a variation has in common with its original."""
        root = self.original or self
        return Random(f"{part} {root.key} {root.index}")  # noqa: S311 (no secrecy)

    def chance(self, part: str) -> Chance:
        """Return the chances of all else."""
        root = self.original or self
        least, most = _SPREAD
        spread = least + (most - least) * root.chaos
        steps = ((f"{part} {step}", _STEP * (1 + self.chaos)) for step in self.steps)
        return Chance(f"{part} {root.key}", [(f"{part} {root.key} {root.index}", spread), *steps])

    def size(self, long_side: int) -> tuple[int, int]:
        """Return width and height for `--ar`, a square without one; the last one counts."""
        found = _ASPECT.findall(self.prompt)
        across, down = map(int, found[-1]) if found else (1, 1)
        if not across or not down:
            across, down = 1, 1
        ratio = min(max(across / down, 1 / MAX_RATIO), MAX_RATIO)
        if ratio >= 1:
            return long_side, max(1, round(long_side / ratio))
        return max(1, round(long_side * ratio)), long_side


def _seed_of(prompt: str) -> str | None:
    found = _SEED.findall(prompt)
    return f"seed {int(found[-1])}" if found else None
