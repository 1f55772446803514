"""Attached images for the provider: one short handler."""

import structlog
from aiohttp import web

from bot.errors import StoreError
from bot.ports import ReferenceStore
from bot.web.tags import ReferenceTags

log = structlog.get_logger(__name__)

# A link always names the same bytes. They are a picture and nothing else, whatever is in them.
_HEADERS = {
    "Cache-Control": "public, max-age=86400, immutable",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


class ReferenceHandler:
    """Answers `GET /reference/{reference_id}/{tag}.png`."""

    def __init__(self, *, references: ReferenceStore, tags: ReferenceTags) -> None:
        self._references = references
        self._tags = tags

    async def __call__(self, request: web.Request) -> web.Response:
        """Give one image.

        404: wrong tag or no such image, told apart by nobody. 503: the store does not answer.
        """
        reference_id = request.match_info["reference_id"]
        if not self._tags.is_right(reference_id, request.match_info["tag"]):
            return web.Response(status=404)
        try:
            png = await self._references.get_reference(reference_id)
        except StoreError as error:
            log.warning("reference_not_read", reason=str(error))
            return web.Response(status=503)
        if png is None:
            return web.Response(status=404)
        return web.Response(body=png, content_type="image/png", headers=_HEADERS)
