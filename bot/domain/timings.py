"""How long the parts of a process wait, and how often they look: one value for all. Pure.

`bot.wiring` hands it to whoever needs it. Limits that are no times, and times that are promises
(how long a lease holds), stand beside what they are about.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """The product's own; tests give others."""

    # ── Leases (`bot.workers.leadership`) ──
    renew_every: timedelta = timedelta(seconds=5)  # a lease holds for 15 s: two may fail
    try_every_s: float = 1.0  # so that whoever waits follows soon after the end of a lease
    # It would end by itself, and a stop has 8 s in all. The dispatcher's last word has as long.
    release_timeout_s: float = 0.5

    # ── Commands (`bot.services.imagine`, and the platforms that hear them) ──
    store_timeout: timedelta = timedelta(seconds=5)  # somebody waits, and looks at "thinking…"
    # A job may be claimed this long after a command that nobody answered.
    answer_grace: timedelta = timedelta(seconds=5)

    # ── Answers (`bot.screens`) ──
    language_within_s: float = 0.3  # of the second in which an answer should stand there
    suggestions_within_s: float = 1.0  # the typing goes on; a list that comes late helps nobody

    # ── Pictures that somebody waits for (`bot.services.posted_pictures`, and screens) ──
    # A dead link of the provider is tried for about 8 s, and a message of ours has the same one.
    image_link_timeout_s: float = 2.5  # for one picture of a message
    repost_links_timeout_s: float = 4.0  # for all pictures of a result that is posted once more
    thumbnail_link_timeout_s: float = 0.75
    thumbnails_within_s: float = 1.5  # a list without pictures is better than one that comes late

    # ── Status polls (`bot.workers.reconciler`) ──
    # A job whose deadline is this old fails even if the provider never answered a final poll.
    final_poll_timeout: timedelta = timedelta(hours=1)

    # ── The outbox (`bot.workers.outbox`, `results`, `placeholders`) ──
    # For fetching a result's pictures, then for each step of posting it. Beyond all timeouts
    # within: only a defect can reach it.
    attempt_timeout_s: float = 600.0
    rest: timedelta = timedelta(seconds=2)  # between two changes of one placeholder
    change_timeout_s: float = 30.0  # for one of them
    # So that a platform that suppresses repeats for a few minutes gets several chances to do so.
    retry_in_doubt: timedelta = timedelta(seconds=5)

    # ── Cleaning up (`bot.workers.janitor`) ──
    batch_pause_s: float = 0.1  # between two batches, so that others have their turn

    # ── Our public address (`bot.web.address_watch`) ──
    first_self_call_s: float = 30.0  # hosts send no requests to a process that just began
    self_call_every_s: float = 3600.0

    # ── The end (`bot.app`) ──
    # For work under way. Closing Discord and the web server may add 3 s; a stop has 8 s in all.
    drain_s: float = 4.5


TIMINGS = Timings()
