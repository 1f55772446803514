"""One process, put together: every part that its roles need, connected and not running yet."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.config import Settings
from bot.store import Database, open_database
from bot.store.limits import DATABASE_LIMITS
from bot.wiring.externals import Externals
from bot.wiring.roles import EVERY_ROLE, Role, platforms_here
from bot.wiring.shared import Shared, Work
from bot.wiring.stores import Stores
from bot.wiring.web import web_work
from bot.workers.signals import Signals

if TYPE_CHECKING:  # not every process needs what they are made with
    from bot.wiring.gateway import GatewayParts
    from bot.wiring.worker import WorkerParts


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of one process, and what it is to do with them."""

    database: Database
    stores: Stores
    signals: Signals
    gateway: "GatewayParts | None"  # None: not its role; so is the next
    worker: "WorkerParts | None"
    work: Work  # of all its roles


@asynccontextmanager
async def build(
    settings: Settings,
    roles: frozenset[Role] = EVERY_ROLE,
    externals: Externals | None = None,
) -> AsyncIterator[Parts]:
    """Put a process together; at the end everything is closed that was opened for it.

    Raises:
        StoreError: the database cannot be had, or not now; see `open_database`.
    """
    externals = externals or Externals()
    async with AsyncExitStack() as stack:
        database = externals.database
        if database is None:
            limits = externals.database_limits or DATABASE_LIMITS
            database = await stack.enter_async_context(
                open_database(settings.database_url, limits=limits)
            )
        yield await _connected(Shared(settings, externals, database), roles, stack)


async def _connected(shared: Shared, roles: frozenset[Role], stack: AsyncExitStack) -> Parts:
    """Make the parts of these roles, importing late what only one of them needs."""
    gateway = worker = None
    work = Work()
    if Role.WEB in roles:
        work |= await web_work(shared)
    if platforms_here(shared.settings, roles):
        from bot.wiring.gateway import gateway_parts  # noqa: PLC0415 - services and screens

        gateway = await gateway_parts(shared, roles, stack)
        work |= gateway.work
    if Role.WORKER in roles:
        from bot.wiring.worker import worker_parts  # noqa: PLC0415 - the provider's client

        worker = await worker_parts(shared, stack)
        work |= worker.work
    return Parts(
        database=shared.database,
        stores=shared.stores,
        signals=shared.signals,
        gateway=gateway,
        worker=worker,
        work=work,
    )
