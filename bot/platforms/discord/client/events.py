"""What the gateway tells, read with care: one event that cannot be read ends no connection.

discord.py ends the connection over an event that lacks what it expects. A server with a kind of
channel that it does not know yet would keep us from all the others: Discord tells of it each time.
"""

from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, TypeAlias

import structlog

from bot.platforms.discord.messenger.messenger import MAX_FILE_BYTES

log = structlog.get_logger(__name__)

Parser: TypeAlias = Callable[[Any], None]

_READY = "READY"  # without it there is no connection
_INTERACTION = "INTERACTION_CREATE"
# What an interaction cannot do without; of the rest, something is of a shape that nobody knows.
_NEEDED = (
    "id", "application_id", "type", "data", "token", "version", "guild_id", "channel_id", "channel",
    "member", "user", "message", "app_permissions", "attachment_size_limit", "locale", "context",
)  # fmt: skip


def read_with_care(parsers: MutableMapping[str, Parser]) -> None:
    """Let no parser of discord.py's raise, but for the one of the event that begins it all."""
    for event, parse in parsers.items():
        if event != _READY:
            parsers[event] = _careful(event, parse)


def _careful(event: str, parse: Parser) -> Parser:
    def read(data: Any) -> None:
        try:
            parse(data)
        except Exception as error:  # noqa: BLE001 - whatever discord.py stumbles over
            # Not its words: they may quote what a person typed.
            log.warning("event_not_read", gateway_event=event, error=type(error).__name__)
            if event == _INTERACTION:
                read_least(_least_of(data))

    def read_least(least: dict[str, Any]) -> None:
        try:
            parse(least)
        except Exception as error:  # noqa: BLE001 - as above
            if least.pop("channel", None) is not None:  # of a kind that nobody knows
                read_least(least)
            else:
                log.warning("interaction_not_read", error=type(error).__name__)

    return read


def _least_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an interaction without what we can do without, and without what is empty."""
    needed = {name: data[name] for name in _NEEDED if data.get(name) is not None}
    return {"version": 1, "attachment_size_limit": MAX_FILE_BYTES, **needed}
