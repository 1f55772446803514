"""Pure values and rules, without I/O. Imports nothing else of the bot."""
