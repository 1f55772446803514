"""Structured logs: to a terminal for people, else as JSON. Never a secret, never a prompt.

Our own code logs events with ids; the libraries' records go through the same pipe. discord.py and
aiohttp log tokens or payloads at DEBUG, so they never go below INFO.
"""

import logging
import sys
from typing import Literal

import structlog

# The least severe record that each library may write.
_LIBRARIES = {
    "discord": logging.INFO,
    "aiohttp": logging.INFO,
    "asyncio": logging.INFO,
    "PIL": logging.INFO,
    "sqlalchemy": logging.WARNING,  # INFO is every statement
    "alembic": logging.WARNING,
}


def set_up_logging(level: str, log_format: Literal["auto", "json", "console"]) -> None:
    """Send all logs to standard error."""
    as_console = log_format == "console" or (log_format == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )
    foreign = [*shared, _shorten_reconnects]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=foreign,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderers(as_console=as_console),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in _LIBRARIES.items():
        logging.getLogger(name).setLevel(max(least, root.level))


def _shorten_reconnects(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Name the error of a lost connection instead of its traceback: it is no defect of ours."""
    if event["_record"].name == "discord.client" and "reconnect" in event["event"]:
        error = event.pop("exc_info", (None,))[0]
        event["error"] = error.__name__ if error else None
    return event


def _renderers(*, as_console: bool) -> list[structlog.typing.Processor]:
    if as_console:
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
