"""Timeouts and limits of the web listener, as one value. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WebLimits:
    """The defaults are the product's; tests pass others."""

    # ── Connections ──
    # A process may have 1024 files open by default, and the bot wants some for its own calls.
    max_connections: int = 256
    head_timeout_s: float = 10.0  # for the first request's head, however slowly it trickles
    answer_timeout_s: float = 30.0  # for an answer that the client does not read, as for a picture
    keep_alive_s: float = 75.0
    # How long the rest of a refused body is read, so that its sender can read the answer.
    linger_s: float = 2.0
    # Handlers take milliseconds; a body that is still coming gets 1 s. aiohttp's default is 60 s.
    shutdown_timeout_s: float = 1.0

    # ── Callbacks ──
    read_timeout_s: float = 10.0  # for the whole body, however slowly it trickles

    # ── Attached images ──
    max_images: int = 16  # in memory, however slowly clients read them
    image_place_timeout_s: float = 5.0  # for one of these places
    send_timeout_s: float = 30.0  # for a whole image

    # ── Health and metrics ──
    check_timeout_s: float = 5.0
    checks_good_for_s: float = 1.0
    stats_good_for_s: float = 5.0  # so that many scrapers cannot overload the database


WEB_LIMITS = WebLimits()
