"""What the log shows of exceptions and of the libraries, through the product's own pipeline."""

import errno
import io
import json
import logging

import pytest
import structlog

from bot.domain.errors import DeliveryDelayedError, StoreError
from bot.observability.logs import set_up_logging
from tests.redaction import WATCH, watch_all_logs

log = structlog.get_logger("bot.somewhere")
SECRET = "what somebody wrote"


class LibraryError(Exception):
    status = 400
    code = 50035
    sqlstate = "57P01"
    errno = "no number at all"


def logged() -> list[dict[str, str]]:
    return [json.loads(line) for line in WATCH.text.splitlines()]


def traceback_of(error: BaseException) -> str:
    try:
        raise error
    except type(error):
        log.exception("crashed")
    (line,) = logged()
    return line["exception"]


def test_a_traceback_shows_where_and_what_but_no_text() -> None:
    shown = traceback_of(ValueError(SECRET))
    assert "in traceback_of" in shown
    assert shown.splitlines()[-1] == "ValueError"


def test_the_numbers_of_an_exception_are_shown() -> None:
    shown = traceback_of(LibraryError(SECRET))
    name = f"{__name__}.LibraryError"
    assert shown.splitlines()[-1] == f"{name} (status 400, code 50035, sqlstate 57P01)"


@pytest.mark.parametrize("error", [TypeError("no such thing"), StoreError("busy")])
def test_texts_about_our_code_are_shown(error: Exception) -> None:
    assert traceback_of(error).splitlines()[-1].endswith(f"Error: {error}")


def test_causes_are_shown_in_their_order() -> None:
    error = DeliveryDelayedError("no answer")
    error.__cause__ = KeyError(SECRET)
    shown = traceback_of(error).splitlines()
    assert shown.index("KeyError") < shown.index("which led to")
    assert shown[-1] == "bot.domain.errors.DeliveryDelayedError: no answer"


def test_the_exceptions_of_a_group_are_shown() -> None:
    shown = traceback_of(ExceptionGroup(SECRET, [ValueError(SECRET), OSError(5, SECRET)]))
    assert "  | ValueError" in shown.splitlines()
    assert "  | OSError (errno 5)" in shown.splitlines()


def test_an_endless_chain_of_causes_ends() -> None:
    first, second = ValueError(1), ValueError(2)
    first.__cause__, second.__cause__ = second, first
    assert len(traceback_of(first).splitlines()) < 40


def test_deep_recursion_is_shown_in_short() -> None:
    def recurse(depth: int) -> None:
        if not depth:
            raise ValueError
        recurse(depth - 1)

    try:
        recurse(200)
    except ValueError:
        log.exception("crashed")
    assert logged()[0]["exception"].count(" in recurse") <= 30


def test_a_log_that_cannot_be_written_is_ignored() -> None:
    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(errno.ENOSPC, "the disk is full")

    closed = io.StringIO()
    closed.close()
    for stream in (Full(), closed):
        set_up_logging("INFO", "json", to=stream)
        log.info("to_nowhere")
    watch_all_logs()


def test_no_library_says_what_it_would_at_debug() -> None:
    for name in ("sqlalchemy", "discord.gateway", "psycopg", "somebody.else"):
        logging.getLogger(name).debug("the payload: %s", SECRET)
    logging.getLogger("sqlalchemy.engine").info("SELECT 1")
    assert logged() == []


def test_asyncio_does_not_repeat_what_an_exception_said() -> None:
    complaint = f"Task exception was never retrieved\nfuture: exception={SECRET}"
    logging.getLogger("asyncio").error(complaint)
    (line,) = logged()
    assert line["event"] == "Task exception was never retrieved"
