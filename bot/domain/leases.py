"""What a process gets that may do what only one may do at a time."""

from dataclasses import dataclass
from datetime import timedelta

LEASE = timedelta(seconds=15)  # how long it holds, unless it is renewed


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """One taking of a lease. What its holder decides is refused once the number has grown."""

    lease: str  # "work", "posts:discord", …
    number: int  # grows with every taking, also by the same process; stays while it is renewed


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseGrant:
    """A lease that was free, or had ended."""

    fence: Fence
    was_left_behind: bool = False  # by another process, which neither renewed nor released it
