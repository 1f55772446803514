"""The demo: the product between two stand-ins. May import everything but tests."""
