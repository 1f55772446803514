"""The public address: does a call through the internet come back to this bot."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp

from bot.doctor.findings import Finding, fail, ok, warn
from bot.doctor.subject import Subject
from bot.domain.addresses import may_be_public
from bot.store.inspection import DatabaseFacts
from bot.web import SelfCallTags
from bot.web.reach import Reach, SelfCall
from bot.web.self_call import call_self

# What can be known before the bot runs.
_WRONG = {Reach.UNKNOWN_HOST, Reach.BAD_CERTIFICATE, Reach.REDIRECT, Reach.OTHER_APP}
_NOBODY_THERE = {Reach.HOST_PAGE, Reach.NO_CONNECTION, Reach.NO_ANSWER}
_DOUBTFUL = {Reach.SLOW, Reach.STARTING, Reach.UNCHECKABLE}


async def check_public_address(subject: Subject) -> AsyncIterator[Finding]:
    """Call it, as the provider would."""
    url = subject.settings.public_url
    if url is None:
        yield warn(
            "PUBLIC_URL is not set: results come some seconds later than they could",
            "if the internet reaches this bot, set PUBLIC_URL to the address",
        )
        return
    facts = await subject.database_or_none()
    call = await call_self(subject.session, url, _tags(subject, facts))
    yield _judge(url, call, has_running_bot=facts is None or facts.has_running_bot)
    if not may_be_public(urlsplit(url).hostname or ""):
        text = f"{url} is an address of a private network, where the provider reaches nobody"
        yield warn(text, "set PUBLIC_URL to an address of the internet, or leave it out")
    elif urlsplit(url).scheme == "http":
        yield warn("PUBLIC_URL is not encrypted", "begin it with https:// if the host can")


async def check_before_start(session: aiohttp.ClientSession, url: str) -> Finding:
    """Look what is at an address before the bot runs there."""
    call = await call_self(session, url, None)
    if call.reach in _WRONG:
        return fail(f"{url} {call.text}", call.hint or "correct it")
    return ok(f"{url} can be used; whether it leads here is seen when the bot runs")


def _tags(subject: Subject, facts: DatabaseFacts | None) -> SelfCallTags | None:
    given = subject.settings.webhook_secret
    secret = given.get_secret_value() if given else facts.webhook_secret if facts else None
    return None if secret is None else SelfCallTags(secret)


def _judge(url: str, call: SelfCall, *, has_running_bot: bool) -> Finding:
    text = f"{url} {call.text}"
    if call.hint is None:
        return ok(text)
    if call.reach in _NOBODY_THERE and not has_running_bot:
        return warn(
            f"{url} could not be checked: the bot is not running",
            "python -m bot run, and then doctor again",
        )
    return (warn if call.reach in _DOUBTFUL else fail)(text, call.hint)
