"""Tenures for loops that a test runs without a leader."""

import math
from datetime import UTC, datetime

from bot.clock import SystemClock
from bot.domain.leases import Fence
from bot.workers.leadership import Tenure

_NOBODYS = Fence(lease="nobody's", number=1)


def endless_tenure(fence: Fence = _NOBODYS) -> Tenure:
    """Return a tenure that is over only when somebody ends it."""
    return Tenure(fence, SystemClock(), until=datetime.max.replace(tzinfo=UTC), ends=math.inf)
