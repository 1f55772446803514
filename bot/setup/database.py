"""The database's part: where jobs are kept."""

from bot.command_line import run_in_loop
from bot.doctor.database import check_address
from bot.doctor.findings import Finding
from bot.setup.draft import Draft
from bot.setup.terminal import ask, head, say


def ask_database(draft: Draft) -> None:
    """Ask for the address, and look whether it can be used."""
    head("Database")
    say("  A file is enough for one process; PostgreSQL is for hosts that wipe their disk.")
    ask(draft, "DATABASE_URL", "Database", _judge)


def _judge(url: str) -> list[Finding]:
    return run_in_loop(check_address(url))
