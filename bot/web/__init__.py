"""The web listener: the provider's callbacks, attached images, and the health of the process."""

from bot.web.server import WebServer
from bot.web.signing import CallbackTags, ReferenceTags

__all__ = ["CallbackTags", "ReferenceTags", "WebServer"]
