"""Slack's part: the app from its manifest, its token, and how Slack tells what people do."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import quote

from bot.command_line import run_in_loop
from bot.doctor.calls import open_session
from bot.doctor.findings import Finding, ok
from bot.doctor.slack import PORTAL, check_app_token, check_bot_token
from bot.doctor.slack_api import SlackApi
from bot.setup.draft import Draft
from bot.setup.terminal import ask_secret, head, say

MANIFEST = Path(__file__).parents[2] / "deploy" / "slack-manifest.yaml"


def ask_slack(draft: Draft) -> None:
    """Ask for the tokens, and check each; without a token for sockets, for the signing secret."""
    head("Slack")
    say(f"  Make the app, from deploy/slack-manifest.yaml at {PORTAL} or by this link:")
    say(f"  {_manifest_link()}")
    say('  Press "Install to Workspace", then copy the token of "OAuth & Permissions" (xoxb-).')
    ask_secret(draft, "SLACK_BOT_TOKEN", "Bot token", _judge(draft, check_bot_token))
    say('  Under "Basic Information" make an app-level token with connections:write (xapp-).')
    say("  Skip it if Slack shall call your public address instead.")
    ask_secret(draft, "SLACK_APP_TOKEN", "App token", _judge(draft, check_app_token))
    if draft.has("SLACK_BOT_TOKEN") and not draft.has("SLACK_APP_TOKEN"):
        _ask_signing_secret(draft)


def _ask_signing_secret(draft: Draft) -> None:
    say('  Then copy the signing secret of "Basic Information", and change the manifest as')
    say('  docs/slack.md says under "Without Socket Mode".')
    ask_secret(draft, "SLACK_SIGNING_SECRET", "Signing secret", lambda _secret: [_taken()])


def _taken() -> Finding:
    return ok("taken; whether it is right is seen when Slack calls")


def _manifest_link() -> str:
    """Return the link that makes the app; the form is filled in by it."""
    if not MANIFEST.is_file():  # installed as a package
        return f"{PORTAL}?new_app=1"
    lines = MANIFEST.read_text(encoding="utf-8").splitlines()
    told = [line.partition(" # ")[0].rstrip() for line in lines if not line.startswith("#")]
    manifest = quote("\n".join(told))
    return f"{PORTAL}?new_app=1&manifest_yaml={manifest}"


def _judge(
    draft: Draft, check: Callable[[SlackApi, str], Awaitable[list[Finding]]]
) -> Callable[[str], list[Finding]]:
    return lambda token: run_in_loop(_check(draft, token, check))


async def _check(
    draft: Draft, token: str, check: Callable[[SlackApi, str], Awaitable[list[Finding]]]
) -> list[Finding]:
    url = draft.get("SLACK_API_URL").rstrip("/")
    async with open_session() as session:
        return await check(SlackApi(session=session, url=url), token)
