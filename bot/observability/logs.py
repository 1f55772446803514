"""Structured logs: to a terminal for people, else as JSON. Never a secret, never a prompt.

Our own code logs events with ids, straight to the stream; the records of libraries are made to look
the same. At DEBUG those hold tokens, payloads and every value that is stored, so no library goes
below INFO. The text of an exception may quote anything (a request, a link with its token, a
prompt), so a traceback names the exception and its numbers, and leaves the text out unless it can
speak of our code only.
"""

import contextlib
import logging
import sys
import traceback
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Literal, TextIO

import structlog

from bot.domain.errors import DeliveryError, StoreError

# Libraries that say too much even at INFO.
_QUIET = {
    "sqlalchemy": logging.WARNING,  # every statement
    "alembic": logging.WARNING,
}

# What these say is made of code and of words of our own.
_SPEAKABLE = (
    AssertionError,
    AttributeError,
    DeliveryError,
    NameError,
    NotImplementedError,
    StoreError,
    TypeError,
)
_NUMBERS = ("status", "code", "errno", "sqlstate")  # attributes that exceptions of libraries have
_MAX_FRAMES = 30  # the innermost of each exception
_MAX_CHAIN = 8
_MAX_CODE_LENGTH = 8


def set_up_logging(
    level: str, log_format: Literal["auto", "json", "console"], *, to: TextIO | None = None
) -> None:
    """Send all logs to a stream, by default standard error."""
    stream = to or sys.stderr
    as_console = log_format == "console" or (log_format == "auto" and stream.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderers = _renderers(as_console=as_console)
    structlog.configure(
        processors=[*shared, *renderers],
        logger_factory=partial(_LineLogger, stream),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )
    _set_up_libraries(max(logging.getLevelName(level), logging.INFO), stream, shared, renderers)


class _LineLogger(structlog.WriteLogger):
    """Writes rendered lines; a handler of the standard library takes twice as long."""

    def __init__(self, stream: TextIO, name: str) -> None:
        super().__init__(stream)
        self.name = name  # for `add_logger_name`

    def msg(self, message: str) -> None:
        """Write a line; ignore a full disk and a closed pipe."""
        with contextlib.suppress(OSError, ValueError):
            super().msg(message)

    debug = info = warning = error = critical = msg


def _set_up_libraries(
    level: int,
    stream: TextIO,
    shared: Iterable[structlog.typing.Processor],
    renderers: Iterable[structlog.typing.Processor],
) -> None:
    """Format the records of the standard library's loggers like ours."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _shorten_reconnects, _shorten_futures],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(max(least, level))
    logging.getLogger("aiohttp.server").addFilter(_is_of_ours)


def _is_of_ours(record: logging.LogRecord) -> bool:
    """Whether aiohttp logs an error of ours, not a malformed request (which gets a 400)."""
    error = record.exc_info[1] if record.exc_info else None
    return type(error).__module__ != "aiohttp.http_exceptions"


def _shorten_reconnects(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Name the error of a lost connection instead of its traceback: it is no defect of ours."""
    if event["_record"].name == "discord.client" and "reconnect" in event["event"]:
        error = event.pop("exc_info", (None,))[0]
        event["error"] = error.__name__ if error else None
    return event


def _shorten_futures(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Cut the exception's text, which asyncio repeats in its own messages."""
    if event["_record"].name == "asyncio":
        event["event"] = event["event"].partition("\n")[0]
    return event


def _renderers(*, as_console: bool) -> list[structlog.typing.Processor]:
    if as_console:
        return [structlog.dev.ConsoleRenderer(exception_formatter=_write_traceback)]
    return [
        structlog.processors.ExceptionRenderer(_format_traceback),
        structlog.processors.JSONRenderer(),
    ]


# ── Tracebacks ──────────────────────────────────────────────────────────────────────────────────


def _write_traceback(to: TextIO, exc_info: structlog.typing.ExcInfo) -> None:
    to.write(_format_traceback(exc_info))


def _format_traceback(exc_info: structlog.typing.ExcInfo) -> str:
    """Return a traceback with its causes, as Python does, but without texts that may quote."""
    return "\n".join(_lines(exc_info[1], _MAX_CHAIN))


def _lines(error: BaseException, longest: int) -> Iterator[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and longest > 0:
        yield from _lines(cause, longest - 1)
        yield "which led to"
    yield "Traceback (most recent call last):"
    frames = traceback.extract_tb(error.__traceback__)[-_MAX_FRAMES:]
    yield from (line.rstrip("\n") for line in traceback.format_list(frames))
    yield _brief(error)
    if isinstance(error, BaseExceptionGroup) and longest > 0:
        for nested in error.exceptions:
            yield from (f"  | {line}" for line in _lines(nested, longest - 1))


def _brief(error: BaseException) -> str:
    """Name an exception, with its text or at least its numbers."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else _full_name(kind)
    if isinstance(error, _SPEAKABLE):
        return f"{name}: {error}"
    numbers = ((key, getattr(error, key, None)) for key in _NUMBERS)
    said = [f"{key} {value}" for key, value in numbers if _is_number(value)]
    return f"{name} ({', '.join(said)})" if said else name


def _is_number(value: object) -> bool:
    """Whether this is a number, or a code that is written like one ("57P01")."""
    return isinstance(value, int) or (
        isinstance(value, str) and value.isalnum() and len(value) <= _MAX_CODE_LENGTH
    )


def _full_name(kind: type[BaseException]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
