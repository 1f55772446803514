"""No answer says what software runs here."""

import pytest

from tests.integration.web.strangers import HEALTH, NOBODY, WAITING, request
from tests.listener import Listener

CURIOUS = {
    "healthz": HEALTH,
    "readyz": WAITING,
    "nowhere": request("/nowhere", method="GET"),
    "the wrong method": request("/healthz", method="DELETE"),
    "a wrong tag": request(f"/webhook/midjourney/{NOBODY}/tag"),
    "no HTTP": b"HELLO\r\n\r\n",
    "a bad version": b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    "a bad header": b"GET /healthz HTTP/1.1\r\nHost x\r\n\r\n",
    "a bad length": b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: y\r\n\r\n",
    "a head that is too long": b"GET /healthz HTTP/1.1\r\nX: " + b"y" * 20_000 + b"\r\n\r\n",
    "TLS": bytes.fromhex("16030100a5010000a10303") + b"\r\n\r\n",
    "HTTP/1.0": b"GET /healthz HTTP/1.0\r\n\r\n",
}


@pytest.mark.parametrize("curious", CURIOUS.values(), ids=CURIOUS)
async def test_no_answer_names_our_software(listener: Listener, curious: bytes) -> None:
    answer = (await listener.say(curious + (b"" if b"close" in curious else HEALTH))).lower()
    assert answer.startswith(b"http/1.")
    head = answer.partition(b"\r\n\r\n")[0]
    assert b"\r\nserver:" not in answer
    assert not any(name in head for name in (b"aiohttp", b"python", b"imagine"))
