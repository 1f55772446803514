"""The search for leaks in the logs of every test: that it would find one."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from bot.domain.conversations import Person
from bot.store import SqlDraftStore, SqlSettingStore
from tests.redaction import WATCH, Watch, forbid
from tests.standins.migrated import scratch_database

SECRET = 'a "secret" föx'
log = structlog.get_logger("bot.somewhere")


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """Let the leaks of these tests be forgotten: they are meant."""
    yield
    WATCH.begin()


def fail() -> None:
    raise TypeError(SECRET)  # of those whose text is logged


def test_a_clean_log_is_clean() -> None:
    forbid(SECRET)
    log.info("nothing_to_see", job_id="x" * 20)
    assert WATCH.leaks() == []


def test_our_own_words_are_searched_at_every_level() -> None:
    forbid(SECRET)
    log.debug("said_too_much", prompt=SECRET)
    assert len(WATCH.leaks()) == 1


def test_what_is_bound_to_the_context_is_searched() -> None:
    forbid(SECRET)
    with structlog.contextvars.bound_contextvars(prompt=SECRET):
        log.warning("said_too_much")
    assert WATCH.leaks()


def test_tracebacks_are_searched() -> None:
    forbid(SECRET)
    try:
        fail()
    except TypeError:
        log.exception("crashed")
    assert WATCH.leaks()


def test_the_records_of_libraries_are_searched() -> None:
    forbid(SECRET)
    logging.getLogger("discord.http").warning("for %s", SECRET)
    assert WATCH.leaks()


def test_the_logs_of_other_processes_are_searched(tmp_path: Path) -> None:
    forbid(SECRET)
    (tmp_path / "bot.log").write_text(f"submitting {SECRET}")
    WATCH.read_later(tmp_path / "bot.log")
    assert WATCH.leaks()


@pytest.mark.parametrize(
    "written",
    [SECRET, "a%20%22secret%22%20f%C3%B6x", r"a \"secret\" f\u00f6x", r"a \"secret\" föx"],
)
def test_a_secret_is_found_however_it_is_written(written: str) -> None:
    watch = Watch()
    watch.forbid(SECRET)
    watch.write(f"before {written} after\n")
    assert len(watch.leaks()) == 1


async def test_what_the_database_is_given_to_keep_is_forbidden_by_itself() -> None:
    async with scratch_database() as database:
        await SqlDraftStore(database).put_draft(
            Person.of("discord:1"), SECRET, now=datetime.now(UTC)
        )
        await SqlSettingStore(database).get_or_create("webhook_secret", "hush-hush")
    log.info("kept", draft=SECRET, webhook_secret="hush-hush")
    assert len(WATCH.leaks()) == 2
