"""What the roles of one process share, and what each lets it do."""

import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.config import Settings
from bot.ports.observer import UNOBSERVED, Observer
from bot.store import Database
from bot.web.readiness import Check, Trouble
from bot.web.server import Route
from bot.wiring.externals import Externals
from bot.wiring.stores import Stores
from bot.workers.leadership import Leader, Led, Once
from bot.workers.signals import Signals

if TYPE_CHECKING:  # not every process needs what they are made with
    from bot.observability.metrics import Metrics


class Shared:
    """What the roles of one process share: its name, its stores, and how its parts wake each other.

    Parts that only one role needs are made there.
    """

    def __init__(self, settings: Settings, externals: Externals, database: Database) -> None:
        self.settings = settings
        self.externals = externals
        self.database = database
        self.clock = externals.clock
        self.timings = externals.timings
        self.owner = externals.owner or secrets.token_hex(8)
        self.signals = Signals()
        self.stores = Stores(database, externals.wrap_store)
        self.metrics = _metrics(settings)
        self.observer: Observer = UNOBSERVED if self.metrics is None else self.metrics

    def leader(
        self,
        name: str,
        loops: Mapping[str, Led],
        ready: Callable[[], Coroutine[Any, Any, None]] | None = None,
    ) -> Leader:
        """Let `loops` go on in one process at a time, of those that are `ready`."""
        return Leader(
            name,
            loops,
            leases=self.stores.leases,
            clock=self.clock,
            owner=self.owner,
            ready=ready,
            observer=self.observer,
            timings=self.timings,
        )

    async def as_leader(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do `work` once, while no other process does the same."""
        once = Once(lambda _tenure: work())
        try:
            await self.leader(name, {name: once}).run()
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None

    async def secret(self) -> str:
        """Return what the tags in our addresses are made with, the same in every process."""
        given = self.settings.webhook_secret
        if given is not None:
            return given.get_secret_value()
        generated = secrets.token_urlsafe(32)
        return await self.stores.settings.get_or_create("webhook_secret", generated)


def _metrics(settings: Settings) -> "Metrics | None":
    """Return the counters, if there is a token to read them with."""
    if settings.metrics_token is None:
        return None
    from bot.observability.metrics import Metrics  # noqa: PLC0415 - of no use to most

    return Metrics(sorted(settings.platforms))


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a role, or several together, do in their process."""

    loops: Mapping[str, Leader] = field(default_factory=dict)  # by the names that /readyz shows
    # What goes on until every loop has ended, or ends by itself.
    background: Sequence[Callable[[], Coroutine[Any, Any, None]]] = ()
    checks: Mapping[str, Check] = field(default_factory=dict)  # for /readyz, beside the loops
    troubles: Mapping[str, Trouble] = field(default_factory=dict)  # for /readyz, while they last
    notes: Mapping[str, Trouble] = field(default_factory=dict)  # the same, but ready all the same
    routes: Sequence[Route] = ()

    def __or__(self, other: "Work") -> "Work":
        """Join what two roles do."""
        return Work(
            loops={**self.loops, **other.loops},
            background=[*self.background, *other.background],
            checks={**self.checks, **other.checks},
            troubles={**self.troubles, **other.troubles},
            notes={**self.notes, **other.notes},
            routes=[*self.routes, *other.routes],
        )
