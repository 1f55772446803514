"""The routes that tests name most, as the stand-in serves them and notes its calls."""

CALLBACK = "/interactions/{interaction_id}/{token}/callback"
WEBHOOK = "/webhooks/{application_id}/{token}"
BY_TOKEN = f"{WEBHOOK}/messages/{{message_id}}"
MESSAGES = "/channels/{channel_id}/messages"
ONE_MESSAGE = f"{MESSAGES}/{{message_id}}"
COMMANDS = "/applications/{application_id}/commands"
