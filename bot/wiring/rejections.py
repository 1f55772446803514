"""Platforms that reject our token: one that does stops nothing of the others."""

from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import structlog

from bot.domain.errors import TokenRejectedError

log = structlog.get_logger(__name__)


class Rejections:
    """Lets the platforms run side by side, each until its token is rejected."""

    def __init__(self, platforms: Iterable[str], *, stays_without: bool) -> None:
        """`stays_without`: the process has something to do without any of them."""
        self._left = set(platforms)
        self._stays_without = stays_without
        self._reasons: dict[str, str] = {}

    async def run(self, platform: str, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run one platform.

        Raises:
            TokenRejectedError: its token is rejected, and nothing is left to do.
        """
        try:
            await run()
        except TokenRejectedError as error:
            self._left.discard(platform)
            if not self._left and not self._stays_without:
                raise
            self._reasons[platform] = str(error)
        if platform in self._reasons:
            log.error("platform_left_out", platform=platform, reason=self._reasons[platform])

    def reason(self, platform: str) -> str | None:
        """Return why a platform was left; None: it was not."""
        return self._reasons.get(platform)
