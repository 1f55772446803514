"""Attached images for the provider: one short handler."""

import asyncio
from dataclasses import dataclass

import structlog
from aiohttp import web

from bot.domain.errors import StoreError
from bot.ports.references import ReferenceStore
from bot.web.limits import WEB_LIMITS, WebLimits
from bot.web.signing import ReferenceTags

log = structlog.get_logger(__name__)

# A link always names the same bytes. They are a picture and nothing else, whatever is in them.
_HEADERS = {
    "Cache-Control": "public, max-age=86400, immutable",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(kw_only=True, eq=False)
class ReferenceHandler:
    """Answers `GET /reference/{reference_id}/{tag}.png`."""

    references: ReferenceStore
    tags: ReferenceTags
    limits: WebLimits = WEB_LIMITS  # may be exchanged, but for the number of images

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.limits.max_images)

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """Return one image.

        404: wrong tag or no such image, with the same answer. 503: the store does not answer, or
        too many images are being sent. Who takes one too slowly is cut off.
        """
        reference_id = request.match_info["reference_id"]
        if not self.tags.is_right(reference_id, request.match_info["tag"]):
            return web.Response(status=404)
        try:
            async with asyncio.timeout(self.limits.image_place_timeout_s):
                await self._places.acquire()
        except TimeoutError:
            return web.Response(status=503, headers={"Retry-After": "5"})
        try:
            return await self._give(request, reference_id)
        finally:
            self._places.release()

    async def _give(self, request: web.Request, reference_id: str) -> web.StreamResponse:
        try:
            png = await self.references.get_reference(reference_id)
        except StoreError as error:
            log.warning("reference_not_read", reason=str(error))
            return web.Response(status=503)
        if png is None:
            return web.Response(status=404)
        response = web.Response(body=png, content_type="image/png", headers=_HEADERS)
        await _send(request, response, timeout_s=self.limits.send_timeout_s)
        return response


async def _send(request: web.Request, response: web.Response, *, timeout_s: float) -> None:
    """Send the whole response now, while it has its place in memory."""
    try:
        async with asyncio.timeout(timeout_s):
            await response.prepare(request)
            await response.write_eof()
    except ConnectionError:
        log.debug("reference_not_taken")
    except TimeoutError:
        log.info("reference_taken_too_slowly")
        if request.transport is not None:
            request.transport.abort()
