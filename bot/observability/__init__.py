"""Logs, counters and the lag of the event loop. May import domain and ports."""
