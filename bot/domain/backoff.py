"""How long to wait after failures in a row: a value that says when next. Waiting is its user's."""

import random
from dataclasses import dataclass
from datetime import timedelta

_MOST_DOUBLINGS = 30  # beyond any `longest` there is, and not yet beyond what a timedelta holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Waits that double from `first` up to `longest`."""

    first: timedelta
    longest: timedelta
    jitter: float = 0.0  # of each wait, up or down, so that processes spread out

    def after(self, failures: int) -> timedelta:
        """Return the wait after so many failures in a row; the first one is 1."""
        doublings = min(max(failures - 1, 0), _MOST_DOUBLINGS)
        wait = min(self.first * (1 << doublings), self.longest)
        if not self.jitter:
            return wait
        return wait * random.uniform(1 - self.jitter, 1 + self.jitter)  # noqa: S311 - no secret
