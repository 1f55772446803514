"""The role that works with the provider: submits jobs, polls them, and cleans up.

Any number of workers submit side by side; the slots are counted in the database.
"""

from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial

from bot.dispatcher import Dispatcher
from bot.janitor import Janitor
from bot.leases import Claims
from bot.midjourney.client import HttpMidjourneyClient
from bot.midjourney.key_check import KeyCheckedApi
from bot.ports import MidjourneyApi
from bot.reconciler import Reconciler, first_poll_after
from bot.store import SqlDraftStore, SqlReferenceStore
from bot.wiring.parts import Parts, Shared


async def worker_parts(shared: Shared, stack: AsyncExitStack) -> Parts:
    """Make dispatcher, reconciler and janitor, and connect them; `stack` closes what they use."""
    settings, signals = shared.settings, shared.signals
    client = HttpMidjourneyClient(
        api_key=settings.midjourney_api_key.get_secret_value(),
        base_url=settings.midjourney_api_url,
    )
    api = KeyCheckedApi(await stack.enter_async_context(client))
    claims = shared.claims(shared.jobs)
    dispatcher = await _dispatcher(shared, api, claims)
    signals.job_ready.connect(dispatcher.job_ready)
    signals.slot_freed.connect(dispatcher.slot_freed)
    reconciler = Reconciler(
        jobs=shared.jobs,
        api=api,
        clock=shared.clock,
        poll_interval=timedelta(seconds=settings.poll_interval),
        on_slot_freed=signals.slot_freed,
        on_delivery_ready=signals.delivery_ready,
        observer=shared.observer,
    )
    signals.callback_noted.connect(reconciler.hint)
    return Parts(
        loops={
            "dispatcher": dispatcher,
            "reconciler": shared.singleton("reconciler", reconciler.run, reconciler.stop),
            "janitor": shared.singleton("janitor", _janitor(shared).run),
        },
        claims=[claims],
        background=[api.check_key],
        troubles={"midjourney": lambda: api.trouble},
    )


async def _dispatcher(shared: Shared, api: MidjourneyApi, claims: Claims) -> Dispatcher:
    settings, signals = shared.settings, shared.signals
    poll_interval = timedelta(seconds=settings.poll_interval)
    return Dispatcher(
        jobs=shared.jobs,
        settings=shared.facts,
        api=api,
        clock=shared.clock,
        claims=claims,
        slots=settings.midjourney_concurrency,
        first_poll_after=partial(first_poll_after, poll_interval=poll_interval),
        hook_url=await _hook_url(shared),
        on_delivery_ready=signals.delivery_ready,
        on_progress=signals.progress,
        observer=shared.observer,
    )


async def _hook_url(shared: Shared) -> Callable[[str], str] | None:
    public_url = shared.settings.public_url
    if public_url is None:
        return None
    tags = await shared.callback_tags()
    return partial(tags.hook_url, public_url)


def _janitor(shared: Shared) -> Janitor:
    return Janitor(
        jobs=shared.jobs,
        drafts=SqlDraftStore(shared.database),
        references=SqlReferenceStore(shared.database),
        clock=shared.clock,
        kept_for=timedelta(days=shared.settings.retention_days),
        observer=shared.observer,
    )
