"""The database's part: where jobs are kept."""

from bot.doctor.database import judge_database
from bot.doctor.findings import Finding, fail
from bot.domain.errors import StoreError
from bot.event_loop import run as run_in_loop
from bot.setup.draft import Draft
from bot.setup.terminal import ask, head, say
from bot.store.inspection import inspect_database


def ask_database(draft: Draft) -> None:
    """Ask for the address, and look whether it can be used."""
    head("Database")
    say("  A file is enough for one process; PostgreSQL is for hosts that wipe their disk.")
    ask(draft, "DATABASE_URL", "Database", _judge)


def _judge(url: str) -> list[Finding]:
    try:
        return judge_database(run_in_loop(inspect_database(url)))
    except StoreError as error:
        return [fail(str(error), "correct it, or start the database")]
