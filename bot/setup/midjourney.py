"""Midjourney's part: the key."""

from bot.command_line import run_in_loop
from bot.doctor.calls import open_session
from bot.doctor.findings import Finding
from bot.doctor.midjourney import ACCOUNT, check_key
from bot.setup.draft import Draft
from bot.setup.terminal import ask_secret, head, say


def ask_midjourney(draft: Draft) -> None:
    """Ask for the key, and check it with a call that costs nothing."""
    head("Midjourney")
    say(f"  Copy your API key from {ACCOUNT}")

    def judge(key: str) -> list[Finding]:
        return [run_in_loop(_check(key, draft.get("MIDJOURNEY_API_URL")))]

    ask_secret(draft, "MIDJOURNEY_API_KEY", "API key", judge)


async def _check(key: str, api_url: str) -> Finding:
    async with open_session() as session:
        return await check_key(session, key, api_url)
