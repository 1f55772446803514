"""Pictures on their way to Slack: uploaded for nobody, and shown by the message that names them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import TypeVar

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import (
    DeliveryError,
    DeniedError,
    FilesRefusedError,
    ImageError,
    MessageGoneError,
    MessageTooLargeError,
    NotSentError,
    UndeliverableError,
    UnexplainedError,
)
from bot.domain.views import Picture, View
from bot.platforms.slack.connection.calls import slack_call
from bot.platforms.slack.rendering.blocks import description_of
from bot.platforms.slack.timings import SlackTimings

T = TypeVar("T")

_WEBP = ".webp"
ALT_LIMIT = 1000  # Slack's, for the words that stand for a file

_TEMPORARY = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})
_SERVER_ERRORS = HTTPStatus.INTERNAL_SERVER_ERROR

log = structlog.get_logger(__name__)


class Uploader:
    """Uploads the pictures of a view, and deletes them again. Nobody sees what no message names."""

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        session: aiohttp.ClientSession,
        to_png: Callable[[bytes], Awaitable[bytes]],
        timings: SlackTimings,
    ) -> None:
        """Upload over `session`; `to_png` makes a PNG of what Slack's messages do not show."""
        self._client = client
        self._session = session
        self._to_png = to_png
        self._timings = timings
        self._reserving = asyncio.Lock()

    async def upload(self, view: View) -> dict[str, str]:
        """Upload the pictures that come with a view; return Slack's ids by file name.

        One that Slack could not show and that cannot be redrawn is left out.

        Raises:
            NotSentError: not now.
            MessageTooLargeError: one is larger than Slack takes.
            FilesRefusedError: Slack takes none.
        """
        pictures = [each async for each in self._shown(view.pictures)]
        if not pictures:
            return {}
        try:
            return await self._upload(pictures, view.locale)
        except MessageTooLargeError:
            raise
        except UnexplainedError as error:
            raise FilesRefusedError(error.reason, is_final=False) from error
        except (DeniedError, MessageGoneError, UndeliverableError) as error:
            raise FilesRefusedError(error.reason, is_final=True) from error

    async def _upload(self, pictures: Sequence[Picture], locale: str) -> dict[str, str]:
        # One message at a time: where Slack gives no more ids, each has all of its own or none.
        async with self._reserving:
            reserved = await _all(self._reserve(each, locale) for each in pictures)
        await _all(self._send(url, each) for (url, _), each in zip(reserved, pictures, strict=True))
        ids = [file_id for _, file_id in reserved]
        files: list[dict[str, str | None]] = [{"id": file_id} for file_id in ids]
        async with slack_call(self._timings.call_timeout_s, changes_nothing=True):
            await self._client.files_completeUploadExternal(files=files)
        return {each.file_name: id_ for each, id_ in zip(pictures, ids, strict=True)}

    async def _shown(self, pictures: Iterable[Picture]) -> AsyncIterator[Picture]:
        """Return the pictures that have bytes, of a kind that Slack's messages show."""
        for picture in pictures:
            if picture.data is None:
                continue
            try:
                is_webp = picture.file_name.endswith(_WEBP)
                yield (
                    replace(picture, data=await self._to_png(picture.data)) if is_webp else picture
                )
            except ImageError as error:
                log.warning("picture_left_out", reason=str(error))

    async def discard(self, file_ids: Iterable[str]) -> None:
        """Delete files; best effort, never raises."""
        for file_id in file_ids:
            try:
                async with slack_call(self._timings.call_timeout_s):
                    await self._client.files_delete(file=file_id)
            except DeliveryError as error:
                log.info("file_left", reason=error.reason)

    async def _reserve(self, picture: Picture, locale: str) -> tuple[str, str]:
        """Return where to upload a picture, and the id that its file will have."""
        assert picture.data is not None
        async with slack_call(self._timings.call_timeout_s, changes_nothing=True):
            answer = await self._client.files_getUploadURLExternal(
                filename=_sent_name(picture.file_name),
                length=len(picture.data),
                alt_txt=description_of(picture, locale, limit=ALT_LIMIT),
            )
        url, file_id = answer.get("upload_url"), answer.get("file_id")
        if not (isinstance(url, str) and isinstance(file_id, str)):
            raise NotSentError("Slack named no address for a file")
        return url, file_id

    async def _send(self, url: str, picture: Picture) -> None:
        """Upload the bytes of a picture."""
        assert picture.data is not None
        async with slack_call(self._timings.upload_timeout_s, changes_nothing=True):
            await self._post(url, picture.data)

    async def _post(self, url: str, data: bytes) -> None:
        async with self._session.post(url, data=data, allow_redirects=False) as response:
            if response.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                raise MessageTooLargeError("Slack takes no file of this size")
            reason = f"Slack took no file ({response.status})"
            if response.status in _TEMPORARY or response.status >= _SERVER_ERRORS:
                raise NotSentError(reason)
            if not response.ok:
                raise UnexplainedError(reason)


def _sent_name(file_name: str) -> str:
    stem = file_name.removesuffix(_WEBP)
    return file_name if stem == file_name else f"{stem}.png"


async def _all(work: Iterable[Awaitable[T]]) -> list[T]:
    """Return the results of all; if some fail, the first error, once none is under way."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        return list(await asyncio.gather(*tasks))
    except BaseException:
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
        raise
