"""What the token of an interaction opens: the messages that answer it, for a quarter of an hour."""

from datetime import timedelta
from typing import Any

import discord

# Discord: 15 minutes. Less, so that a call made at the last moment still arrives in time.
TOKEN_LIFE = timedelta(minutes=15) - timedelta(seconds=30)
# Discord's name for the first answer to an interaction. discord.py's types know only numbers.
ORIGINAL: Any = "@original"


def webhook_for(client: discord.Client, reply_token: str) -> discord.Webhook:
    """Return the way to an interaction's messages."""
    application_id = client.application_id
    assert application_id is not None  # known since the login
    return discord.Webhook.partial(application_id, reply_token, client=client)


def is_placeholder(answer: discord.Message, asked_at: int) -> bool:
    """Whether this first answer is, or will be, a placeholder.

    It will be while it says "thinking…", or that the bot is slow. It is not when it is older: then
    it is the card whose button was pressed. Nor when it is plain text: then another process, which
    heard of it too, has told the person something else.
    """
    return answer.id > asked_at and (answer.flags.components_v2 or answer.flags.loading)
