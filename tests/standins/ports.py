"""Ports for servers of the tests that must be known before the server starts."""

import socket

_kept: list[socket.socket] = []


def free_port() -> int:
    """Return a port that the system chose, and keep it until `release_ports`.

    It is bound, but nothing listens: calls to it are refused. Neither an outgoing connection nor
    another server gets it by chance, but one that sets SO_REUSEADDR (asyncio's, PostgreSQL and
    PgBouncer do) can listen on it, and again after a restart.
    """
    has_ipv6 = socket.has_dualstack_ipv6()
    kept = socket.socket(socket.AF_INET6 if has_ipv6 else socket.AF_INET)
    _kept.append(kept)
    if has_ipv6:
        kept.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)  # both at once
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind(("", 0))
    port: int = kept.getsockname()[1]
    return port


def release_ports() -> None:
    """Keep no port any longer; whatever listens on one by now keeps it itself."""
    while _kept:
        _kept.pop().close()
