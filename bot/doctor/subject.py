"""What is examined, and what the checks share."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import aiohttp

from bot.config import Environment, Settings
from bot.doctor.findings import Finding
from bot.domain.errors import StoreError
from bot.store.inspection import DatabaseFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An installation whose settings can be read."""

    environment: Environment
    settings: Settings
    session: aiohttp.ClientSession
    now: Callable[[], datetime]
    # Looked at once, beside the other checks; it raises StoreError.
    database: "asyncio.Future[DatabaseFacts]"

    async def database_or_none(self) -> DatabaseFacts | None:
        """Return what the database looks like; None: it cannot be read, which is said elsewhere."""
        try:
            return await asyncio.shield(self.database)
        except StoreError:
            return None


Check: TypeAlias = Callable[[Subject], AsyncIterator[Finding]]
