"""What can go wrong with the stand-in on request: plans for its next answers and callbacks.

Data only; `answers.py` and `jobs.py` carry the plans out.
"""

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class Plan(Generic[T]):
    """What happens to the next calls of one kind, one entry each, and then to all others."""

    def __init__(self, default: T) -> None:
        self.default = default
        self._next: deque[T] = deque()

    def add(self, *entries: T, times: int = 1) -> Self:
        """Append entries, the whole series `times` times."""
        self._next.extend(entries * times)
        return self

    def take(self) -> T:
        """Return the entry of the next call, and forget it."""
        return self._next.popleft() if self._next else self.default


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How one HTTP call is answered; by default well and at once."""

    has_effect: bool = True  # False: the call does nothing, as if it had never arrived
    delay_s: float = 0.0  # after the effect, before the answer; `math.inf` hangs
    held_until: asyncio.Event | None = None  # the same, as long as somebody wants
    is_lost: bool = False  # the connection drops instead of an answer
    status: int | None = None  # in place of the true one, as the next two
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    trickle_s: float | None = None  # a pause after every byte of the body

    @classmethod
    def refusal(cls, code: int | str, message: str = "refused", *, status: int = 200) -> Self:
        """Answer with an envelope that refuses, and do nothing."""
        body = json.dumps({"status": code, "message": message}).encode()
        return cls(has_effect=False, status=status, body=body)

    @classmethod
    def error(cls, status: int, *, has_effect: bool = False, **headers: str) -> Self:
        """Answer with an HTTP error page; underscores in header names stand for dashes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        page = f"<html><h1>{status}</h1></html>".encode()
        return cls(has_effect=has_effect, status=status, body=page, headers=named)


WELL = Answer()
LOST_AFTER_EFFECT = Answer(is_lost=True)
LOST_BEFORE_EFFECT = Answer(is_lost=True, has_effect=False)
GARBAGE = Answer(body=b"<html>oops")


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """How the end of one job is told to its `hookUrl`; by default once and at once."""

    times: int = 1  # 0: never; more: all of them at the same time
    delay_s: float = 0.0  # after the job's end
    is_before_answer: bool = False  # the submit's answer waits until the callback was taken
    body: bytes | None = None  # in place of the true one: forged or broken


NO_CALLBACK = Callback(times=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one job ends; by default well and after the usual time."""

    seconds: float | None = None  # `math.inf`: only by `MidjourneyStandIn.finish`
    fail_reason: str | None = None
    images: int = 4
    item: Mapping[str, object] = field(default_factory=dict)  # put over the finished item's fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """All plans of one stand-in. An entry for a submit also counts when the submit is refused."""

    submits: Plan[Answer] = field(default_factory=lambda: Plan(WELL))
    statuses: Plan[Answer] = field(default_factory=lambda: Plan(WELL))
    images: Plan[Answer] = field(default_factory=lambda: Plan(WELL))
    outcomes: Plan[Outcome] = field(default_factory=lambda: Plan(Outcome()))  # per started job
    callbacks: Plan[Callback] = field(default_factory=lambda: Plan(Callback()))  # per started job
