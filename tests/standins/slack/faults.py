"""What goes wrong on demand: one queue of faults, matched by method."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.standins.slack.vocabulary import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """Answer with one of Slack's errors; the request has its effect or not."""

    error: str
    status: int = 200
    after_effect: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimited:
    """Answer 429 and do nothing."""

    retry_after: float


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


Action = Refuse | RateLimited | Lose | Hang | Hold | Garbage


def refuse(error: str, *, after_effect: bool = False) -> Refuse:
    return Refuse(error=error, after_effect=after_effect)


def server_error(
    status: int = 503, error: str = "service_unavailable", *, after_effect: bool = False
) -> Refuse:
    """Answer a 5xx, which Slack's docs say may have had its effect."""
    return Refuse(error=error, status=status, after_effect=after_effect)


def rate_limited(retry_after: float = 1.0) -> RateLimited:
    return RateLimited(retry_after=retry_after)


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


@dataclass(slots=True, eq=False, kw_only=True)
class Fault:
    method: str
    action: Action
    # How often it still strikes; None: always.
    left: int | None
    when: Callable[[JSON], bool] | None = None
    struck: int = 0

    def matches(self, method: str, args: JSON) -> bool:
        if self.left == 0 or self.method not in {"*", method}:
            return False
        return self.when is None or self.when(args)


@dataclass(slots=True)
class Faults:
    """The faults that wait to strike, oldest first."""

    waiting: list[Fault] = field(default_factory=list)

    def add(
        self,
        method: str,
        action: Action,
        *,
        times: int | None = 1,
        when: Callable[[JSON], bool] | None = None,
    ) -> Fault:
        """Let `action` happen to the next `times` requests (None: to all).

        `method` is one of the Web API's, `upload`, `response_url`, `file` (a download) or `*`.
        `when` looks at the arguments as they were sent (JSON in a form is text).
        """
        fault = Fault(method=method, action=action, left=times, when=when)
        self.waiting.append(fault)
        return fault

    def clear(self) -> None:
        self.waiting.clear()

    def take(self, method: str, args: JSON) -> Action | None:
        """Return the fault that strikes this request, and count it."""
        for fault in self.waiting:
            if fault.matches(method, args):
                fault.struck += 1
                if fault.left is not None:
                    fault.left -= 1
                return fault.action
        return None
