"""The public address's part: where the internet reaches the bot, if it does."""

from bot.command_line import run_in_loop
from bot.doctor.calls import open_session
from bot.doctor.findings import Finding
from bot.doctor.public_address import check_before_start
from bot.setup.draft import Draft
from bot.setup.terminal import ask, head, say


def ask_address(draft: Draft) -> None:
    """Ask for the address, and look what is there; the bot itself need not run yet."""
    head("Public address")
    if draft.environment.host_address is not None:
        found = draft.environment.host_address
        say(f"  {found.url}, taken from {found.variable}")
        return
    say("  Where the internet reaches this bot, such as https://bot.example.com.")
    if draft.has("SLACK_SIGNING_SECRET") and not draft.has("SLACK_APP_TOKEN"):
        say("  Slack sends what people do to this address, with /slack/events behind it.")
    else:
        say("  Leave it empty if it does not: results then come a few seconds later.")
    ask(draft, "PUBLIC_URL", "Public address", _judge)


def _judge(url: str) -> list[Finding]:
    return [run_in_loop(_check(url.rstrip("/")))]


async def _check(url: str) -> Finding:
    async with open_session() as session:
        return await check_before_start(session, url)
