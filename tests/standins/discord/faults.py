"""What goes wrong at Discord on demand: faults, matched by method and route."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.demo.chat_faults import (
    Fault,
    FaultQueue,
    Garbage,
    Hang,
    Hold,
    Lose,
    garbage,
    hang,
    hold,
    lose_answer_after_effect,
    lose_before_effect,
)
from tests.standins.discord.vocabulary import JSON

__all__ = [
    "Action",
    "Empty",
    "Fault",
    "Faults",
    "Garbage",
    "Hang",
    "Hold",
    "Lose",
    "Status",
    "Trickle",
    "empty",
    "garbage",
    "hang",
    "hold",
    "lose_answer_after_effect",
    "lose_before_effect",
    "status",
    "trickle",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Answer with an error and do nothing."""

    status: int
    code: int = 0
    message: str = ""
    # For 429: how long the caller shall wait, in seconds.
    retry_after: float | None = None
    is_global: bool = False
    # False: a 429 of Cloudflare, without `Via`, which discord.py does not retry.
    from_discord: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """Do as usual and answer with an empty 204."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trickle:
    """Answer as usual, a few bytes at a time."""

    seconds: float


Action = Status | Lose | Hang | Hold | Garbage | Empty | Trickle


def status(
    status: int,
    code: int = 0,
    *,
    message: str = "",
    retry_after: float | None = None,
    is_global: bool = False,
    from_discord: bool = True,
) -> Status:
    return Status(
        status=status,
        code=code,
        message=message,
        retry_after=retry_after,
        is_global=is_global,
        from_discord=from_discord,
    )


def empty() -> Empty:
    return Empty()


def trickle(seconds: float) -> Trickle:
    return Trickle(seconds=seconds)


@dataclass(slots=True, eq=False, kw_only=True)
class RouteFault(Fault):
    method: str
    route: str
    when: Callable[[JSON], bool] | None

    def matches(self, *request: Any) -> bool:
        method, route, path, body = request
        if self.method not in {"*", method}:
            return False
        if _bare(self.route) != _bare(route) and not _is_match(self.route, path):
            return False
        return self.when is None or self.when(body if isinstance(body, dict) else {})


class Faults(FaultQueue):
    """The faults that wait to strike, oldest first."""

    def add(
        self,
        method: str,
        route: str,
        action: Action,
        *,
        times: int | None = 1,
        when: Callable[[JSON], bool] | None = None,
    ) -> Fault:
        """Let `action` happen to the next `times` requests (None: to all).

        `method` may be `*`. `route` is a template (`/channels/{channel_id}/messages`, the names
        in the braces do not matter) or a regular expression for the whole path. `when` looks at
        the JSON of the request.
        """
        fault = RouteFault(method=method, route=route, action=action, left=times, when=when)
        self.waiting.append(fault)
        return fault


def _bare(route: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", route)


def _is_match(pattern: str, path: str) -> bool:
    try:
        return re.fullmatch(pattern, path) is not None
    except re.error:
        return False
