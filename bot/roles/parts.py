"""What the roles of one process share, and what each brings into it."""

import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from bot.clock import SystemClock
from bot.config import Settings
from bot.leases import Claims, LeaseKeeper
from bot.models import Mode
from bot.ports import UNOBSERVED, ClaimStore, Clock, Loop, Observer
from bot.singleton import Singleton
from bot.store import Database, SqlJobStore, SqlLeaseStore, SqlSettingStore
from bot.wake import Signals
from bot.web import CallbackTags, ReferenceTags
from bot.web.readiness import Check, Trouble
from bot.web.server import Pages

if TYPE_CHECKING:  # not every process needs what these are made with
    from bot.metrics import Metrics
    from bot.platforms.discord import ImagineBot

RunDiscord: TypeAlias = Callable[["ImagineBot", str], Coroutine[Any, Any, None]]


@dataclass(slots=True, kw_only=True)
class Outside:
    """The parts that the demo and the tests replace; by default the real world."""

    run_discord: RunDiscord | None = None
    clock: Clock = field(default_factory=SystemClock)
    typical_times: Mapping[Mode, timedelta] | None = None


class Shared:
    """What the roles of one process share: its name, its stores, and how its parts wake each other.

    Stores that only one role needs are made there.
    """

    def __init__(self, settings: Settings, outside: Outside, database: Database) -> None:
        self.settings = settings
        self.outside = outside
        self.database = database
        self.clock = outside.clock
        self.owner = secrets.token_hex(8)
        self.signals = Signals()
        self.jobs = SqlJobStore(database)
        self.facts = SqlSettingStore(database)
        self.metrics = _metrics(settings)
        self.observer: Observer = UNOBSERVED if self.metrics is None else self.metrics
        self._leases = SqlLeaseStore(database)

    def claims(self, store: ClaimStore) -> Claims:
        """Give the claims that this process holds in a store."""
        return Claims(store, clock=self.clock, owner=self.owner)

    def singleton(
        self,
        name: str,
        work: Callable[[], Awaitable[None]],
        stop: Callable[[], None] | None = None,
        ready: Callable[[], Coroutine[Any, Any, None]] | None = None,
    ) -> Singleton:
        """Let `work` go on in one process at a time, of those that are `ready`."""
        return Singleton(
            name,
            work,
            stop=stop,
            ready=ready,
            leases=self._leases,
            clock=self.clock,
            owner=self.owner,
            observer=self.observer,
        )

    async def alone(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do `work` once, while no other process does the same."""
        await self.singleton(name, work).run()

    async def callback_tags(self) -> CallbackTags:
        """Give the tags of callback addresses, the same in every process."""
        return CallbackTags(await self._secret())

    async def reference_tags(self) -> ReferenceTags:
        """Give the tags of links to attached images, the same in every process."""
        return ReferenceTags(await self._secret())

    async def _secret(self) -> str:
        given = self.settings.webhook_secret
        if given is not None:
            return given.get_secret_value()
        return await self.facts.get_or_create("webhook_secret", secrets.token_urlsafe(32))


def _metrics(settings: Settings) -> "Metrics | None":
    """Give the counters, if there is a token to read them with."""
    if settings.metrics_token is None:
        return None
    from bot.metrics import Metrics  # noqa: PLC0415 - of no use to most

    return Metrics()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a role, or several together, brings into its process."""

    loops: Mapping[str, Loop] = field(default_factory=dict)  # by the names that /readyz shows
    claims: Sequence[Claims] = ()  # to be renewed while the loops work
    # What goes on until every loop has ended, or ends by itself.
    background: Sequence[Callable[[], Coroutine[Any, Any, None]]] = ()
    checks: Mapping[str, Check] = field(default_factory=dict)  # for /readyz, beside the loops
    troubles: Mapping[str, Trouble] = field(default_factory=dict)  # for /readyz, while they last
    pages: Pages | None = None

    def __or__(self, other: "Parts") -> "Parts":
        """Join what two roles bring."""
        return Parts(
            loops={**self.loops, **other.loops},
            claims=[*self.claims, *other.claims],
            background=[*self.background, *other.background],
            checks={**self.checks, **other.checks},
            troubles={**self.troubles, **other.troubles},
            pages=self.pages or other.pages,
        )


async def keeper_parts(shared: Shared, claims: Sequence[Claims]) -> Parts:
    """Make what keeps claims alive, and settle what a former process of ours left behind."""
    keeper = LeaseKeeper(
        jobs=shared.jobs,
        claims=claims,
        clock=shared.clock,
        owner=shared.owner,
        others_are_dead=shared.database.is_exclusive,
        observer=shared.observer,
    )
    await keeper.take_over()
    return Parts(background=[keeper.run])
