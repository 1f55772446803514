"""The questions in their order, and what becomes of the answers."""

import click

from bot.command_line import run_in_loop
from bot.config import ENV_FILE, read_environment
from bot.doctor import as_text, examine, exit_status
from bot.domain.errors import ConfigError
from bot.setup.address import ask_address
from bot.setup.database import ask_database
from bot.setup.discord import DiscordQuestions
from bot.setup.draft import Draft
from bot.setup.hosts import NAMES, commands_for
from bot.setup.midjourney import ask_midjourney
from bot.setup.slack import ask_slack
from bot.setup.terminal import choose, has_terminal, head, say

_TOKENS = {"discord": "DISCORD_TOKEN", "slack": "SLACK_BOT_TOKEN"}
_FINDS_ADDRESS = {"fly", "railway", "render"}  # they tell the bot its own address


def run_setup(host: str | None = None) -> int:
    """Ask everything and write `.env`, or print what a host is told; return the exit status.

    Each answer is written at once, so setup can be left at any question and taken up later.

    Raises:
        ConfigError: nobody can answer, or `.env` can't be read or written.
    """
    if not has_terminal():
        problem = "setup asks questions and needs a terminal; without one, see .env.example"
        raise ConfigError([problem])
    draft = Draft(environment=read_environment(), file=ENV_FILE if host is None else None)
    say("Press Enter to keep what is in brackets, or to skip a question; Ctrl+C stops.")
    try:
        _ask(draft, host)
    except (click.Abort, KeyboardInterrupt):
        return _leave(draft)
    if host is not None:
        click.echo(f"\n{commands_for(host, draft.all(_told_to(host)))}")
        return 0
    _say_what_was_written(draft)
    return _examine()


def _ask(draft: Draft, host: str | None) -> None:
    _ask_platforms(draft)
    ask_midjourney(draft)
    if host is None:
        ask_database(draft)
    if host not in _FINDS_ADDRESS:
        ask_address(draft)


def _ask_platforms(draft: Draft) -> None:
    present = [name for name, token in _TOKENS.items() if draft.has(token)]
    usual = "both" if len(present) > 1 else "".join(present) or "discord"
    chosen = choose("Where does your team chat?", [*_TOKENS, "both"], usual)
    if chosen in {"discord", "both"}:
        DiscordQuestions(draft).ask()
    if chosen in {"slack", "both"}:
        ask_slack(draft)


def _told_to(host: str) -> tuple[str, ...]:
    return NAMES if host in _FINDS_ADDRESS else (*NAMES, "PUBLIC_URL")


def _leave(draft: Draft) -> int:
    say()
    if draft.file is not None and draft.answered:
        say(f"Stopped. {', '.join(draft.answered)} stay in {ENV_FILE}; run setup again to go on.")
    else:
        say("Stopped. Nothing was changed.")
    return 1


def _say_what_was_written(draft: Draft) -> None:
    say()
    if not draft.answered:
        say(f"Nothing to change in {ENV_FILE}.")
        return
    say(f"Wrote {', '.join(draft.answered)} to {ENV_FILE}.")
    read = read_environment().values
    for name, value in draft.answered.items():
        if read.get(name, "") != value:
            say(f"  ! {name} is also set in this terminal's environment, which wins")


def _examine() -> int:
    head("Doctor")
    groups = run_in_loop(examine(read_environment()))
    say(as_text(groups))
    status = exit_status(groups)
    if status == 0:
        say("Start the bot with: python -m bot run")
    return status
