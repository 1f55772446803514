"""What strangers send to the web listener."""

import asyncio

import pytest

from tests.listener import Listener
from tests.timing import TIMEOUT_S

NOBODY = "b" * 20
JOB = "j" * 20
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
WAITING = b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n"
LONG = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 8000 + b"\r\n\r\n"
DEEP = b"[" * 30_000 + b"]" * 30_000  # JSON

impatient = pytest.mark.parametrize("timeout_s", [0.3], ids=["impatient"])


async def answer_to(listener: Listener, raw: bytes) -> bytes:
    """Return the answer; who was too slow for the listener to be heard at all tries again."""
    async with asyncio.timeout(TIMEOUT_S):
        while not (answer := await listener.say(raw)):
            pass
        return answer


def request(path: str, *headers: str, method: str = "POST", body: bytes = b"{}") -> bytes:
    """Return a whole request, after which the connection is to be closed."""
    names = {header.partition(":")[0].lower() for header in headers}
    lines = [f"{method} {path} HTTP/1.1", "Host: x", "Connection: close", *headers]
    if not names & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def long_request(least_bytes: int) -> bytes:
    """Return a request with a head that is a bit longer than that."""
    lines = [f"X-{number}: {'y' * 8000}" for number in range(least_bytes // 8000 + 1)]
    return request("/healthz", *lines, method="GET")
