"""The app at Slack: what Slack tells it, by socket or by request, and its way to stay connected.

May import connection; what is told goes to whoever hears (`Hears`).
"""

from bot.platforms.slack.app.listeners import Hears, Listeners
from bot.platforms.slack.app.requests import MAX_BODY_BYTES, RequestHandler
from bot.platforms.slack.app.running import run_slack
from bot.platforms.slack.app.sockets import SocketMode

__all__ = ["MAX_BODY_BYTES", "Hears", "Listeners", "RequestHandler", "SocketMode", "run_slack"]
