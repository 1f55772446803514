"""Tenures for loops that a test runs without a leader."""

import math
from datetime import UTC, datetime

from bot.clock import SystemClock
from bot.domain.leases import Fence
from bot.ports.clock import Clock
from bot.workers.leadership import Tenure

_NOBODYS = Fence(lease="nobody's", number=1)


def endless_tenure(fence: Fence = _NOBODYS, clock: Clock | None = None) -> Tenure:
    """Return a tenure that begins now and is over only when somebody ends it."""
    return Tenure(
        fence, clock or SystemClock(), until=datetime.max.replace(tzinfo=UTC), ends=math.inf
    )
