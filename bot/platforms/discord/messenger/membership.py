"""Who belongs to which guild, asked over REST: the bot keeps no member list."""

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta
from http import HTTPStatus

import discord
import structlog

from bot.platforms.discord.connection.calls import LOST
from bot.platforms.discord.timings import DiscordTimings
from bot.ports.clock import Clock

log = structlog.get_logger(__name__)

REMEMBERED_FOR = timedelta(minutes=10)
MAX_REMEMBERED = 1024


class Membership:
    """Answers whether a person is in one of some guilds; remembers the yeses for a while."""

    def __init__(self, client: discord.Client, *, clock: Clock, timings: DiscordTimings) -> None:
        self._client = client
        self._clock = clock
        self._timings = timings
        self._known: dict[tuple[str, str], datetime] = {}  # (person, guild): when to ask again

    async def is_in_any(self, user_id: str, guild_ids: Collection[str]) -> bool:
        """Whether Discord names the person a member of one of the guilds; no answer means no."""
        pairs = [(user_id, guild_id) for guild_id in guild_ids]
        if any(self._is_known(pair) for pair in pairs):
            return True
        answers = await asyncio.gather(*(self._ask(*pair) for pair in pairs))
        for pair, is_member in zip(pairs, answers, strict=True):
            if is_member:
                self._remember(pair)
        return any(answers)

    def _is_known(self, pair: tuple[str, str]) -> bool:
        ends_at = self._known.get(pair)
        return ends_at is not None and self._clock.now() < ends_at

    def _remember(self, pair: tuple[str, str]) -> None:
        self._known.pop(pair, None)
        self._known[pair] = self._clock.now() + REMEMBERED_FOR
        while len(self._known) > MAX_REMEMBERED:
            del self._known[next(iter(self._known))]  # the oldest

    async def _ask(self, user_id: str, guild_id: str) -> bool:
        try:
            async with asyncio.timeout(self._timings.membership_within_s):
                await self._client.http.get_member(int(guild_id), int(user_id))
        except (discord.DiscordException, *LOST) as error:
            if getattr(error, "status", None) != HTTPStatus.NOT_FOUND:
                log.warning("membership_unknown", error=type(error).__name__, guild_id=guild_id)
            return False
        return True
