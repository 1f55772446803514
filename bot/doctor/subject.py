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
    # Looked at once, beside the other checks. Read it by the methods: a check that has no more time
    # must not take it away from the others.
    looking_at_database: "asyncio.Future[DatabaseFacts]"

    async def database(self) -> DatabaseFacts:
        """Return what the database looks like.

        Raises:
            StoreError: it cannot be read.
        """
        return await asyncio.shield(self.looking_at_database)

    async def database_or_none(self) -> DatabaseFacts | None:
        """Return what the database looks like; None: it cannot be read, which is said elsewhere."""
        try:
            return await self.database()
        except StoreError:
            return None


Check: TypeAlias = Callable[[Subject], AsyncIterator[Finding]]
