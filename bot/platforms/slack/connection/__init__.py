"""The way to Slack's Web API. Knows nothing of messages."""

from bot.platforms.slack.connection.client import slack_client, slack_session

__all__ = ["slack_client", "slack_session"]
