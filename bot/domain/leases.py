"""What a process gets that may do what only one may do at a time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseGrant:
    """A lease on what only one process may do at a time."""

    fence: int  # stays while the lease is renewed, and grows when it changes hands
    was_left_behind: bool = False  # by a process that neither renewed nor released it
