"""The calls alone that bring a result to Slack: a bare aiohttp client makes them, with no more ado.

For every line of standard input, JSON with `images`, `api` and `channel`, it fetches the images,
uploads them and posts a message that shows them; it writes the time.monotonic() at which it began.
"""

import asyncio
import json
import sys
import time
from typing import Any

import aiohttp


async def transfer(
    session: aiohttp.ClientSession, images: list[str], api: str, channel: str
) -> None:
    ids = await asyncio.gather(*(bring(session, url, api) for url in images))
    await call(session, f"{api}files.completeUploadExternal", json={"files": _named(ids)})
    blocks = [{"type": "image", "slack_file": file, "alt_text": "."} for file in _named(ids)]
    message = {"channel": channel, "text": ".", "blocks": blocks}
    await call(session, f"{api}chat.postMessage", json=message)


async def bring(session: aiohttp.ClientSession, url: str, api: str) -> str:
    async with session.get(url) as answer:
        data = await answer.read()
    asked = {"filename": "0.png", "length": len(data)}
    place = await call(session, f"{api}files.getUploadURLExternal", data=asked)
    async with session.post(place["upload_url"], data=data) as taken:
        taken.raise_for_status()
    return str(place["file_id"])


async def call(session: aiohttp.ClientSession, url: str, **body: Any) -> dict[str, Any]:
    async with session.post(url, **body) as response:
        answer: dict[str, Any] = await response.json()
    assert answer["ok"], answer
    return answer


def _named(ids: list[str]) -> list[dict[str, str]]:
    return [{"id": id_} for id_ in ids]


async def main(token: str) -> None:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
        while line := await asyncio.to_thread(sys.stdin.readline):
            plan = json.loads(line)
            print(time.monotonic(), flush=True)  # noqa: T201
            await transfer(session, **plan)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
