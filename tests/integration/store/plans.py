"""How SQLite finds what it is asked for: by an index, or by looking at every row."""

from collections.abc import Awaitable
from typing import Any

from sqlalchemy import Connection, event

from bot.store import Database


async def plans_of(database: Database, work: Awaitable[object]) -> list[str]:
    """Do `work`, and give the plan of each query and change that it made."""
    made: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        made.append((statement, parameters))

    engine = database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        await work
    finally:
        event.remove(engine, "before_cursor_execute", note)
    kinds = ("SELECT", "UPDATE", "DELETE", "INSERT INTO outbox")
    asked = [each for each in made if each[0].startswith(kinds)]

    def explain(connection: Connection) -> list[str]:
        return [_plan(connection, statement, parameters) for statement, parameters in asked]

    return await database.run(explain)


def _plan(connection: Connection, statement: str, parameters: Any) -> str:
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    return "; ".join(row.detail for row in rows)
