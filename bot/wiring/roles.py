"""What a process does: one, some or all of three roles.

Processes with different roles meet in the database, and nowhere else.
"""

from enum import StrEnum

from bot.config import Settings, StoreSettings
from bot.domain.errors import ConfigError


class Role(StrEnum):
    """A part of the work that a process of its own can do."""

    WEB = "web"  # listens: callbacks, attached images, health
    GATEWAY = "gateway"  # the chat platform: commands, buttons, results, placeholders
    WORKER = "worker"  # the provider: submits and status polls; and the janitor


EVERY_ROLE = frozenset(Role)
SLACK = "slack"


def read_roles(names: str) -> frozenset[Role]:
    """Read "web,worker".

    Raises:
        ConfigError: there is no such role, or none at all.
    """
    known = ", ".join(Role)
    wanted = names.replace(",", " ").split()
    unknown = [name for name in wanted if name not in set(Role)]
    if unknown:
        raise ConfigError([f"--roles: there is no {', '.join(unknown)}; choose from {known}"])
    if not wanted:
        raise ConfigError([f"--roles: name at least one of {known}"])
    return frozenset(map(Role, wanted))


def check_roles(roles: frozenset[Role], settings: StoreSettings) -> None:
    """Make sure that these roles can be played on this database.

    Raises:
        ConfigError: they need one that processes can share.
    """
    if roles != EVERY_ROLE and settings.uses_sqlite:
        problem = (
            "--roles: SQLite belongs to one process, which must have all roles; "
            "set DATABASE_URL to a PostgreSQL database to split them up"
        )
        raise ConfigError([problem])


def platforms_here(settings: Settings, roles: frozenset[Role]) -> frozenset[str]:
    """Return the chat platforms that a process with these roles is at.

    A gateway is at all of them. Without sockets, Slack calls whatever listens.
    """
    if Role.GATEWAY in roles:
        return settings.platforms
    is_called = Role.WEB in roles and not settings.slack_uses_sockets
    return settings.platforms & {SLACK} if is_called else frozenset()
