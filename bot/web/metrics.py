"""The page that a scraper reads: counters of this process, and the queue that all share."""

import hmac
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from bot.domain.errors import StoreError
from bot.domain.queue import QueueStats
from bot.web.limits import WEB_LIMITS, WebLimits
from bot.web.readiness import Remembered

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
        self._stats = Remembered(self._read_or_none, good_for_s=limits.stats_good_for_s)

    async def __call__(self, request: web.Request) -> web.Response:
        """Return the page. 401: no token, or a wrong one."""
        given = request.headers.get("Authorization", "").encode(errors="replace")
        if not hmac.compare_digest(given, self._wanted):
            return web.Response(status=401, headers=_WHO_ARE_YOU)
        body = self._render(await self._stats())
        return web.Response(body=body, headers={"Content-Type": _TEXT_FORMAT})

    async def _read_or_none(self) -> QueueStats | None:
        try:
            return await self._read_stats()
        except StoreError as error:
            log.warning("queue_not_read", reason=str(error))
            return None
