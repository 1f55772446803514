"""The settings: slips that the start only warns of, and who may spend."""

import stat
import sys
from collections.abc import AsyncIterator, Iterator

from bot.config import Settings
from bot.config.environment import ENV_FILE
from bot.doctor.findings import Finding, fail, ok, warn
from bot.doctor.subject import Subject
from bot.domain.database_address import IN_MEMORY
from bot.domain.errors import ConfigError

SETUP = "python -m bot setup"
# What people leave in place of a secret.
_PLACEHOLDERS = ("change", "example", "secret", "password", "your", "xxxx", "12345678")
_FEW_CHARACTERS = 6


def find_problems(error: ConfigError) -> Iterator[Finding]:
    """Return what keeps the bot from starting; the rest can be checked when that is right."""
    for problem in error.problems:
        fix = SETUP if "is not set" in problem else "correct it in .env or at your host"
        yield fail(problem.partition(f": {SETUP}")[0], fix)
    yield warn("the rest is checked once these are right")


async def check_settings(subject: Subject) -> AsyncIterator[Finding]:
    """Look at what works and was probably not meant so."""
    found = [*_oversights(subject), *_weak_secrets(subject.settings), *_spending(subject.settings)]
    found += [*_exposed_secrets(subject.settings), *_losses(subject.settings), *_open_file()]
    if not found:
        found = [ok("all values can be used", detail=_where_from(subject))]
    for finding in found:
        yield finding


def _oversights(subject: Subject) -> Iterator[Finding]:
    for oversight in subject.environment.oversights():
        yield fail(oversight, "correct it in .env or at your host")


def _weak_secrets(settings: Settings) -> Iterator[Finding]:
    for name in ("webhook_secret", "metrics_token"):
        secret = getattr(settings, name)
        if secret is not None and _is_weak(secret.get_secret_value()):
            yield warn(
                f"{name.upper()} can be guessed",
                f'{name.upper()}=$({_python()} -c "import secrets; print(secrets.token_hex())")',
            )


def _python() -> str:
    return "python" if sys.platform == "win32" else "python3"


def _is_weak(secret: str) -> bool:
    text = secret.lower()
    return len(set(text)) < _FEW_CHARACTERS or any(each in text for each in _PLACEHOLDERS)


def _spending(settings: Settings) -> Iterator[Finding]:
    if "discord" in settings.platforms and not settings.allowed_guilds:
        yield warn(
            "every server that the bot is in may spend your money",
            "set ALLOWED_GUILDS to your servers' ids",
        )


def _exposed_secrets(settings: Settings) -> Iterator[Finding]:
    for name, secret in settings.exposed_secrets.items():
        yield warn(
            f"{secret} crosses the internet unencrypted", f"begin {name} with https:// or wss://"
        )


def _losses(settings: Settings) -> Iterator[Finding]:
    if settings.database_url == IN_MEMORY:
        yield warn(
            "DATABASE_URL=sqlite:// forgets all jobs when the bot stops",
            "DATABASE_URL=sqlite:///imagine.db",
        )


def _open_file() -> Iterator[Finding]:
    """Warn if other people of this machine can read the secrets."""
    if sys.platform == "win32" or not ENV_FILE.is_file():
        return
    if stat.S_IMODE(ENV_FILE.stat().st_mode) & (stat.S_IRGRP | stat.S_IROTH):
        yield warn("other people of this machine can read .env", "chmod 600 .env")


def _where_from(subject: Subject) -> str:
    count = len(subject.environment.env_file.values)
    return f"{count} from .env, the rest from the environment" if count else "from the environment"
