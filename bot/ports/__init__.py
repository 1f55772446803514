"""The protocols between the parts, one module per consumer. They may import `bot.domain` only."""
