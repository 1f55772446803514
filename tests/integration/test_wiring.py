"""Which platforms a process is at, what it does there, and what it loads for that."""

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.platforms.slack.commands.names import EVENTS_PATH
from bot.store import Database
from bot.wiring import Role
from bot.wiring.parts import Parts
from tests.standins.migrated import scratch_database
from tests.wiring import parts_on, plain_settings

ROOT = Path(__file__).parents[2]
BY_SOCKET = {"slack_bot_token": SecretStr("xoxb-1"), "slack_app_token": SecretStr("xapp-1")}
BY_REQUEST = {"slack_bot_token": SecretStr("xoxb-1"), "slack_signing_secret": SecretStr("s")}


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    async with scratch_database() as database:
        yield database


async def made(database: Database, roles: set[Role], slack: dict[str, Any]) -> Parts:
    return await parts_on(database, roles=frozenset(roles), settings=plain_settings(**slack))


def posts_of(parts: Parts) -> set[str]:
    return {name for name in parts.work.loops if name.startswith("posts:")}


def paths_of(parts: Parts) -> set[str]:
    return {route.path for route in parts.work.routes}


async def test_gateway_is_at_every_platform(database: Database) -> None:
    parts = await made(database, {Role.GATEWAY}, BY_SOCKET)
    assert posts_of(parts) == {"posts:discord", "posts:slack"}
    assert parts.work.checks.keys() == {"discord", "slack"}
    assert EVENTS_PATH not in paths_of(parts)


@pytest.mark.parametrize("roles", [{Role.WEB}, {Role.WEB, Role.WORKER}])
async def test_listener_hears_slack_and_posts_nothing(database: Database, roles: set[Role]) -> None:
    parts = await made(database, roles, BY_REQUEST)
    assert parts.gateway is not None
    assert (parts.gateway.chats.keys(), posts_of(parts)) == ({"slack"}, set())
    assert EVENTS_PATH in paths_of(parts)


@pytest.mark.parametrize(
    ("roles", "slack"),
    [({Role.WEB, Role.WORKER}, BY_SOCKET), ({Role.WEB}, {}), ({Role.WORKER}, BY_REQUEST)],
)
async def test_process_without_commands_is_at_no_platform(
    database: Database, roles: set[Role], slack: dict[str, Any]
) -> None:
    parts = await made(database, roles, slack)
    assert parts.gateway is None
    assert EVENTS_PATH not in paths_of(parts)


@pytest.mark.parametrize(
    ("settings", "loaded"),
    [
        ({"discord_token": "t"}, {"discord"}),
        ({"discord_token": None, **BY_SOCKET}, {"slack_sdk"}),
    ],
)
def test_only_the_library_of_a_platform_that_is_set_is_loaded(
    settings: dict[str, Any], loaded: set[str]
) -> None:
    shown = {name: _plain(value) for name, value in settings.items()}
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(settings=shown)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(found.stdout.split()) == loaded


PROGRAM = """
import asyncio, sys
from bot.config import Settings
from bot.wiring.parts import build

async def main():
    settings = Settings(midjourney_api_key="k", database_url="sqlite://", **{settings})
    async with build(settings):
        print(*{{"discord", "slack_sdk"}} & sys.modules.keys())

asyncio.run(main())
"""


def _plain(value: Any) -> Any:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
