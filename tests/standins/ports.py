"""Ports for servers of the tests."""

import random
import socket

# Below those that Linux gives to outgoing connections: one of them could take a port between our
# look and the server's start.
_PORTS = range(20_000, 32_000)


def free_port() -> int:
    """Give a port that nothing listens on, at random: other tests look for one beside us."""
    chance = random.SystemRandom()  # the seeded one is the same in all processes
    while True:
        port = chance.choice(_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
            except OSError:
                continue
        return port
