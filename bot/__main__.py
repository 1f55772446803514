"""The command line: `python -m bot run`, `setup`, `doctor` and so on. Argv to exit code, no logic.

Heavy imports wait until a command needs them.
"""

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Awaitable
from io import TextIOWrapper
from types import FrameType

import click

from bot.command_line import as_typed_here, run_in_loop
from bot.domain.errors import ConfigError, ImagineError

EXIT_FAILURE = 1
EXIT_BAD_SETTINGS = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Midjourney in your team's chat."""


@cli.command()
@click.option(
    "--roles",
    default="web,gateway,worker",
    show_default=True,
    help="What this process does. Several processes need PostgreSQL.",
)
def run(roles: str) -> None:
    """Run the bot."""
    signal.signal(signal.SIGTERM, _leave)  # the imports take a second; then the app listens to it
    gc.disable()  # they make no garbage, and looking for it takes an eighth of that second
    from bot.app import run_until_signalled
    from bot.config import read_environment
    from bot.config.start_warnings import point_out
    from bot.observability.logs import set_up_logging
    from bot.wiring import check_roles, read_roles

    gc.freeze()
    gc.enable()
    wanted = read_roles(roles)
    environment = read_environment()
    settings = environment.settings()
    check_roles(wanted, settings)
    set_up_logging(settings.log_level, settings.log_format)
    point_out(environment, settings)
    run_in_loop(_run_and_exit(run_until_signalled(settings, roles=wanted)))


@cli.command()
def migrate() -> None:
    """Bring the database up to date; needs only DATABASE_URL."""
    from bot.config import read_environment
    from bot.config.start_warnings import point_out_oversights
    from bot.observability.logs import set_up_logging
    from bot.store import migrate_database

    environment = read_environment()
    settings = environment.store_settings()
    set_up_logging(settings.log_level, settings.log_format)
    point_out_oversights(environment)
    run_in_loop(migrate_database(settings.database_url))
    click.echo("The database is up to date.")


@cli.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Where the page is served.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(0.1, 600),
    default=6.0,
    show_default=True,
    help="How long a job takes.",
)
@click.option(
    "--fail",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Share of jobs that fail.",
)
@click.option("--no-browser", is_flag=True, help="Don't open the browser.")
@click.option("--slack", is_flag=True, help="Play Slack, not Discord.")
def demo(*, port: int, seconds: float, fail: float, no_browser: bool, slack: bool) -> None:
    """Try the bot in your browser, without any account."""
    from bot.demo.run import run_demo

    shown = run_demo(
        port=port, seconds=seconds, fail=fail, open_browser=not no_browser, is_slack=slack
    )
    run_in_loop(shown)


@cli.command()
@click.option(
    "--print",
    "host",
    type=click.Choice(["heroku", "fly", "railway", "render"]),
    help="Print the commands for a host instead of writing .env.",
)
def setup(*, host: str | None) -> None:
    """Ask for the settings, check them, and write .env."""
    from bot.setup import run_setup

    sys.exit(run_setup(host))


@cli.command()
@click.option("--json", "in_json", is_flag=True, help="For programs.")
@click.option("-v", "--verbose", is_flag=True, help="Say more about each line.")
def doctor(*, in_json: bool, verbose: bool) -> None:
    """Look for what is wrong, and say what to do."""
    from bot.config import read_environment
    from bot.doctor import as_json, as_text, examine, exit_status

    async def look() -> int:
        groups = await examine(read_environment())
        click.echo(as_json(groups) if in_json else as_text(groups, with_details=verbose))
        return exit_status(groups)

    run_in_loop(_run_and_exit(look()))


@cli.command()
def invite() -> None:
    """Say how the bot gets into a server or channel."""
    from bot.config import read_environment
    from bot.doctor.links import invitations

    async def show() -> None:
        for line in await invitations(read_environment().settings()):
            click.echo(line)

    run_in_loop(_run_and_exit(show()))


@cli.command()
def sync() -> None:
    """Register the commands at Discord now."""
    from bot.config import read_environment
    from bot.platforms.discord import point_at, register_now

    settings = read_environment().settings()
    if settings.discord_token is None:
        raise ConfigError(
            ["DISCORD_TOKEN is not set; Slack's commands stand in the app's manifest"]
        )
    point_at(settings.discord_api_url, settings.discord_gateway_url)
    count = run_in_loop(register_now(settings.discord_token.get_secret_value()))
    click.echo(f"Registered {count} commands. People may have to reload Discord to see them.")


async def _run_and_exit(work: Awaitable[int | None]) -> None:
    """Wait for `work` and then end the process, without waiting for its threads as Python would.

    A thread that looks up a name cannot be interrupted: while a resolver does not answer it takes
    half a minute, and hosts kill a process that has not stopped by then.
    """
    status = await work
    with contextlib.suppress(OSError, ValueError):  # nobody reads any more
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status or 0)


def _leave(_number: int, _frame: FrameType | None) -> None:
    """Stop before anything has begun."""
    sys.exit()


def main() -> None:
    """Run a command; known errors are lines on standard error, never tracebacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # Windows has code pages without our signs
            stream.reconfigure(errors="replace")
    try:
        cli(standalone_mode=True)
    except ConfigError as error:
        for problem in error.problems:
            click.echo(f"imagine-bot: {as_typed_here(problem)}", err=True)
        sys.exit(EXIT_BAD_SETTINGS)
    except ImagineError as error:
        click.echo(f"imagine-bot: {error}", err=True)
        sys.exit(EXIT_FAILURE)


if __name__ == "__main__":
    main()
