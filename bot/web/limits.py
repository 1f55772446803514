"""How long the web listener waits for whom, and how much it takes on: one value for all. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WebLimits:
    """The product's own; tests give others."""

    # ── Connections ──
    # A process may have 1024 files open by default, and the bot wants some for its own calls.
    max_connections: int = 256
    head_timeout_s: float = 10.0  # for the first request's head, however slowly it trickles
    answer_timeout_s: float = 30.0  # for an answer that is not taken, as for a picture
    keep_alive_s: float = 75.0
    # For the rest of a body that nobody wants, so that whoever sends it gets to see the answer.
    linger_s: float = 2.0
    # Handlers take milliseconds; whoever still sends a body has 1 s. aiohttp's default is 60 s.
    shutdown_timeout_s: float = 1.0

    # ── Callbacks ──
    read_timeout_s: float = 10.0  # for the whole body, however slowly it trickles

    # ── Attached images ──
    max_images: int = 16  # in memory, however slowly they are taken
    image_place_timeout_s: float = 5.0  # for one of these places
    send_timeout_s: float = 30.0  # for a whole image

    # ── Health and metrics ──
    check_timeout_s: float = 5.0
    checks_good_for_s: float = 1.0
    stats_good_for_s: float = 5.0  # so that no number of scrapers wears the database out


WEB_LIMITS = WebLimits()
