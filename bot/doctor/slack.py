"""Slack: the tokens, the rights of the app, the way in, and the channels that the bot is in."""

from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit, urlunsplit

from bot.config import Settings
from bot.doctor.calls import UnreachedError, call
from bot.doctor.findings import Finding, Verdict, fail, ok, warn
from bot.doctor.slack_api import SlackApi, SlackRefusedError, Workspace
from bot.doctor.subject import Subject
from bot.platforms.slack.commands.names import SCOPES

PORTAL = "https://api.slack.com/apps"
_STATUS = "https://slack-status.com"


async def check_slack(subject: Subject) -> AsyncIterator[Finding]:
    """Look at all that can be read with the two tokens."""
    settings = subject.settings
    api = SlackApi(session=subject.session, url=settings.slack_api_url)
    token = settings.slack_bot_token
    assert token is not None, "Slack is set"
    found = await check_bot_token(api, token.get_secret_value(), settings.allowed_teams)
    for finding in found:
        yield finding
    async for finding in _way_in(api, settings):
        yield finding
    if all(finding.verdict is not Verdict.FAIL for finding in found):  # else for the same reason
        yield await _channels(api, token.get_secret_value())


async def check_bot_token(
    api: SlackApi, token: str, allowed_teams: tuple[str, ...] = ()
) -> list[Finding]:
    """Say where a bot token belongs, and what it may not do."""
    try:
        return list(_judge(await api.workspace(token), allowed_teams))
    except SlackRefusedError as error:
        return [_refusal("SLACK_BOT_TOKEN", error, "OAuth & Permissions")]
    except UnreachedError as error:
        return [unreached(error)]


async def check_app_token(api: SlackApi, token: str) -> list[Finding]:
    """Say whether Socket Mode would let the bot in; no socket is opened."""
    try:
        address = await api.socket_address(token)
        await call(api.session, _as_page(address), method="HEAD")
    except SlackRefusedError as error:
        if error.is_token:
            return [_refusal("SLACK_APP_TOKEN", error, "Basic Information")]
        fix = f"switch Socket Mode on, for your app at {PORTAL}"
        return [fail(f"Slack gives no way in by Socket Mode ({error})", fix)]
    except UnreachedError as error:
        return [fail(f"Slack's Socket Mode can't be reached: {error}", "check the firewall")]
    return [ok("Socket Mode can be reached")]


def unreached(error: UnreachedError) -> Finding:
    """Say that Slack gives no usable answer."""
    return fail(f"Slack can't be asked: {error}", f"see {_STATUS}")


def _judge(workspace: Workspace, allowed_teams: tuple[str, ...]) -> Iterator[Finding]:
    yield ok(
        f"the bot is {workspace.bot_name} in {workspace.name}", detail=f"workspace {workspace.id}"
    )
    missing = sorted(SCOPES - workspace.scopes)
    if workspace.scopes and missing:
        yield fail(
            f"the app may not {', '.join(missing)}",
            f"paste deploy/slack-manifest.yaml at {PORTAL}, and install the app again",
        )
    elif workspace.scopes:
        yield ok("the app has all rights that it needs")
    if allowed_teams and workspace.id not in allowed_teams:
        text = f"ALLOWED_TEAMS leaves out the bot's own workspace {workspace.id} ({workspace.name})"
        yield fail(text, "add it, or leave ALLOWED_TEAMS empty")


def _refusal(name: str, error: SlackRefusedError, page: str) -> Finding:
    if error.is_token:
        return fail(f"Slack does not accept {name} ({error})", f'copy it from "{page}" at {PORTAL}')
    return fail(f"Slack refused {name} ({error})", f"see {PORTAL}")


async def _way_in(api: SlackApi, settings: Settings) -> AsyncIterator[Finding]:
    if settings.slack_app_token is not None:
        for finding in await check_app_token(api, settings.slack_app_token.get_secret_value()):
            yield finding
    else:
        address = f"{settings.public_url}/slack/events"
        yield ok(f"Slack sends its requests to {address}", detail=f"set it in your app at {PORTAL}")


def _as_page(address: str) -> str:
    """Return an address of the same server that opens no socket and holds no ticket."""
    parts = urlsplit(address)
    scheme = "https" if parts.scheme == "wss" else "http"
    return urlunsplit((scheme, parts.netloc, "/", "", ""))


async def _channels(api: SlackApi, token: str) -> Finding:
    try:
        names = [f"#{each['name']}" for each in await api.channels(token)]
    except SlackRefusedError as error:
        return warn(f"its channels can't be read ({error})", f"see {PORTAL}")
    except UnreachedError as error:
        return unreached(error)
    hint = "public ones it joins by itself; in private ones type /invite and its name"
    if not names:
        return ok(f"it is in no channel yet: {hint}")
    return ok(f"channels that the bot is in: {len(names)}", detail=f"{', '.join(names)}; {hint}")
