"""The page that a scraper reads: counters of this process, and the queue that all share."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from bot.domain.errors import StoreError
from bot.domain.queue import QueueStats
from bot.web.limits import WEB_LIMITS, WebLimits

log = structlog.get_logger(__name__)

_TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"
_WHO_ARE_YOU = {"WWW-Authenticate": 'Bearer realm="metrics"'}


class MetricsHandler:
    """Answers `GET /metrics` for clients with the token."""

    def __init__(
        self,
        *,
        token: str,
        render: Callable[[QueueStats | None], bytes],
        read_stats: Callable[[], Awaitable[QueueStats]],
        limits: WebLimits = WEB_LIMITS,
    ) -> None:
        """Build it; `render` makes the page, and gets None when the queue cannot be read."""
        self._wanted = f"Bearer {token}".encode()
        self._render = render
        self._read_stats = read_stats
        self._limits = limits
        self._turn = asyncio.Lock()
        self._stats: QueueStats | None = None
        self._good_until = 0.0

    async def __call__(self, request: web.Request) -> web.Response:
        """Return the page. 401: no token, or a wrong one."""
        given = request.headers.get("Authorization", "").encode(errors="replace")
        if not hmac.compare_digest(given, self._wanted):
            return web.Response(status=401, headers=_WHO_ARE_YOU)
        body = self._render(await self._current_stats())
        return web.Response(body=body, headers={"Content-Type": _TEXT_FORMAT})

    async def _current_stats(self) -> QueueStats | None:
        """Read the queue, once at a time, and reuse the result for a while."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            if loop.time() >= self._good_until:
                self._stats = await self._read_or_none()
                self._good_until = loop.time() + self._limits.stats_good_for_s
            return self._stats

    async def _read_or_none(self) -> QueueStats | None:
        try:
            return await self._read_stats()
        except StoreError as error:
            log.warning("queue_not_read", reason=str(error))
            return None
