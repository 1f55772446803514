"""The safe download of images, and re-encoding them. May import domain only."""

from bot.images.cleaning import clean_png
from bot.images.download import FetchPolicy, HttpImageFetcher
from bot.images.fitting import THUMBNAIL_EXTENSION, fit, thumbnail

__all__ = [
    "THUMBNAIL_EXTENSION",
    "FetchPolicy",
    "HttpImageFetcher",
    "clean_png",
    "fit",
    "thumbnail",
]
