"""The database: can it be read and written, is its schema ours, who has it, is there room."""

from collections.abc import AsyncIterator, Awaitable, Iterator

from bot.doctor.findings import Finding, fail, ok, warn
from bot.doctor.subject import Subject
from bot.domain.errors import StoreError
from bot.store.inspection import (
    DatabaseFacts,
    FileFacts,
    Schema,
    ServerFacts,
    inspect_database,
)

MIB = 2**20
LITTLE_SPACE, HARDLY_ANY = 200 * MIB, 20 * MIB
POOL_SIZE = 5  # connections that a process takes
OLDEST_SERVER = 13  # the oldest that its makers still mend


async def check_database(subject: Subject) -> AsyncIterator[Finding]:
    """Look at the database without changing it."""
    for finding in await _findings(subject.database()):
        yield finding


async def check_address(url: str) -> list[Finding]:
    """Do the same for an address that is not set yet."""
    return await _findings(inspect_database(url))


async def _findings(looking: Awaitable[DatabaseFacts]) -> list[Finding]:
    try:
        return judge_database(await looking)
    except StoreError as error:
        return [fail(str(error), "correct DATABASE_URL, or start the database")]


def judge_database(facts: DatabaseFacts) -> list[Finding]:
    """Say what these facts mean."""
    return list(_judge(facts))


def _judge(facts: DatabaseFacts) -> Iterator[Finding]:
    yield ok(facts.name)
    yield _schema(facts.schema)
    if facts.file is not None:
        yield from _file(facts.file)
    if facts.server is not None:
        yield from _server(facts.server)


def _schema(schema: Schema) -> Finding:
    if schema is Schema.TOO_OLD:
        text = "the tables are older than the first release and cannot be brought up to date"
        return fail(text, "set DATABASE_URL to an empty database")
    if schema is Schema.OLD:
        return warn("the tables are of an older version", "python -m bot migrate")
    if schema is Schema.EMPTY:
        return ok("it is empty; the first start makes the tables")
    return ok("the tables are up to date")


def _file(file: FileFacts) -> Iterator[Finding]:
    if file.holder is not None:
        yield ok(f"in use by {file.holder}, so it was only read")
    if file.refusal is not None:
        yield fail(f"it can't be written: {file.refusal}", "let the bot's user write there")
    yield from _space(file.free_bytes)
    if file.file_system is not None:
        yield warn(
            f"the file is on a network disk ({file.file_system}), where SQLite can lose data",
            "use a local disk or volume, or PostgreSQL",
        )


def _space(free_bytes: int) -> Iterator[Finding]:
    said = f"{free_bytes // MIB} MiB left on the disk"
    if free_bytes < HARDLY_ANY:
        yield fail(f"the disk is full: {said}", "free some space")
    elif free_bytes < LITTLE_SPACE:
        yield warn(f"the disk is nearly full: {said}", "free some space")


def _server(server: ServerFacts) -> Iterator[Finding]:
    if server.refusal is not None:
        fix = "give the user the right to write and to make tables"
        yield fail(f"it can't be written: {server.refusal}", fix)
    if server.is_pooled:
        yield ok("a pooler is between; the bot needs no prepared statements, so any mode will do")
    if server.free_connections < POOL_SIZE:
        yield warn(
            f"only {max(server.free_connections, 0)} connections are free, and a process takes up "
            f"to {POOL_SIZE}",
            "stop other programs, or choose a larger plan",
        )
    if int(server.version.split(".")[0]) < OLDEST_SERVER:
        yield warn(f"PostgreSQL {server.version} is no longer maintained", "upgrade the server")
