"""imagine-bot: Midjourney in a team's chat. docs/how-it-works.md says where things are."""
