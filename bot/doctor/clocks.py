"""The clock: against the services' own, and the database's. Signatures and leases go by it."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from bot.doctor.calls import UnreachedError, call
from bot.doctor.findings import Finding, fail, ok, warn
from bot.doctor.subject import Subject

NOTABLE = timedelta(seconds=5)
HARMFUL = timedelta(seconds=30)
_FIX = "sudo timedatectl set-ntp true"
_DATE_STEP = timedelta(seconds=1)  # HTTP tells whole seconds


async def check_clock(subject: Subject) -> AsyncIterator[Finding]:
    """Compare the clock with one service's and the database's."""
    behind = await _behind_service(subject)
    if behind is None:
        yield warn("could not be compared: no service answered", "check the internet connection")
    else:
        yield _judge("this machine's clock", behind, _FIX)
    facts = await subject.database_or_none()
    if facts is not None and facts.server is not None:
        fix = "correct the clock of the database's machine"
        difference = subject.now() - facts.server.now
        if abs(difference) > NOTABLE:
            yield _judge("the database's clock, against ours,", difference, fix)


async def _behind_service(subject: Subject) -> timedelta | None:
    """Return how far our clock is behind that of a service; None: it told none."""
    settings, started = subject.settings, subject.now()
    url = f"{settings.discord_api_url}/gateway"
    if "discord" not in settings.platforms:
        url = f"{settings.slack_api_url}/api.test"
    try:
        answer = await call(subject.session, url)
    except UnreachedError:
        return None
    if answer.date is None:
        return None
    return _distance(answer.date, started, subject.now())


def _distance(theirs: datetime, started: datetime, ended: datetime) -> timedelta:
    """Return how far `theirs` lies outside of the time of the call, 0 if within."""
    if theirs > ended:
        return theirs - ended
    if theirs + _DATE_STEP < started:
        return theirs + _DATE_STEP - started
    return timedelta()


def _judge(whose: str, behind: timedelta, fix: str) -> Finding:
    size = abs(behind)
    direction = "behind" if behind > timedelta() else "ahead"
    text = f"{whose} is {size.total_seconds():.0f} s {direction}"
    if size > HARMFUL:
        return fail(text, fix)
    return warn(text, fix) if size > NOTABLE else ok(f"{whose} is right")
