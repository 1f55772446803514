"""Images on their way to the chat: the safe download, and re-encoding to a size limit."""

from bot.images.download import FetchPolicy, HttpImageFetcher
from bot.images.fitting import fit

__all__ = ["FetchPolicy", "HttpImageFetcher", "fit"]
