"""The schema: migrations lead to exactly the tables in the code, once, whoever starts."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, event, inspect, text

from bot.domain.errors import StoreBusyError, StoreError, StoreUnusableError
from bot.store import Database, migrate_database, open_database
from bot.store.indexes import metadata
from bot.store.limits import DATABASE_LIMITS
from bot.store.migrations import head, is_current
from bot.store.sqlite import SqliteTransactor
from tests.standins.postgresql import PostgresServer


async def test_migrations_lead_to_the_tables_in_the_code(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    assert await database.run(differences) == []


async def test_every_index_of_the_code_exists(database: Database) -> None:
    def missing(connection: Connection) -> set[str]:
        inspector = inspect(connection)
        found = {
            str(index["name"])
            for table in metadata.tables
            for index in inspector.get_indexes(table)
        }
        wanted = {str(index.name) for table in metadata.tables.values() for index in table.indexes}
        return wanted - found

    assert await database.run(missing) == set()


async def test_a_new_database_is_at_the_newest_revision(database: Database) -> None:
    assert await database.run(is_current)
    assert await database.is_ready()


async def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    await migrate_database(url)
    await migrate_database(url)


async def test_overlapping_starts_migrate_once(postgres_server: PostgresServer) -> None:
    database_url = postgres_server.empty_database()
    await asyncio.gather(*(migrate_database(database_url) for _ in range(4)))
    async with open_database(database_url) as database:
        assert await database.is_ready()


async def test_a_migration_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"

    def half_a_migration(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE half (id INTEGER)"))
        raise StoreError("killed")

    def tables(connection: Connection) -> list[str]:
        return inspect(connection).get_table_names()

    async with open_database(url) as database:
        with pytest.raises(StoreError):
            await database.run(half_a_migration)
        assert "half" not in await database.run(tables)


async def test_a_migration_may_take_longer_than_other_transactions(tmp_path: Path) -> None:
    transactor = SqliteTransactor(tmp_path / "jobs.db", synchronous="OFF")
    database = Database(transactor, is_exclusive=True)
    commits: list[float] = []

    def commit(_connection: Connection) -> None:
        if not commits:  # it was looked whether there is something to migrate
            database.limits = replace(DATABASE_LIMITS, transaction_timeout_s=0.05)
        else:
            time.sleep(0.2)
            database.limits = DATABASE_LIMITS
        commits.append(time.monotonic())

    event.listen(transactor.engine, "commit", commit)
    await database.migrate()
    event.remove(transactor.engine, "commit", commit)
    assert await database.is_ready()
    assert len(commits) == 2
    await database.close()


async def test_a_database_of_a_newer_release_is_left_alone(tmp_path: Path) -> None:
    def pretend(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = 'r9999'"))

    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    async with open_database(url) as database:
        await database.run(pretend)
    async with open_database(url) as database:
        assert await database.is_ready()


async def test_a_database_older_than_the_first_release_is_refused_in_one_line(
    database: Database,
) -> None:
    def pretend(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = '0007'"))

    await database.run(pretend)
    with pytest.raises(StoreUnusableError, match=r"older than the first release.*DATABASE_URL"):
        await database.migrate()


async def test_an_old_schema_is_not_ready(tmp_path: Path) -> None:
    def pretend(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = 'r0000'"))

    async with open_database(f"sqlite:///{tmp_path / 'jobs.db'}") as database:
        await database.run(pretend)
        assert not await database.is_ready()


async def test_a_sqlite_file_belongs_to_one_process(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    async with open_database(url):
        with pytest.raises(StoreBusyError, match="another process"):
            async with open_database(url, lock_timeout_s=0.3):
                pass
    async with open_database(url, lock_timeout_s=0.3):
        pass


async def test_a_sqlite_file_with_two_names_belongs_to_one_process(tmp_path: Path) -> None:
    (tmp_path / "same.db").symlink_to(tmp_path / "jobs.db")
    async with open_database(f"sqlite:///{tmp_path / 'jobs.db'}"):
        with pytest.raises(StoreBusyError):
            async with open_database(f"sqlite:///{tmp_path / 'same.db'}", lock_timeout_s=0.3):
                pass


async def test_a_private_database_is_gone_afterwards() -> None:
    async with open_database("sqlite://") as database:

        def file_of(connection: Connection) -> str:
            return str(connection.execute(text("PRAGMA database_list")).all()[0].file)

        file = Path(await database.run(file_of))
        assert file.exists()
    assert not file.parent.exists()


async def test_a_database_that_cannot_be_reached_is_a_store_error() -> None:
    with pytest.raises(StoreError):
        async with open_database("postgres://nobody@127.0.0.1:1/none"):
            pass


def test_revisions_are_numbered_without_gaps() -> None:
    folder = Path(__file__).parents[3] / "bot/store/migrations/versions"
    numbers = sorted(int(path.name[:4]) for path in folder.glob("[0-9]*.py"))
    assert numbers == list(range(1, len(numbers) + 1))
    assert head() == f"r{numbers[-1]:04}"
