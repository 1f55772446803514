"""Slack's messages: sent, found, changed and deleted. May import connection and rendering."""

from bot.platforms.slack.messenger.messenger import SlackMessenger
from bot.platforms.slack.messenger.uploads import Uploads

__all__ = ["SlackMessenger", "Uploads"]
