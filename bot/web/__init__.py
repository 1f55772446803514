"""The web server: callbacks, attached images, health, metrics. May import domain and ports."""

from bot.web.server import WebServer
from bot.web.signing import CallbackTags, ReferenceTags, SelfCallTags

__all__ = ["CallbackTags", "ReferenceTags", "SelfCallTags", "WebServer"]
