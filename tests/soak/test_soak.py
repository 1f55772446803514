"""The short soak: real processes, everything goes wrong at once, and nothing is lost or doubled."""

import asyncio
import os
import random
from pathlib import Path

import click
import pytest

from tests.soak.forms import SHORT, Form
from tests.soak.invariants import OUTCOMES
from tests.soak.slack_side import SLACK_SHORT, SlackSoak
from tests.soak.table import Counts, table
from tests.soak.world import Soak
from tests.standins.postgresql import PostgresServer


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "form"), [(Soak, SHORT), (SlackSoak, SLACK_SHORT)], ids=["discord", "slack"]
)
async def test_nothing_is_lost_doubled_or_paid_twice(
    tmp_path: Path, postgres_server: PostgresServer, kind: type[Soak], form: Form
) -> None:
    seed = os.environ.get("SOAK_SEED") or str(random.randrange(10**6))
    columns: dict[str, Counts] = {}

    async def run(name: str, url: str | None, processes: int) -> None:
        folder = tmp_path / name
        folder.mkdir()
        async with kind.up(folder, form, seed, database_url=url, processes=processes) as soak:
            await soak.storm()
            violations = await soak.settle()
            columns[name] = soak.counts(violations)
            assert not violations.problems, violations.problems
            assert violations.counts[OUTCOMES, "images posted"], "nobody got through"

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(run("SQLite", None, 1))
            group.create_task(run("PostgreSQL", postgres_server.new_database(), 3))
    finally:
        click.echo("\n".join([f"SOAK_SEED={seed}", *table(columns)]))
