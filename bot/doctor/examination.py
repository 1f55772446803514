"""Runs all checks at once, and stops waiting after 15 s."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import import_module
from types import MappingProxyType

import aiohttp

from bot.config import Environment
from bot.doctor.calls import open_session
from bot.doctor.findings import Finding, Group, warn
from bot.doctor.settings import check_settings, find_problems
from bot.doctor.subject import Check, Subject
from bot.domain.errors import ConfigError
from bot.store.inspection import DatabaseFacts, inspect_database

WITHIN_S = 12.0  # and up to three seconds to start and to end

# The checks after the settings', by their titles, in the order in which they are shown; a module
# is imported if it is needed.
_CHECKS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "Clock": ("bot.doctor.clocks", "check_clock"),
        "Database": ("bot.doctor.database", "check_database"),
        "Midjourney": ("bot.doctor.midjourney", "check_midjourney"),
        "Discord": ("bot.doctor.discord", "check_discord"),
        "Slack": ("bot.doctor.slack", "check_slack"),
        "Public address": ("bot.doctor.public_address", "check_public_address"),
    }
)
_PLATFORMS = {"Discord": "discord", "Slack": "slack"}

Inspect = Callable[[str], "asyncio.Future[DatabaseFacts]"]


def _now() -> datetime:
    return datetime.now(UTC)


def _inspect(url: str) -> "asyncio.Future[DatabaseFacts]":
    return asyncio.ensure_future(inspect_database(url))


async def examine(
    environment: Environment,
    *,
    make_session: Callable[[], aiohttp.ClientSession] = open_session,
    now: Callable[[], datetime] = _now,
    inspect: Inspect = _inspect,
    within_s: float = WITHIN_S,
) -> list[Group]:
    """Look at everything that the settings name. The other arguments are the outside world."""
    try:
        settings = environment.settings()
    except ConfigError as error:
        return [Group(title="Settings", findings=tuple(find_problems(error)))]
    async with make_session() as session:
        subject = Subject(
            environment=environment,
            settings=settings,
            session=session,
            now=now,
            looking_at_database=inspect(settings.database_url),
        )
        checks = {"Settings": check_settings, **_checks_of(settings.platforms)}
        groups = await _run_all(checks, subject, within_s)
        subject.looking_at_database.cancel()
    return groups


def _checks_of(platforms: frozenset[str]) -> dict[str, Check]:
    """Return the checks that these platforms need."""
    wanted = {
        title: place
        for title, place in _CHECKS.items()
        if title not in _PLATFORMS or _PLATFORMS[title] in platforms
    }
    return {title: getattr(import_module(module), name) for title, (module, name) in wanted.items()}


async def _run_all(checks: Mapping[str, Check], subject: Subject, within_s: float) -> list[Group]:
    return await asyncio.gather(
        *(_run(title, check, subject, within_s) for title, check in checks.items())
    )


async def _run(title: str, check: Check, subject: Subject, within_s: float) -> Group:
    """Run one check; what it found before the time was over counts."""
    findings: list[Finding] = []
    try:
        async with asyncio.timeout(within_s):
            async for finding in check(subject):
                findings.append(finding)  # noqa: PERF401 - what came before a timeout is kept
    except TimeoutError:
        findings.append(warn(f"not all was checked within {within_s:.0f} s", "run doctor again"))
    except Exception as error:  # noqa: BLE001 - an answer of a shape that nobody foresaw
        text = f"the rest could not be checked ({type(error).__name__})"
        findings.append(warn(text, "run doctor again; if it stays so, please report it"))
    return Group(title=title, findings=tuple(findings))
