"""The demo: the product as it is, with stand-ins for the two outside worlds."""
