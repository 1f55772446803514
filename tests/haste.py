"""The limits of the bot that would make a busy machine a reason to fail."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.timings import Timings
from bot.platforms.discord import ImagineBot
from bot.platforms.discord.timings import DiscordTimings
from bot.platforms.slack.timings import SlackTimings
from bot.store.limits import DatabaseLimits
from tests.timing import TIMEOUT_S

# It waits for its work, and does not answer "thinking…" first.
UNHURRIED = DiscordTimings(
    thinking_after_s=TIMEOUT_S,
    slow_after_s=2 * TIMEOUT_S,
    form_within_s=TIMEOUT_S,
)
PATIENT = Timings(language_within_s=TIMEOUT_S)
# It waits for pictures, too.
UNHURRIED_PICTURES = replace(
    PATIENT, thumbnails_within_s=TIMEOUT_S, thumbnail_link_timeout_s=TIMEOUT_S
)
# So does Slack's side, which soon looks again for a post whose answer was lost.
UNHURRIED_SLACK = SlackTimings(
    acknowledge_after_s=TIMEOUT_S,
    acknowledge_timeout_s=TIMEOUT_S,
    slow_after_s=2 * TIMEOUT_S,
    form_within_s=TIMEOUT_S,
    person_within_s=TIMEOUT_S,
    channel_within_s=TIMEOUT_S,
    processing_pause_s=0.1,
    post_settles_within=timedelta(seconds=1),
)
# A disk may stand still for long, and PostgreSQL waits for the next statement, too.
UNHURRIED_DATABASE = DatabaseLimits(transaction_timeout_s=TIMEOUT_S, idle_timeout_s=TIMEOUT_S)
# It answers "thinking…" soon.
HURRIED = replace(UNHURRIED, thinking_after_s=0.05)
SWIFT = replace(PATIENT, language_within_s=0.05)  # and does not wait for the language chosen


def set_limits(bot: ImagineBot, **limits: Any) -> None:
    """Let the bot have these limits of `DiscordTimings` from now on."""
    bot.discord_timings = replace(bot.discord_timings, **limits)
