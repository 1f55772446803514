"""What is compared takes turns, round by round: a slow minute of the machine falls on both."""

from collections.abc import Sequence
from statistics import median


def ratio(values: Sequence[float], baselines: Sequence[float]) -> float:
    """Return what values are to their baselines: the median over the rounds."""
    return median(value / baseline for value, baseline in zip(values, baselines, strict=True))
