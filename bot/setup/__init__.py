"""`python -m bot setup`."""
