"""What speaks for one chat platform in a process. It is made from the screens."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.ports.messenger import Messenger
from bot.ports.platform import Platform
from bot.screens.bundle import Screens
from bot.web.readiness import Check
from bot.web.server import Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """One platform: what the core calls, and what goes on there by itself."""

    platform: Platform
    messenger: Messenger
    # Keeps the bot there until cancelled; raises TokenRejectedError. None: nothing to do.
    run: Callable[[], Coroutine[Any, Any, None]] | None = None
    checks: Mapping[str, Check] = field(default_factory=dict)
    routes: Sequence[Route] = ()  # of a platform that calls us


MakeChat: TypeAlias = Callable[[Screens], Chat]
