"""The long soak: `make soak`, or `make soak ARGS="--minutes 20 --seed 7"`."""

import asyncio
import logging
import random
import sys
import tempfile
import time
from collections.abc import Container, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import click

from tests.soak.forms import LONG, Form
from tests.soak.slack_side import SLACK_LONG, SlackSoak
from tests.soak.table import Counts, table
from tests.soak.world import Soak
from tests.standins.pgbouncer import find_pgbouncer, pooled
from tests.standins.postgresql import PostgresServer, find_server_programs

TELL_EVERY_S = 10.0
SQLITE, POSTGRESQL, POOLER = "SQLite", "PostgreSQL", "PgBouncer"
DISCORD = "Discord"
CHATS: dict[str, tuple[type[Soak], Form]] = {
    DISCORD: (Soak, LONG),
    "Slack": (SlackSoak, SLACK_LONG),
}


@click.command()
@click.option("--minutes", default=5.0, show_default=True, help="How long the storm lasts.")
@click.option("--seed", default=None, help="Of every accident; as an earlier run told it.")
@click.option(
    "--database",
    "only",
    type=click.Choice([SQLITE, POSTGRESQL], case_sensitive=False),
    help="Only this one; without it both at the same time.",
)
@click.option(
    "--chat",
    type=click.Choice(list(CHATS), case_sensitive=False),
    default=DISCORD,
    show_default=True,
    help="Where people ask.",
)
@click.option("--processes", default=3, show_default=True, help="On PostgreSQL.")
@click.option("--pooler", is_flag=True, help="Only PostgreSQL, through PgBouncer.")
def main(
    *,
    minutes: float,
    seed: str | None,
    only: str | None,
    chat: str,
    processes: int,
    pooler: bool,
) -> None:
    """Let everything go wrong for some minutes; nothing may be lost, doubled or paid twice."""
    seed = seed or str(random.randrange(10**6))
    # The stand-ins' servers tell of every request that a killed process cut short.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    folder = Path(tempfile.mkdtemp(prefix="imagine-bot-soak-"))
    click.echo(f"seed {seed}, {minutes:g} minutes, logs in {folder}")
    sizes = {POOLER: processes} if pooler else {SQLITE: 1, POSTGRESQL: processes}
    chosen = {name: size for name, size in sizes.items() if pooler or only in {None, name}}
    kind, form = CHATS[chat]
    form = replace(form, seconds=minutes * 60)
    problems = asyncio.run(_soak(folder, seed, kind, form, chosen))
    if problems:
        same = f"--chat {chat} --seed {seed} --minutes {minutes:g}{' --pooler' * pooler}"
        click.echo(f'Once more: make soak ARGS="{same}"')
    sys.exit(problems > 0)


async def _soak(
    folder: Path, seed: str, kind: type[Soak], form: Form, sizes: dict[str, int]
) -> int:
    """Return how many problems there are."""
    columns: dict[str, Counts] = {}
    problems: list[str] = []

    async def run(name: str, size: int, url: str | None) -> None:
        own = folder / name
        own.mkdir()
        async with kind.up(own, form, seed, database_url=url, processes=size) as soak:
            telling = asyncio.create_task(_tell(name, soak))
            await soak.storm()
            click.echo(f"{name}: the storm is over")
            violations = await soak.settle()
            telling.cancel()
            columns[name] = soak.counts(violations)
            problems.extend(f"{name}: {problem}" for problem in violations.problems)

    with ExitStack() as stack:
        urls = _databases(sizes, stack)
        try:
            async with asyncio.TaskGroup() as group:
                for name, size in sizes.items():
                    group.create_task(run(name, size, urls.get(name)))
        except* AssertionError as failed:
            problems.extend(map(str, _leaves(failed)))
    click.echo("\n".join(table(columns)))
    click.echo("\n".join(problems or ["Nothing was lost, doubled or paid twice."]))
    return len(problems)


def _databases(names: Container[str], stack: ExitStack) -> dict[str, str]:
    """Return the addresses of those that need a server, which `stack` ends."""
    programs = find_server_programs()
    assert programs is not None, "PostgreSQL's server programs are not installed"
    server = stack.enter_context(PostgresServer.started(programs))
    urls = {name: server.new_database() for name in (POSTGRESQL, POOLER) if name in names}
    if POOLER in urls:
        program = find_pgbouncer()
        assert program is not None, "PgBouncer is not installed"
        urls[POOLER] = stack.enter_context(pooled(program, server, urls[POOLER]))
    return urls


def _leaves(group: BaseExceptionGroup[AssertionError]) -> Iterator[AssertionError]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error


async def _tell(name: str, soak: Soak) -> None:
    """Say every few seconds how far it is."""
    started = time.monotonic()
    while True:
        await asyncio.sleep(TELL_EVERY_S)
        minutes, seconds = divmod(int(time.monotonic() - started), 60)
        click.echo(f"{minutes:3}:{seconds:02} {name:10} {soak.progress()}")


main()
