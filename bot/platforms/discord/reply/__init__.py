"""The answer to one interaction, within 3 seconds. May import its neighbours, and the core."""
