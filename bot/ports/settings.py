"""What the bot remembers about itself."""

from typing import Protocol

from bot.domain.submit_window import SubmitWindow


class SettingStore(Protocol):
    """Small facts that outlive the process: generated secrets, hashes."""

    async def get(self, key: str) -> str | None:
        """Return a value, or None."""

    async def put(self, key: str, value: str) -> None:
        """Set a value."""

    async def get_or_create(self, key: str, value: str) -> str:
        """Set a value unless there is one; return the one that stands (also between processes)."""

    async def submit_window(self) -> SubmitWindow:
        """Return how far submitting is open, and whether the provider's account can be used."""
