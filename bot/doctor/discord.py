"""Discord: the token, the application behind it, its servers and what the bot may do there."""
