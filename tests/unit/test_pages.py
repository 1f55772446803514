"""The pages that follow from the code say what the code says."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_mock_engine

from bot.config import Settings
from bot.domain.conversations import Person
from bot.platforms.slack.ids import person_of
from bot.store.tables import metadata
from tools.kept import KEPT
from tools.pages import pages

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("path", "text"), pages().items())
def test_page_is_as_the_code_has_it(path: str, text: str) -> None:
    assert (ROOT / path).read_text() == text, "run `make docs`"


def test_settings_page_and_example_name_every_setting_once() -> None:
    everything = sorted(name.upper() for name in Settings.model_fields)
    table = re.findall(r"^\| `([A-Z_]+)` \|", pages()["docs/settings.md"], re.MULTILINE)
    example = re.findall(r"^(?:# )?([A-Z_]+)=", pages()[".env.example"], re.MULTILINE)
    assert sorted(table) == sorted(example) == everything


def test_settings_page_shows_defaults_as_one_writes_them() -> None:
    page = pages()["docs/settings.md"]
    assert "| `MIDJOURNEY_API_KEY` | **required** |" in page
    assert "| `POLL_INTERVAL` | `15` |" in page
    assert "| `IMAGE_HOSTS` | `cdn.midjourney.com` |" in page
    assert "| `ALLOWED_GUILDS` |  |" in page


def test_privacy_page_covers_every_column_once() -> None:
    named = [column for each in KEPT for column in each.columns]
    assert len(named) == len(set(named))
    columns = {f"{table.name}.{column.name}" for table in metadata.tables.values()
               for column in table.columns}  # fmt: skip
    whole = {name.partition(".")[0] for name in named if name.endswith(".*")}
    assert {column for column in columns if column.partition(".")[0] not in whole} <= set(named)
    assert {name for name in named if not name.endswith(".*")} <= columns
    assert whole <= set(metadata.tables)


def test_every_column_with_personal_data_is_named_by_itself() -> None:
    """`jobs.*` is about the job's life: what is about people must not hide in it."""
    named = {column for each in KEPT for column in each.columns}
    personal = re.compile(r"person|prompt|token$|_id$|locale|conversation|message|remark")
    of_jobs = {column.name for column in metadata.tables["jobs"].columns}
    hidden = {name for name in of_jobs if personal.search(name) and f"jobs.{name}" not in named}
    assert hidden == {"group_id", "provider_task_id"}


@pytest.mark.parametrize("person", [Person(platform="discord", id="7"), person_of("T1", "U1")])
def test_erasing_lines_leave_nothing_of_the_person(person: Person) -> None:
    page = pages()["docs/privacy.md"]
    (lines,) = re.findall(r"```sql\n(.+?)```", page, re.DOTALL)
    with closing(sqlite3.connect(":memory:")) as database:
        made: list[str] = []
        engine = create_mock_engine(
            "sqlite://", lambda sql, *_: made.append(str(sql.compile(dialect=engine.dialect)))
        )
        metadata.create_all(engine, checkfirst=False)
        database.executescript(";".join(made))
        for table in metadata.sorted_tables:
            _fill(database, table.name, person.key)
        database.commit()
        database.execute("PRAGMA foreign_keys = ON")  # does nothing within a transaction
        database.executescript(lines.replace("…", person.key))
        left = {
            table.name: database.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0]
            for table in metadata.sorted_tables
        }
    assert {name for name, rows in left.items() if rows} == {"leases", "settings"}


def _fill(database: sqlite3.Connection, table: str, person: str) -> None:
    """Add a row, of job "1" and of this person where the table has such columns."""
    values = {
        column.name: {"person": person, "id": "1", "job_id": "1"}.get(column.name, 0)
        for column in metadata.tables[table].columns
    }
    names, marks = ", ".join(f'"{name}"' for name in values), ", ".join("?" for _ in values)
    database.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", [*values.values()])
