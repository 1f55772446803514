"""What is typed at a host instead of a `.env` file."""

import shlex
from collections.abc import Callable, Mapping
from types import MappingProxyType

# What a host must be told; it brings the database and mostly the public address itself.
NAMES = (
    "DISCORD_TOKEN",
    "ALLOWED_GUILDS",
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "ALLOWED_TEAMS",
    "MIDJOURNEY_API_KEY",
)


def commands_for(host: str, values: Mapping[str, str]) -> str:
    """Return what sets these values at a host, to be copied."""
    return HOSTS[host](values)


def _joined(command: str, values: Mapping[str, str], option: str = "") -> str:
    """Return one command for all values: each on its own would restart the bot."""
    settings = [f"{option}{shlex.quote(f'{name}={value}')}" for name, value in values.items()]
    return " \\\n  ".join([command, *settings])


def _heroku(values: Mapping[str, str]) -> str:
    database = "heroku addons:create heroku-postgresql:essential-0"
    return f"{database}\n{_joined('heroku config:set', values)}"


def _fly(values: Mapping[str, str]) -> str:
    return _joined("fly secrets set", values)


def _railway(values: Mapping[str, str]) -> str:
    whole = {**values, "DATABASE_URL": "${{Postgres.DATABASE_URL}}"}
    return f"railway add --database postgres\n{_joined('railway variables', whole, '--set ')}"


def _render(values: Mapping[str, str]) -> str:
    lines = "\n".join(f"{name}={value}" for name, value in values.items())
    return f'# Paste this at Render under Environment, "Add from .env":\n{lines}'


HOSTS: Mapping[str, Callable[[Mapping[str, str]], str]] = MappingProxyType(
    {"heroku": _heroku, "fly": _fly, "railway": _railway, "render": _render}
)
