"""Putting results into channels, exactly once, and keeping placeholders up to date."""
