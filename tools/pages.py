"""Writes the pages that follow from the code: `make docs`. A test holds them against it."""

from pathlib import Path

from pydantic.fields import FieldInfo

from bot.config import Settings
from bot.store.tables import metadata
from tools.kept import KEPT, RETENTION, WAITS_AT_MOST

ROOT = Path(__file__).parents[1]
FIELDS = Settings.model_fields
# What a newcomer fills in comes first, and then what is often changed.
ASKED_FOR = (
    "discord_token", "allowed_guilds", "slack_bot_token", "slack_app_token", "midjourney_api_key",
)  # fmt: skip
FIRST = (*ASKED_FOR, "public_url", "database_url", "allowed_teams")

SETTINGS = """\
# Settings

Set them as environment variables or in `.env`; the environment wins. Quotes and blanks around a \
value are not part of it. At its start the bot names every wrong value, and every name that is \
nearly a setting.

{table}
"""

PRIVACY = """\
# What this bot keeps

*A template for whoever runs the bot. Replace what stands in capitals, and give its address in \
Discord's Developer Portal (Privacy Policy URL) or on Slack's app page.*

This bot is run by OPERATOR (CONTACT). It draws pictures with Midjourney for people in a chat. It \
acts on its commands, buttons and forms, and on a message that somebody picks from that \
message's menu. To post nothing twice, it may look for its own messages in a channel; what others \
write there it neither keeps nor uses.

| what is kept | what for | until |
|---|---|---|
{table}

A job that is not drawn within {waits} ends by itself. Pictures are uploaded to the chat and not \
kept by the bot: `Delete` below them removes them there. Log lines carry ids of jobs, and \
neither prompts nor names.

## Who else sees it

- **midjourney-api.com** gets the prompts, and fetches attached pictures. It is not told who asks.
- **Discord or Slack** carries every message and stores the posted pictures.
- **The host** on which the bot runs stores its database and its log.

## To have it erased

Ask CONTACT. The operator runs these lines on the database, with the person's id: \
`discord:<user id>` or `slack:<team id>/<user id>`. On SQLite, `PRAGMA foreign_keys = ON;` comes \
first. Jobs that are being drawn are erased too; what they cost stays charged.

```sql
{erasing}
```
"""

TERMS = """\
# Terms of use

*A template for whoever runs the bot. Replace what stands in capitals, and give its address in \
Discord's Developer Portal (Terms of Service URL) or on Slack's app page.*

1. OPERATOR (CONTACT) runs this bot for the people of NAMES OF SERVERS OR WORKSPACES. Each picture \
costs OPERATOR money.
2. Limits: {daily} jobs a person in 24 hours, {waiting} waiting at once, {batch} from one prompt. \
OPERATOR may change them, and may exclude people who misuse the bot.
3. Prompts go to Midjourney by way of midjourney-api.com. The rules of both hold for what you ask \
for, and so do those of the chat. Don't ask for what they forbid.
4. Attach only pictures that you may use. The provider fetches them at an address that nobody can \
guess.
5. Pictures are posted where you asked for them, and everybody there sees them and the prompt. \
With `private`, only you do.
6. A machine draws them: nobody promises that a picture is free of others' rights, correct, or \
what you wanted. Whether you may use one commercially, Midjourney's terms say.
7. The bot may fail, lose its settings, or end. Finished jobs are forgotten after {retention}, and \
their buttons with them; messages in the chat stay.
8. [privacy.md](privacy.md) says what is kept, and how to have it erased.
"""

ENV_EXAMPLE = """\
# Copy this file to .env and fill in the key and the tokens of Discord, of Slack, or of both. \
Everything else has a
# sensible default.

{settings}
"""


def pages() -> dict[str, str]:
    """Return each page's text by its path."""
    return {
        ".env.example": ENV_EXAMPLE.format(settings="\n\n".join(map(_env_lines, _in_order()))),
        "docs/settings.md": SETTINGS.format(table=_settings_table()),
        "docs/privacy.md": PRIVACY.format(
            table="\n".join(f"| {each.what} | {each.why} | {each.until} |" for each in KEPT),
            waits=WAITS_AT_MOST,
            erasing="\n".join(
                f"DELETE FROM {table.name} WHERE person = '…';"
                for table in metadata.sorted_tables
                if "person" in table.c
            ),
        ),
        "docs/terms.md": TERMS.format(
            daily=FIELDS["daily_jobs_per_user"].default,
            waiting=FIELDS["max_waiting_per_user"].default,
            batch=FIELDS["max_batch"].default,
            retention=RETENTION,
        ),
    }


def _in_order() -> list[str]:
    return [*FIRST, *(name for name in FIELDS if name not in FIRST)]


def _settings_table() -> str:
    rows = [
        f"| `{name.upper()}` | {_shown_default(FIELDS[name])} | {FIELDS[name].description} |"
        for name in _in_order()
    ]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows])


def _env_lines(name: str) -> str:
    field = FIELDS[name]
    line = f"{name.upper()}={'' if field.is_required() else _default(field)}"
    return f"# {field.description}\n{line if name in ASKED_FOR else f'# {line}'}"


def _shown_default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    default = _default(field)
    return f"`{default}`" if default else ""


def _default(field: FieldInfo) -> str:
    """Return the default as one would write it, and nothing for none."""
    match field.default:
        case bool() | None:
            return ""
        case tuple() as values:
            return ",".join(values)
        case float() as value:
            return f"{value:g}"
        case value:
            return str(value)


def main() -> None:
    """Write them all."""
    for path, text in pages().items():
        (ROOT / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
