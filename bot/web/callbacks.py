"""The provider's callback: one short handler that makes a durable note and answers.

It never trusts what the body says about status or images, never downloads and never posts.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from aiohttp import web

from bot.domain.errors import MalformedCallbackError, StoreError
from bot.ports.callbacks import CallbackStore
from bot.ports.clock import Clock
from bot.web.limits import WEB_LIMITS, WebLimits
from bot.web.signing import CallbackTags

log = structlog.get_logger(__name__)

MAX_BODY_BYTES = 64 * 1024


@dataclass(kw_only=True, eq=False)
class CallbackHandler:
    """Answers `POST /webhook/midjourney/{job_id}/{tag}`."""

    callbacks: CallbackStore
    tags: CallbackTags  # tell our callback addresses from forged ones
    clock: Clock
    # The task id that a body names, or None; raises MalformedCallbackError for what is no callback.
    read_task_id: Callable[[bytes], str | None]
    on_callback: Callable[[], None] = lambda: None  # told when a note was made
    limits: WebLimits = WEB_LIMITS

    async def __call__(self, request: web.Request) -> web.Response:
        """Take one callback.

        200: noted, or noted before. 400: no JSON object, or not all of it. 404: wrong tag or
        unknown job, with the same answer. 408: too slow. 413: over 64 KiB. 503: could not be noted.
        """
        job_id = request.match_info["job_id"]
        if not self.tags.is_right(job_id, request.match_info["tag"]):
            return web.Response(status=404)
        try:
            body = await self._read(request)
            is_known = await self.callbacks.note_callback(
                job_id, task_id=self.read_task_id(body), now=self.clock.now()
            )
        except TimeoutError:
            return web.Response(status=408)
        except (MalformedCallbackError, web.RequestPayloadError, ConnectionError):
            return web.Response(status=400)
        except StoreError as error:
            log.warning("callback_not_noted", job_id=job_id, reason=str(error))
            return web.Response(status=503)
        if not is_known:
            return web.Response(status=404)
        log.debug("callback_noted", job_id=job_id)
        self.on_callback()
        return web.Response()

    async def _read(self, request: web.Request) -> bytes:
        if request.content.is_eof():  # all of it is here, as nearly always: no timer is needed
            return await request.read()
        async with asyncio.timeout(self.limits.read_timeout_s):
            return await request.read()
