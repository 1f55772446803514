"""imagine-bot: Midjourney in a team's chat."""
