"""Posting results exactly once, and updating placeholders. May import cards, and the core."""
