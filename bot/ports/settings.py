"""What the bot remembers about itself."""

from typing import Protocol

from bot.domain.queue import AccountPause


class SettingStore(Protocol):
    """Small facts that outlive the process: generated secrets, hashes, pauses."""

    async def get(self, key: str) -> str | None:
        """Return a value, or None."""

    async def put(self, key: str, value: str) -> None:
        """Set a value."""

    async def get_or_create(self, key: str, value: str) -> str:
        """Set a value unless there is one; give the one that stands (also between processes)."""

    async def account_pause(self) -> AccountPause | None:
        """Return the pause of the provider's account, past or present, until it is lifted.

        What another process changed may be seen a second later.
        """

    async def set_account_pause(self, pause: AccountPause | None) -> None:
        """Begin, lengthen or lift the pause."""
