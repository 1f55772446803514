"""How long the Slack adapter waits for what: all of its deadlines in one value. Pure.

Slack wants a request acknowledged within 3 seconds, and slack_sdk sets no timeouts on a session
that is given to it.
"""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.timings import TIMINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackTimings:
    """The product's own; tests give others."""

    # ── The answer to an interaction ──
    acknowledge_after_s: float = 2.0  # at the latest
    acknowledge_timeout_s: float = 3.0  # Slack waits no longer
    slow_after_s: float = 4.0  # then a sentence says so, where jobs may come of it
    form_within_s: float = 2.0  # a form must be opened within 3 s
    person_within_s: float = 1.0  # for who somebody is; a part of the times before
    channel_within_s: float = 3.0  # for whether the bot can post there
    answer_timeout_s: float = 10.0  # for the call that gives an answer
    answer_again_after_s: float = 1.0  # once, of what Slack may not have taken

    # ── Calls ──
    call_timeout_s: float = 15.0
    upload_timeout_s: float = 60.0  # for the bytes of one file
    download_timeout_s: float = 60.0  # the same
    # An uploaded file can be shown once Slack has processed it, mostly after 1 or 2 seconds.
    processing_timeout_s: float = 20.0
    processing_pause_s: float = 1.0  # between two looks
    # After a post whose answer was lost: what Slack has not posted by then, it never does.
    post_settles_within: timedelta = timedelta(seconds=30)

    # ── The connection ──
    connect_timeout_s: float = 10.0  # for each of its steps
    # A connection is dead when a ping has no answer for half as long, so after 4.5 s at the latest.
    ping_every_s: float = 3.0
    leave_within_s: float = 10.0  # after Slack asked for it; a new connection is there by then
    stable_after_s: float = 30.0  # a connection that lasted so long is replaced at once
    max_reconnect_wait_s: float = 30.0
    check_token_every_s: float = 600.0  # where there is no connection to lose
    start_within_s: float = 1.0  # for what comes by HTTP before we know who we are
    read_timeout_s: float = 3.0  # for the body of a request; Slack waits no longer
    finish_timeout_s: float = 1.5  # for what was heard, when the process ends
    socket_close_timeout_s: float = 0.5

    # ── Placeholders ──
    # A change is given up half a minute after its words were read from the store, and what Slack
    # has not done a quarter of a minute later, it never does.
    edit_settles_within: timedelta = timedelta(seconds=TIMINGS.change_timeout_s + call_timeout_s)


SLACK_TIMINGS = SlackTimings()
