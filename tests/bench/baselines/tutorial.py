"""The API tutorial's loop: submit, then sleep and ask until the job has ended; some at a time."""

import asyncio
import json
import os

import aiohttp

SUBMIT, STATUS = "/midjourney/v1/submit-jobs", "/midjourney/v1/job-status"


async def draw(session: aiohttp.ClientSession, prompt: str, every_s: float) -> None:
    async with session.post(SUBMIT, json={"prompt": prompt}) as answer:
        task_id = (await answer.json())["data"]["taskId"]
    while True:
        await asyncio.sleep(every_s)
        async with session.post(STATUS, json={"taskIds": [task_id]}) as answer:
            if (await answer.json())["data"][0]["status"] != 0:
                return


async def main(jobs: int, at_once: int, every_s: float) -> None:
    prompts = iter([f"fox {number}" for number in range(jobs)])

    async def work() -> None:
        for prompt in prompts:
            await draw(session, prompt, every_s)

    headers = {"API-KEY": os.environ["MIDJOURNEY_API_KEY"]}
    url = os.environ["MIDJOURNEY_API_URL"]
    async with aiohttp.ClientSession(url, headers=headers) as session:
        await asyncio.gather(*(work() for _ in range(at_once)))


if __name__ == "__main__":
    plan = json.loads(os.environ["PLAN"])
    asyncio.run(main(plan["jobs"], plan["at_once"], plan["every_s"]))
