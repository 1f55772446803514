"""How long the Discord adapter waits for what: all of its deadlines in one value. Pure.

`bot.wiring` hands it to the bot, and everything that has the bot reads it there. Discord wants the
first answer to an interaction within 3 seconds; discord.py itself sets no timeouts.
"""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.timings import TIMINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordTimings:
    """The product's own; tests give others."""

    # ── The first answer to an interaction ──
    thinking_after_s: float = 1.0  # then "thinking…" appears
    slow_after_s: float = 4.0  # then a sentence says so, where jobs may come of it
    form_within_s: float = 2.0  # a form cannot come after "thinking…"; with the way there below 3 s
    membership_within_s: float = 1.5  # somebody waits for the answer to a command
    answer_timeout_s: float = 10.0  # for the call that gives an answer, or looks at it

    # ── Calls ──
    call_timeout_s: float = 15.0
    send_timeout_s: float = 60.0  # uploads 24 MiB, and may wait for a rate limit
    # A longer rate limit is an error instead of a wait; 30 is the least that discord.py takes.
    max_rate_limit_wait_s: float = 30.0

    # ── Placeholders ──
    placeholder_timeout_s: float = 20.0  # for one change, with all of its calls
    # A change is given up half a minute after its words were read from the store, and what Discord
    # has not done a quarter of a minute later, it never does. Then nothing older can be shown.
    edit_settles_within: timedelta = timedelta(seconds=TIMINGS.change_timeout_s + call_timeout_s)

    # ── The connection ──
    login_timeout_s: float = 30.0
    register_timeout_s: float = 60.0
    close_timeout_s: float = 2.0  # the web socket's own is 30 s, and a stop has 8 s in all
    max_reconnect_wait_s: float = 60.0
    stable_after_s: float = 120.0  # a connection that held this long was a good one


DISCORD_TIMINGS = DiscordTimings()
