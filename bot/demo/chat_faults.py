"""What goes wrong on demand in the stand-ins of chat platforms, each of which adds its own."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from aiohttp import web


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
        """Let the answer go out."""
        self.released.set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Garbage:
    """Answer with a page that is no JSON; the request has its effect or not."""

    status: int
    after_effect: bool


def lose_answer_after_effect() -> Lose:
    """Return a fault that cuts the connection after the effect."""
    return Lose(after_effect=True)


def lose_before_effect() -> Lose:
    """Return a fault that cuts the connection before any effect."""
    return Lose(after_effect=False)


def hang(seconds: float, *, after_effect: bool = False) -> Hang:
    """Return a fault that answers late."""
    return Hang(seconds=seconds, after_effect=after_effect)


def hold(*, after_effect: bool = False, is_cut: bool = False) -> Hold:
    """Return a fault that answers once it is released."""
    return Hold(after_effect=after_effect, is_cut=is_cut)


def garbage(status: int = 200, *, after_effect: bool = True) -> Garbage:
    """Return a fault that answers with a page that is no JSON."""
    return Garbage(status=status, after_effect=after_effect)


# ── Those that wait to strike ───────────────────────────────────────────────────────────────────


@dataclass(slots=True, eq=False, kw_only=True)
class Fault:
    """One of them; a platform's says which requests it matches."""

    action: Any
    # How often it still strikes; None: always.
    left: int | None
    struck: int = 0

    def matches(self, *request: Any) -> bool:
        """Return whether it strikes this request."""
        raise NotImplementedError


class FaultQueue:
    """All of them, oldest first; a platform's has an `add`."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def clear(self) -> None:
        """Let none of them strike any more."""
        self.waiting.clear()

    def take(self, *request: Any) -> Any:
        """Return what is done to this request, and count it; None: nothing."""
        for fault in self.waiting:
            if fault.left != 0 and fault.matches(*request):
                fault.struck += 1
                if fault.left is not None:
                    fault.left -= 1
                return fault.action
        return None


# ── What they do ────────────────────────────────────────────────────────────────────────────────


Sleep: TypeAlias = Callable[[float], Awaitable[None]]


class Lost(Exception):  # noqa: N818
    """The connection was cut instead of an answer."""


async def disturb_before(action: object, request: web.Request, sleep: Sleep) -> web.Response | None:
    """Do what comes before the effect; return the answer if there shall be no effect.

    Raises:
        Lost: there is neither.
    """
    match action:
        case Lose(after_effect=False):
            raise Lost
        case Hang(after_effect=False):
            await sleep(action.seconds)
        case Hold():
            await _hold_before(action, request)
        case Garbage(after_effect=False):
            return _page(action)
    return None


async def _hold_before(action: Hold, request: web.Request) -> None:
    if action.is_cut:
        cut(request)
    if not action.after_effect:
        await action.released.wait()


async def disturb_after(
    action: object, response: web.StreamResponse, sleep: Sleep
) -> web.StreamResponse:
    """Do what comes after the effect, and return the answer.

    Raises:
        Lost: there is none.
    """
    match action:
        case Lose():
            raise Lost
        case Hang(after_effect=True):
            await sleep(action.seconds)
        case Hold(after_effect=True):
            await action.released.wait()
        case Garbage():
            return _page(action)
    return response


def _page(action: Garbage) -> web.Response:
    page = "<html><head><title>Just a moment...</title></head><body>\x00�</body></html>"
    return web.Response(text=page, status=action.status, content_type="text/html")


def cut(request: web.Request) -> None:
    """Break the connection of a request."""
    if request.transport is not None:
        request.transport.abort()
