"""The Midjourney API: the key, the account, and where the pictures come from. Never a submit."""

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp

from bot.doctor.calls import TIMEOUT_S, UnreachedError, call
from bot.doctor.findings import Finding, fail, ok
from bot.doctor.subject import Subject
from bot.domain.errors import KeyRejectedError, StatusUnavailableError
from bot.domain.jobs import FailureCode
from bot.midjourney.client import HttpMidjourneyClient
from bot.midjourney.key_check import CHECK_TASK_ID

ACCOUNT = "https://midjourney-api.com"
_PAUSES = {
    FailureCode.QUOTA: "the account has run out of credits",
    FailureCode.KEY: "the provider refused the account at the last job",
}


async def check_midjourney(subject: Subject) -> AsyncIterator[Finding]:
    """Ask about a task that does not exist, which costs nothing; then look at the rest."""
    settings = subject.settings
    key = settings.midjourney_api_key.get_secret_value()
    found_of_key, *found_of_hosts = await asyncio.gather(
        check_key(subject.session, key, settings.midjourney_api_url),
        *(_check_image_host(subject.session, host) for host in settings.image_hosts),
    )
    yield found_of_key
    pause = await _account_pause(subject)
    if pause is not None:
        yield pause
    for finding in found_of_hosts:
        yield finding


async def check_key(session: aiohttp.ClientSession, key: str, api_url: str) -> Finding:
    """Say whether the provider accepts a key."""
    started = time.monotonic()
    try:
        async with HttpMidjourneyClient(
            api_key=key, base_url=api_url, connect_timeout_s=4, status_timeout_s=TIMEOUT_S
        ) as client:
            await client.job_status([CHECK_TASK_ID])
    except KeyRejectedError:
        return fail("MIDJOURNEY_API_KEY is not accepted", f"copy the key from {ACCOUNT}")
    except StatusUnavailableError as error:
        why = await _why_unreached(session, api_url) or error.detail
        return fail(f"the API at {api_url} can't be used: {why}", f"see {ACCOUNT}")
    return ok("the key is accepted", detail=f"answered in {time.monotonic() - started:.1f} s")


async def _why_unreached(session: aiohttp.ClientSession, api_url: str) -> str | None:
    """Say in plain words why the API cannot be reached; None: it can."""
    try:
        await call(session, api_url, method="HEAD")
    except UnreachedError as error:
        return str(error)
    return None


async def _account_pause(subject: Subject) -> Finding | None:
    facts = await subject.database_or_none()
    code = facts.submit_window.account_pause(subject.now()) if facts is not None else None
    if code is None:
        return None
    return fail(_PAUSES.get(code, "the account is paused"), f"top it up at {ACCOUNT}")


async def _check_image_host(session: aiohttp.ClientSession, host: str) -> Finding:
    """Any answer will do: only that the way is free counts."""
    url = host if "://" in host else f"https://{host}"
    started = time.monotonic()
    try:
        await call(session, url, method="HEAD")
    except UnreachedError as error:
        text = f"pictures can't be fetched from {host}: {error}"
        return fail(text, "check IMAGE_HOSTS, and the firewall")
    return ok(f"{host} can be reached", detail=f"in {time.monotonic() - started:.1f} s")
