"""Settings, read from the environment and checked. May import domain only."""

from bot.config.environment import Environment, read_environment
from bot.config.hosts import EPHEMERAL_PLATFORMS
from bot.config.settings import Settings, StoreSettings

__all__ = [
    "EPHEMERAL_PLATFORMS",
    "Environment",
    "Settings",
    "StoreSettings",
    "read_environment",
]
