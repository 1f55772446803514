"""What the bot keeps, for how long and what for: the source of docs/privacy.md.

A test holds it against the tables: a column that nobody describes here fails it.
"""

import math
from dataclasses import dataclass
from datetime import timedelta

from bot.config import Settings
from bot.platforms.discord.connection.tokens import TOKEN_LIFE
from bot.services.references import KEPT_FOR as PICTURES_KEPT_FOR
from bot.workers.janitor import DRAFTS_KEPT_FOR, LONGEST_WAIT


def _hours(time: timedelta) -> str:
    return f"{time.total_seconds() / 3600:g} hours"


RETENTION = f"{Settings.model_fields['retention_days'].default} days"
AFTER_ITS_END = f"{RETENTION} after the job's end (`RETENTION_DAYS`)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One kind of data."""

    what: str
    why: str
    until: str
    columns: tuple[str, ...]  # "table.column", or "table.*" for what no other entry names


KEPT = (
    Kept(
        what="**Prompts**: the words, options and style of each job, and remarks about them",
        why="To draw the job, to show it below its pictures, and for the buttons `Again`, `Edit` "
        "and `Vary`",
        until=AFTER_ITS_END,
        columns=("jobs.prompt", "jobs.mode", "jobs.remarks", "jobs.varied_number",
                 "jobs.varied_message_url", "jobs.is_private"),
    ),
    Kept(
        what="**Who asked**: the ids that Discord or Slack gives the person, and the language "
        "they use",
        why="To answer them, for limits and a fair order, and to show their own jobs to them only",
        until=AFTER_ITS_END,
        columns=("jobs.person", "jobs.platform", "jobs.locale", "jobs.source_key",
                 "jobs.interaction_id"),
    ),
    Kept(
        what="**Where**: the ids of server or workspace, channel and message",
        why="To post the pictures where they were asked for, once",
        until=AFTER_ITS_END,
        columns=("jobs.tenant_id", "jobs.conversation_id", "jobs.conversation_kind",
                 "jobs.placeholder_id", "deliveries.*", "outbox.*"),
    ),
    Kept(
        what="**Pass for an answer**: what lets the bot answer one command, nothing else",
        why="To show how the job goes on",
        until=f"{math.ceil(TOKEN_LIFE / timedelta(minutes=1))} minutes",
        columns=("jobs.reply_token", "jobs.reply_token_ends_at"),
    ),
    Kept(
        what="**The job's life**: times, status, the provider's task id, links to the pictures at "
        "the provider, and why it failed if it did",
        why="To finish each job once and never pay twice",
        until=AFTER_ITS_END,
        columns=("jobs.*",),
    ),
    Kept(
        what="**Open questions and refused prompts**: the prompt and its options",
        why="To draw or edit it once the person has answered",
        until=_hours(DRAFTS_KEPT_FOR),
        columns=("drafts.*",),
    ),
    Kept(
        what="**Attached pictures**: drawn anew without their metadata, and who attached them",
        why="The provider fetches them under a signed address",
        until=f"{_hours(PICTURES_KEPT_FOR)} after a job last needed them",
        columns=("reference_images.*",),
    ),
    Kept(
        what="**Presets** that a person saves",
        why="To offer them",
        until="The person deletes them",
        columns=("presets.*",),
    ),
    Kept(
        what="**Settings** that a person makes: mode, parameters, language, messages, questions",
        why="To follow them",
        until="The operator erases them (see below)",
        columns=("preferences.*",),
    ),
    Kept(
        what="**The bot's own notes**: which process leads, the secret of its addresses, how fast "
        "the provider takes jobs. Nothing about people",
        why="To run",
        until="Always",
        columns=("leases.*", "settings.*"),
    ),
)  # fmt: skip

WAITS_AT_MOST = _hours(LONGEST_WAIT)
