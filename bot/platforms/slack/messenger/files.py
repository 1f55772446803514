"""Files at Slack: nobody reads them without the bot's token, so nobody else is ever given it.

A token that may not read them gets Slack's login page, with status 200.
https://docs.slack.dev/reference/objects/file-object
"""

import asyncio
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.addresses import WebOrigin
from bot.domain.errors import DeliveryError, ImageError, NoImageError, TooManyBytesError
from bot.domain.pictures import extension_of
from bot.platforms.slack.connection.calls import LOST, slack_call
from bot.platforms.slack.rendering.reading import file_in
from bot.platforms.slack.timings import SlackTimings

MAX_BYTES = 32 * 1024 * 1024  # as of a picture from anywhere else
AT_ONCE = 4  # files that are being read into memory

_SLACK = WebOrigin(scheme="https", host="files.slack.com", port=443)
_FILES_PATH = "/files-pri/"
_PAGE = "text/html"


class Files:
    """Downloads what people and the bot uploaded to Slack."""

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        session: aiohttp.ClientSession,
        token: str,
        api_url: str,
        timings: SlackTimings,
    ) -> None:
        """Ask with `token` Slack's file host alone, and files where the API itself is."""
        self._client = client
        self._session = session
        self._token = token
        self._timings = timings
        self._own = WebOrigin.of(api_url)
        self._places = asyncio.Semaphore(AT_ONCE)

    async def fetch(self, link: str) -> tuple[bytes, str]:
        """Return a picture's bytes and file extension.

        Raises:
            NoImageError, TooManyBytesError: it is no picture, or too large.
            ImageError: not at Slack, or gone.
        """
        async with self._places:
            file_id = file_in(link)
            data = await self._download(link if file_id is None else await self._url_of(file_id))
        extension = extension_of(data)
        if extension is None:
            raise NoImageError("Slack: the file is not an image")
        return data, extension

    async def _url_of(self, file_id: str) -> str:
        try:
            async with slack_call(self._timings.call_timeout_s, changes_nothing=True):
                answer = await self._client.files_info(file=file_id)
                return str(answer["file"]["url_private"])
        except (DeliveryError, KeyError) as error:
            raise ImageError(f"Slack: the file is gone ({type(error).__name__})") from error

    def _is_file(self, url: str) -> bool:
        """Whether a link leads to a file of Slack's; with the token, others could do anything.

        A file that stands elsewhere has any link that its app likes, to a method of the API too.
        """
        origin = WebOrigin.of(url)
        if origin is None or origin == _SLACK:
            return origin is not None
        path = unquote(urlsplit(url).path)
        return origin == self._own and path.startswith(_FILES_PATH) and ".." not in path

    async def _download(self, url: str) -> bytes:
        if not self._is_file(url):
            raise ImageError("the link names no host of Slack's files")
        headers = {"Authorization": f"Bearer {self._token}", "Accept-Encoding": "identity"}
        try:
            async with (
                asyncio.timeout(self._timings.download_timeout_s),
                self._session.get(url, headers=headers, allow_redirects=False) as response,
            ):
                return await _body(response)
        except LOST as error:  # some of aiohttp's messages hold the whole link
            raise ImageError(f"Slack: no file came ({type(error).__name__})") from None


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """Read the whole answer, but never more than the limit, whatever its header promised."""
    if response.status != HTTPStatus.OK:
        raise ImageError(f"Slack: answered {response.status}")
    if response.content_type == _PAGE:
        raise ImageError("Slack: the token may not read files")
    data = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        data += chunk
        if len(data) > MAX_BYTES:
            raise TooManyBytesError(f"Slack: the file has more than {MAX_BYTES} bytes")
    return bytes(data)
