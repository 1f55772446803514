"""One package a chat platform. May import all but workers, store, web, wiring and app."""
