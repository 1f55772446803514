"""A load generator: `connections` of HTTP/1.1 that each send their next request when answered.

Run as a process, `python -m tests.bench.load`: a JSON plan comes on standard input, the seconds
that it took go to standard output. It knows just enough HTTP to cost far less than what it
measures: the requests are made beforehand, and of an answer only its head and length are read.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_S = 1.0  # for all processes to be there, with their connections open


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to send, and how many at a time."""

    port: int
    connections: int
    paths: Sequence[str]
    body: str
    start_at: float  # time.monotonic(), the same clock in all processes


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What came of it."""

    ended_at: float  # time.monotonic()
    statuses: dict[str, int]


class _Connection(asyncio.Protocol):
    """Sends one request after the other and counts the answers by status."""

    def __init__(self, requests: Iterator[bytes], statuses: Counter[str]) -> None:
        self._requests = requests
        self._statuses = statuses
        self._received = b""
        self.is_done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def send_next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._transport.close()
            self.is_done.set_result(None)
        else:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if separator and len(body) >= _length(head):
            self._received = b""
            self._statuses[head[9:12].decode()] += 1
            self.send_next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.is_done.done():
            self.is_done.set_exception(error or ConnectionError("closed before the answer"))


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0])


def _request(path: str, body: str) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


async def send(plan: Plan) -> Load:
    """Carry out a plan; connecting is not counted."""
    loop = asyncio.get_running_loop()
    requests = iter([_request(path, plan.body) for path in plan.paths])
    statuses: Counter[str] = Counter()
    connections = [
        (
            await loop.create_connection(
                lambda: _Connection(requests, statuses), "127.0.0.1", plan.port
            )
        )[1]
        for _ in range(plan.connections)
    ]
    await asyncio.sleep(plan.start_at - time.monotonic())
    for connection in connections:
        connection.send_next()
    await asyncio.gather(*(connection.is_done for connection in connections))
    return Load(ended_at=time.monotonic(), statuses=dict(statuses))


async def rate(
    paths: Sequence[str], *, port: int, body: str, connections: int, processes: int
) -> float:
    """Post to `paths` from several processes together, and give the answers a second.

    Raises:
        AssertionError: not all answers had the same status.
    """
    start_at = time.monotonic() + STARTS_WITHIN_S
    plans = [
        Plan(
            port=port,
            connections=connections // processes,
            paths=paths[number::processes],
            body=body,
            start_at=start_at,
        )
        for number in range(processes)
    ]
    loads = await asyncio.gather(*map(_send_from_process, plans))
    statuses = {status for load in loads for status in load.statuses}
    assert len(statuses) == 1, [load.statuses for load in loads]
    return len(paths) / (max(load.ended_at for load in loads) - start_at)


async def _send_from_process(plan: Plan) -> Load:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.load",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    output, _ = await process.communicate(json.dumps(asdict(plan)).encode())
    assert process.returncode == 0, "a load generator failed"
    return Load(**json.loads(output))


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(send(Plan(**json.load(sys.stdin)))))))  # noqa: T201
