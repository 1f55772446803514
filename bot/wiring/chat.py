"""What speaks for one chat platform in a process. A platform makes it from the screens."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.ports.messenger import Messenger
from bot.ports.platform import Platform
from bot.screens.bundle import Screens
from bot.web.readiness import Check


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """One platform: what the core calls, and what goes on there by itself."""

    platform: Platform
    messenger: Messenger
    background: Sequence[Callable[[], Coroutine[Any, Any, None]]] = ()  # see `Work`
    checks: Mapping[str, Check] = field(default_factory=dict)


MakeChat: TypeAlias = Callable[[Screens], Chat]
