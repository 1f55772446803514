"""The bot at Slack: rendering, commands, messages, answers. May import screens and ports."""
