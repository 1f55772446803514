"""What the bot is measured against: the least that does the same job, each a process of its own."""
