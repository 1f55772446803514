"""A world in which the life of a job can be lived through in a moment, with every accident.

Ours is real: service, dispatcher, reconciler, deliverer, store, the Discord adapter on discord.py.
The outside is small and honest: a provider, a Discord, a clock that stands still until it is moved.
"""
