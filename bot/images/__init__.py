"""Images on their way: the safe download, and re-encoding to a size limit or without metadata."""

from bot.images.cleaning import clean_png
from bot.images.download import FetchPolicy, HttpImageFetcher
from bot.images.fitting import fit

__all__ = ["FetchPolicy", "HttpImageFetcher", "clean_png", "fit"]
