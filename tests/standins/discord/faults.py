"""What goes wrong on demand: one queue of faults, matched by method and route."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

JSON = dict[str, Any]


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
class Lose:
    """Cut the connection, before or after the request had its effect."""

    after_effect: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang:
    """Answer as usual, but late; the effect comes before or after the wait."""

    seconds: float
    after_effect: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Answer as usual, but not before `release`; the effect comes before or after the wait.

    The connection may be cut meanwhile: then the caller gives up, and the effect comes later.
    """

    after_effect: bool
    is_cut: bool
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        self.released.set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Garbage:
    """Answer with a page that is no JSON; the request has its effect or not."""

    status: int
    after_effect: bool


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


def lose_answer_after_effect() -> Lose:
    return Lose(after_effect=True)


def lose_before_effect() -> Lose:
    return Lose(after_effect=False)


def hang(seconds: float, *, after_effect: bool = False) -> Hang:
    return Hang(seconds=seconds, after_effect=after_effect)


def hold(*, after_effect: bool = False, is_cut: bool = False) -> Hold:
    return Hold(after_effect=after_effect, is_cut=is_cut)


def garbage(status: int = 200, *, after_effect: bool = True) -> Garbage:
    return Garbage(status=status, after_effect=after_effect)


def empty() -> Empty:
    return Empty()


def trickle(seconds: float) -> Trickle:
    return Trickle(seconds=seconds)


@dataclass(slots=True, eq=False, kw_only=True)
class Fault:
    method: str
    route: str
    action: Action
    # How often it still strikes; None: always.
    left: int | None
    when: Callable[[JSON], bool] | None = None
    struck: int = 0

    def matches(self, method: str, route: str, path: str, body: Any) -> bool:
        if self.left == 0 or self.method not in {"*", method}:
            return False
        if _bare(self.route) != _bare(route) and not _is_match(self.route, path):
            return False
        return self.when is None or self.when(body if isinstance(body, dict) else {})


@dataclass(slots=True)
class Faults:
    """The faults that wait to strike, oldest first."""

    waiting: list[Fault] = field(default_factory=list)

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
        fault = Fault(method=method, route=route, action=action, left=times, when=when)
        self.waiting.append(fault)
        return fault

    def clear(self) -> None:
        self.waiting.clear()

    def take(self, method: str, route: str, path: str, body: Any) -> Action | None:
        """Return the fault that strikes this request, and count it."""
        for fault in self.waiting:
            if fault.matches(method, route, path, body):
                fault.struck += 1
                if fault.left is not None:
                    fault.left -= 1
                return fault.action
        return None


def _bare(route: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", route)


def _is_match(pattern: str, path: str) -> bool:
    try:
        return re.fullmatch(pattern, path) is not None
    except re.error:
        return False
