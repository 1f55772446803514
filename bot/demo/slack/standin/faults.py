"""What goes wrong at Slack on demand: faults, matched by method."""

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
from bot.demo.slack.standin.vocabulary import JSON

__all__ = [
    "Action",
    "Fault",
    "Faults",
    "Hollow",
    "RateLimited",
    "Refuse",
    "garbage",
    "hang",
    "hold",
    "hollow",
    "lose_answer_after_effect",
    "lose_before_effect",
    "rate_limited",
    "refuse",
    "server_error",
]


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
class Hollow:
    """Do as usual, and answer that it was done and nothing else."""


Action = Refuse | RateLimited | Hollow | Lose | Hang | Hold | Garbage


def refuse(error: str, *, after_effect: bool = False) -> Refuse:
    """Answer with one of Slack's errors."""
    return Refuse(error=error, after_effect=after_effect)


def server_error(
    status: int = 503, error: str = "service_unavailable", *, after_effect: bool = False
) -> Refuse:
    """Answer a 5xx, which Slack's docs say may have had its effect."""
    return Refuse(error=error, status=status, after_effect=after_effect)


def rate_limited(retry_after: float = 1.0) -> RateLimited:
    """Answer that there were too many requests."""
    return RateLimited(retry_after=retry_after)


def hollow() -> Hollow:
    """Do as usual, and answer that it was done and nothing else."""
    return Hollow()


@dataclass(slots=True, eq=False, kw_only=True)
class MethodFault(Fault):
    """A fault of one method, or of all."""

    method: str
    when: Callable[[JSON], bool] | None

    def matches(self, *request: Any) -> bool:
        """Return whether it strikes a request with these arguments."""
        method, args = request
        if self.method not in {"*", method}:
            return False
        return self.when is None or self.when(args)


class Faults(FaultQueue):
    """The faults that wait to strike, oldest first."""

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
        fault = MethodFault(method=method, action=action, left=times, when=when)
        self.waiting.append(fault)
        return fault
