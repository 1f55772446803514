"""A world in which the life of a job can be lived through in a moment, with every accident.

Ours is real: services, workers, store, the adapters on discord.py and slack_sdk. The outside is
small and honest: a provider, a chat, a clock that stands still until it is moved.
"""
