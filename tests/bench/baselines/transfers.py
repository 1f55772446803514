"""The transfers of one result alone: a bare aiohttp client fetches images and uploads them.

For every line of standard input, JSON with `images`, `channel` and `token`, it does so once and
writes the time.monotonic() at which it began.
"""

import asyncio
import json
import sys
import time

import aiohttp


async def transfer(session: aiohttp.ClientSession, images: list[str], channel: str) -> None:
    files = await asyncio.gather(*(fetch(session, url) for url in images))
    form = aiohttp.FormData()
    form.add_field("payload_json", json.dumps({"content": "."}))
    for number, data in enumerate(files):
        form.add_field(f"files[{number}]", data, filename=f"{number}.png")
    async with session.post(channel, data=form) as answer:
        answer.raise_for_status()


async def fetch(session: aiohttp.ClientSession, url: str) -> bytes:
    async with session.get(url) as answer:
        return await answer.read()


async def main(token: str) -> None:
    headers = {"Authorization": f"Bot {token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        while line := await asyncio.to_thread(sys.stdin.readline):
            plan = json.loads(line)
            print(time.monotonic(), flush=True)  # noqa: T201
            await transfer(session, plan["images"], plan["channel"])


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
