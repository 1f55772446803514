"""Work that goes on by itself."""

from typing import Protocol


class Loop(Protocol):
    """Work that goes on until it is stopped."""

    async def run(self) -> None:
        """Work; returns soon after `stop`, when what is under way is done."""

    def stop(self) -> None:
        """Begin nothing more."""
