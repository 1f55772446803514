"""Settings, read from the environment and checked. May import domain only."""

from bot.config.environment import ENV_FILE, Environment, problem_with, read_environment
from bot.config.hosts import EPHEMERAL_PLATFORMS
from bot.config.settings import Settings, StoreSettings

__all__ = [
    "ENV_FILE",
    "EPHEMERAL_PLATFORMS",
    "Environment",
    "Settings",
    "StoreSettings",
    "problem_with",
    "read_environment",
]
