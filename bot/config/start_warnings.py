"""Warnings at the start about settings that work but are probably mistakes."""

from urllib.parse import urlsplit

import structlog

from bot.config import Environment, Settings, StoreSettings
from bot.domain.addresses import may_be_public
from bot.domain.database_address import IN_MEMORY

log = structlog.get_logger(__name__)


def point_out_oversights(environment: Environment) -> None:
    """Log each misspelt setting and each line of `.env` that sets nothing."""
    for hint in environment.oversights():
        log.warning("setting_not_understood", hint=hint)


def point_out(environment: Environment, settings: Settings) -> None:
    """Log what an operator should know about these settings, a line each."""
    point_out_oversights(environment)
    if environment.host_address is not None:
        variable = environment.host_address.variable
        log.info("public_url", url=settings.public_url, hint=f"taken from {variable}")
    _warn_about_database(settings)
    _warn_about_spending(settings)
    _warn_about_public_url(settings.public_url)
    _warn_about_exposed_secrets(settings)


def _warn_about_spending(settings: Settings) -> None:
    """Warn of Discord: at Slack a token belongs to one workspace."""
    if "discord" in settings.platforms and not settings.allowed_guilds:
        log.warning("every_server_may_spend", hint="set ALLOWED_GUILDS to your servers' ids")


def _warn_about_database(settings: StoreSettings) -> None:
    if settings.database_url == IN_MEMORY:
        log.warning(
            "jobs_are_lost_at_the_end",
            hint="DATABASE_URL=sqlite:// keeps jobs only while this process runs; "
            "set it to sqlite:///imagine.db to keep them",
        )


def _warn_about_public_url(url: str | None) -> None:
    if url is None:
        log.warning("polling_only", hint="set PUBLIC_URL so that results arrive at once")
    elif not may_be_public(urlsplit(url).hostname or ""):
        log.warning("public_url_looks_private", hint="the provider must reach PUBLIC_URL")
    elif urlsplit(url).scheme == "http":
        log.warning("public_url_without_tls", hint="begin PUBLIC_URL with https:// if you can")


def _warn_about_exposed_secrets(settings: Settings) -> None:
    for name, secret in settings.exposed_secrets.items():
        log.warning(
            "address_without_tls",
            setting=name,
            hint=f"{secret} crosses the Internet unencrypted; use https or wss",
        )
