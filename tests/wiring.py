"""What the tests give to `bot.wiring.build`.

The settings read neither the environment nor `.env`.
"""

from typing import Any

from aiohttp.typedefs import Handler
from pydantic import SecretStr

from bot.config import Settings
from bot.platforms.discord import ImagineBot
from bot.platforms.slack.connection.identity import Identity
from bot.store import Database
from bot.wiring import EVERY_ROLE, Externals, Role
from bot.wiring.discord import DiscordChat
from bot.wiring.parts import Parts, build
from bot.wiring.services import Services
from bot.wiring.slack import SlackChat
from tests.haste import PATIENT, UNHURRIED
from tests.standins.discord import DiscordStandIn
from tests.standins.slack import SlackStandIn

PUBLIC_URL = "https://bot.example"
WEBHOOK_SECRET = "a secret of all processes"


def settings_for(d: DiscordStandIn, **others: Any) -> Settings:
    """Return the settings of a bot at this stand-in."""
    places = {
        "discord_token": SecretStr(d.token),
        "discord_api_url": d.api_url,
        "discord_gateway_url": d.gateway_url,
        "discord_cdn_url": d.cdn_url,
    }
    return plain_settings(**{**places, **others})


def plain_settings(**others: Any) -> Settings:
    """Return the settings of a bot that talks to nobody."""
    given: dict[str, Any] = {
        "database_url": "sqlite://",
        "discord_token": SecretStr("none"),
        "midjourney_api_key": SecretStr("none"),
        "webhook_secret": SecretStr(WEBHOOK_SECRET),
        "public_url": PUBLIC_URL,
        "discord_cdn_url": "https://cdn.example",
    }
    return Settings.model_validate({**given, **others})


async def parts_on(
    database: Database,
    *,
    roles: frozenset[Role] = EVERY_ROLE,
    settings: Settings | None = None,
    **externals: Any,
) -> Parts:
    """Return the parts of a process on this database that reaches nobody but these externals."""
    nobody = {"provider": Nobody(), "images": Nobody()}
    given = {**nobody, "timings": PATIENT, "discord_timings": UNHURRIED, **externals}
    outside = Externals(database=database, **given)
    async with build(settings or plain_settings(), roles, outside) as parts:
        return parts  # there is nothing to close: all of that is external


def services_of(parts: Parts) -> Services:
    """Return the services of a process that is at a chat platform."""
    assert parts.gateway is not None
    return parts.gateway.services


def bot_of(parts: Parts) -> ImagineBot:
    """Return the Discord client of a process."""
    assert parts.gateway is not None
    chat = parts.gateway.chats["discord"]
    assert isinstance(chat, DiscordChat)
    return chat.bot


def slack_of(parts: Parts) -> SlackChat:
    """Return the Slack of a process."""
    assert parts.gateway is not None
    chat = parts.gateway.chats["slack"]
    assert isinstance(chat, SlackChat)
    return chat


def identity_at(s: SlackStandIn) -> Identity:
    """Return who the bot is at a stand-in, as `auth.test` says."""
    return Identity(
        team_id=s.world.team_id,
        bot_id=s.world.bot_id,
        bot_user_id=s.world.bot.id,
        workspace_url="https://team.slack.example/",
        bot_name=s.world.bot.name,
    )


class Nobody:
    """Stands for a port that is not called."""

    def __init__(self, name: str = "nobody") -> None:
        self.name = name

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"nobody is there to {name}")


def handler_of(parts: Parts, path: str) -> Handler:
    """Return what answers requests for this path."""
    (route,) = [route for route in parts.work.routes if route.path == path]
    return route.handler
