"""Slack's messages: sent, found, changed and deleted. May import connection and rendering."""

from bot.platforms.slack.messenger.messenger import SlackMessenger
from bot.platforms.slack.messenger.uploader import Uploader

__all__ = ["SlackMessenger", "Uploader"]
