"""Midjourney's part: the key."""

import asyncio

from bot.config import problem_with
from bot.doctor.calls import open_session
from bot.doctor.findings import Finding, fail
from bot.doctor.midjourney import ACCOUNT, check_key
from bot.setup.draft import Draft
from bot.setup.terminal import ask_secret, head, say


def ask_midjourney(draft: Draft) -> None:
    """Ask for the key, and check it with a call that costs nothing."""
    head("Midjourney")
    say(f"  Copy your API key from {ACCOUNT}")

    def judge(key: str) -> list[Finding]:
        problem = problem_with("MIDJOURNEY_API_KEY", key)
        if problem is not None:
            return [fail(problem, "copy it once more")]
        return [asyncio.run(_check(key, draft.get("MIDJOURNEY_API_URL")))]

    ask_secret(draft, "MIDJOURNEY_API_KEY", "API key", judge)


async def _check(key: str, api_url: str) -> Finding:
    async with open_session() as session:
        return await check_key(session, key, api_url)
