"""Keeps the names of our software out of all answers.

aiohttp names itself and Python, with their versions, in each answer, its own pages for malformed
requests included, and has no switch for it. Every head that it sends passes the request's writer.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import hdrs, web
from aiohttp.abc import AbstractStreamWriter


def stay_anonymous(server: web.Server) -> None:
    """Leave the `Server` header out of all answers on connections that are made from now on."""
    server.request_factory = _anonymous(server.request_factory)


def _anonymous(make: Callable[..., web.BaseRequest]) -> Callable[..., web.BaseRequest]:
    def make_request(
        message: Any,
        payload: Any,
        protocol: Any,
        writer: AbstractStreamWriter,
        task: "asyncio.Task[None]",
    ) -> web.BaseRequest:
        write = writer.write_headers

        async def write_anonymously(status_line: str, headers: Any) -> None:
            headers.popall(hdrs.SERVER, None)
            await write(status_line, headers)

        writer.write_headers = write_anonymously  # type: ignore[method-assign]
        return make(message, payload, protocol, writer, task)

    return make_request
