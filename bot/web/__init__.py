"""The web listener: the provider's callbacks and the health of the process."""

from bot.web.server import WebServer
from bot.web.tags import CallbackTags

__all__ = ["CallbackTags", "WebServer"]
