"""The link that adds the bot to a server, with the rights that it needs and no others."""

import discord

SCOPES = ("bot", "applications.commands")
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    attach_files=True,
    read_message_history=True,
)


def invite_link(application_id: int) -> str:
    """Return the link; whoever opens it chooses the server."""
    return discord.utils.oauth_url(application_id, permissions=PERMISSIONS, scopes=SCOPES)


def missing_permissions(value: int) -> list[str]:
    """Return the names, as people see them, of what the bot needs and these permissions lack."""
    lacking = discord.Permissions(PERMISSIONS.value & ~value)
    return [name.replace("_", " ").title() for name, is_set in lacking if is_set]
