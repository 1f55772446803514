"""What a download takes: a server that answers as it is told, and the policy of one in a hurry."""

from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from bot.domain.errors import ImageError
from bot.images import FetchPolicy, HttpImageFetcher
from tests.pictures import png

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]
MakeFetcher = Callable[..., Awaitable[HttpImageFetcher]]

PUBLIC_HOST = "cdn.example.com"
PNG = png()


def quick(**changes: float) -> FetchPolicy:
    """Return the default policy with the waits of a test."""
    waits = {"wait_initial_s": 0.001, "wait_max_s": 0.005, "wait_jitter_s": 0}
    return FetchPolicy(**{**waits, **changes})


class Answers:
    """A handler that plays a list of answers, the last one for ever, and keeps the requests."""

    def __init__(self, *answers: int | bytes | str) -> None:
        self._answers = answers  # a status, a body, or the target of a redirect
        self.requests: list[web.Request] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        answer = self._answers[min(len(self.requests), len(self._answers) - 1)]
        self.requests.append(request)
        if isinstance(answer, int):
            return web.Response(status=answer)
        if isinstance(answer, str):
            return web.Response(status=302, headers={"Location": answer})
        return web.Response(body=answer)


async def failure(fetcher: HttpImageFetcher, url: str, kind: type[ImageError] = ImageError) -> str:
    """Fetch what cannot be had; give the message."""
    with pytest.raises(kind) as caught:
        await fetcher.fetch(url)
    return str(caught.value)
