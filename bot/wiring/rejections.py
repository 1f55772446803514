"""Platforms that reject our token: one that does stops nothing of the others."""

from collections.abc import Callable, Collection, Coroutine
from typing import Any

import structlog

from bot.domain.errors import TokenRejectedError

log = structlog.get_logger(__name__)


class Rejections:
    """Lets the platforms run side by side, each until its token is rejected."""

    def __init__(self, platforms: Collection[str]) -> None:
        """`platforms` are those without which there is nothing left to do."""
        self._left = set(platforms)
        self._reasons: dict[str, str] = {}

    async def run(self, platform: str, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run one platform.

        Raises:
            TokenRejectedError: its token is rejected, as were those of all others.
        """
        try:
            await run()
        except TokenRejectedError as error:
            self._left.discard(platform)
            if not self._left:
                raise
            self._reasons[platform] = str(error)
            log.error("platform_left_out", platform=platform, reason=str(error))

    def reason(self, platform: str) -> str | None:
        """Return why a platform was left; None: it was not."""
        return self._reasons.get(platform)
