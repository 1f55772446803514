"""How the stand-in answers a call: the provider's envelopes, and what a plan makes of them."""

import asyncio
import json
import math
from collections.abc import Mapping

from aiohttp import web

from bot.demo.faults import Answer
from bot.demo.jobs import DEFAULT_TIMEOUT_S
from bot.domain.jobs import Mode


class RefusalError(Exception):
    """The call is refused with a code and a message."""

    def __init__(self, code: int, message: str, *, status: int = 200) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status

    def answer(self) -> web.Response:
        """Return its envelope."""
        return _json({"status": self.code, "message": self.message}, status=self.status)


def check_submit(payload: Mapping[str, object], timeouts_s: range) -> None:
    """Refuse a payload with a field that the documentation does not allow."""
    prompt, hook_url = payload.get("prompt"), payload.get("hookUrl")
    limit = payload.get("timeout", DEFAULT_TIMEOUT_S)
    is_address = isinstance(hook_url, str) and hook_url.startswith(("http://", "https://"))
    is_limit = type(limit) is int and limit in timeouts_s
    problems = {
        "prompt must be a text": not isinstance(prompt, str) or not prompt.strip(),
        "mode must be fast or relaxed": payload.get("mode", Mode.FAST) not in list(Mode),
        "hookUrl must be an address": hook_url is not None and not is_address,
        "timeout must be an integer from 300 to 1200": not is_limit,
    }
    for problem, is_found in problems.items():
        if is_found:
            raise RefusalError(400, problem, status=400)


def success(data: object) -> web.Response:
    """Return the envelope of a call that did what it was to do."""
    return _json({"status": 0, "message": "success", "data": data})


def _json(value: object, *, status: int = 200) -> web.Response:
    body = json.dumps(value).encode()
    return web.Response(status=status, body=body, content_type="application/json")


async def carry_out(plan: Answer, request: web.Request, answer: web.Response) -> web.StreamResponse:
    """Answer as planned: `answer` late, broken, byte by byte, or not at all."""
    if math.isinf(plan.delay_s):
        await asyncio.Event().wait()
    await asyncio.sleep(plan.delay_s)
    if plan.held_until is not None:
        await plan.held_until.wait()
    if plan.is_lost:
        if request.transport is not None:
            request.transport.abort()
        return answer
    body = answer.body if plan.body is None else plan.body
    assert isinstance(body, bytes) or body is None
    response = web.Response(
        status=plan.status or answer.status,
        body=None if plan.trickle_s is not None else body,
        headers={"Content-Type": answer.content_type, **plan.headers},
    )
    if plan.trickle_s is None:
        return response
    return await _trickle(request, response, body or b"", plan.trickle_s)


async def _trickle(
    request: web.Request, head: web.Response, body: bytes, pause_s: float
) -> web.StreamResponse:
    """Send the body byte by byte."""
    stream = web.StreamResponse(status=head.status, headers=head.headers)
    stream.content_length = len(body)
    await stream.prepare(request)
    for byte in body:
        await stream.write(bytes([byte]))
        await asyncio.sleep(pause_s)
    await stream.write_eof()
    return stream
