"""Settings of a bot before stand-ins; they read neither the environment nor `.env`."""

from typing import Any

from pydantic import SecretStr

from bot.config import Settings
from tests.standins.discord import DiscordStandIn

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
    }
    return Settings.model_validate({**given, **others})
