"""What doctor says of a database: it looks, and changes nothing."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.doctor.database import judge_database
from bot.doctor.findings import Verdict
from bot.store.inspection import DatabaseFacts, Schema, ServerFacts, inspect_database
from tests.integration.doctor.conftest import Installation, all_well
from tests.standins.pgbouncer import find_pgbouncer, pooled
from tests.standins.postgresql import PostgresServer

OK, WARN, FAIL = Verdict.OK, Verdict.WARN, Verdict.FAIL


async def test_a_healthy_server(
    installation: Installation, postgres_server: PostgresServer
) -> None:
    installation.environment["DATABASE_URL"] = postgres_server.new_database()
    found = await installation.findings()
    assert all_well(found["Database"]), found["Database"]
    assert found["Database"][0].text.startswith("PostgreSQL at 127.0.0.1")
    assert all_well(found["Clock"])


async def test_an_empty_server_is_left_empty(
    installation: Installation, postgres_server: PostgresServer
) -> None:
    url = installation.environment["DATABASE_URL"] = postgres_server.empty_database()
    found = await installation.findings()
    assert [f.text for f in found["Database"]][1:] == [
        "it is empty; the first start makes the tables"
    ]
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert rows == []


async def test_a_server_that_only_reads(
    installation: Installation, postgres_server: PostgresServer
) -> None:
    url = postgres_server.new_database()
    name = url.rpartition("/")[2]
    postgres_server.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    installation.environment["DATABASE_URL"] = url
    found = await installation.findings()
    [finding] = [f for f in found["Database"] if f.verdict is FAIL]
    assert "can't be written: cannot execute INSERT in a read-only transaction" in finding.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"free_connections": 2}, "only 2 connections are free"),
        ({"free_connections": -1}, "only 0 connections are free"),
        ({"version": "12.20"}, "PostgreSQL 12.20 is no longer maintained"),
    ],
)
def test_a_server_with_a_doubtful_future(change: dict[str, Any], words: str) -> None:
    well = ServerFacts(
        version="18.1", now=datetime.now(UTC), free_connections=50, is_pooled=False, refusal=None
    )
    facts = DatabaseFacts(name="it", schema=Schema.CURRENT, server=replace(well, **change))
    [finding] = [each for each in judge_database(facts) if each.verdict is not OK]
    assert (finding.verdict, words in finding.text) == (WARN, True)


def test_a_file_on_a_network_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = f"rootfs / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\n"
    monkeypatch.setattr(Path, "read_text", lambda _path, **_options: mounts)
    facts = asyncio.run(inspect_database(f"sqlite:///{tmp_path}/jobs.db"))
    [finding] = [each for each in judge_database(facts) if each.verdict is not OK]
    assert "on a network disk (nfs4)" in finding.text


async def test_a_pooler_is_named_and_no_harm(
    installation: Installation, postgres_server: PostgresServer
) -> None:
    program = find_pgbouncer()
    if program is None:
        pytest.skip("PgBouncer is not installed")
    with pooled(program, postgres_server, postgres_server.new_database()) as url:
        installation.environment["DATABASE_URL"] = url
        found = await installation.findings()
    assert all_well(found["Database"]), found["Database"]
    assert [f for f in found["Database"] if "pooler" in f.text]
