"""The answer to one interaction, within Discord's 3 seconds, and what a person is told in it."""
