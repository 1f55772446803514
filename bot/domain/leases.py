"""What a process gets that may do what only one may do at a time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """One taking of a lease. What its holder decides is refused once the number has grown."""

    lease: str  # "work", "posts:discord", …
    number: int  # grows with every taking, also by the same process; stays while it is renewed


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseGrant:
    """A lease on what only one process may do at a time."""

    fence: int  # stays while the lease is renewed, and grows when it changes hands
    was_left_behind: bool = False  # by a process that neither renewed nor released it
