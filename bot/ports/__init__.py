"""The protocols between the parts. They may import `bot.domain` only."""
