"""The answer to one interaction, within 3 seconds. May import connection, messenger, rendering."""

from bot.platforms.slack.reply.home import HomeReply
from bot.platforms.slack.reply.occasion import Occasion
from bot.platforms.slack.reply.reply import SlackReply

__all__ = ["HomeReply", "Occasion", "SlackReply"]
