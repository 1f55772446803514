"""Settings, read from the environment and checked. May import domain only."""

from bot.config.environment import Environment, load_settings, load_store_settings, read_environment
from bot.config.hosts import EPHEMERAL_PLATFORMS
from bot.config.settings import Settings, StoreSettings

__all__ = [
    "EPHEMERAL_PLATFORMS",
    "Environment",
    "Settings",
    "StoreSettings",
    "load_settings",
    "load_store_settings",
    "read_environment",
]
