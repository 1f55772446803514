"""The role that works with the provider: submits jobs, polls them, and cleans up.

Of any number of workers one leads, and does all of it.
"""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.midjourney.client import HttpMidjourneyClient
from bot.midjourney.key_check import KeyCheckedApi
from bot.ports.provider import MidjourneyApi
from bot.web import CallbackTags
from bot.wiring.shared import Shared, Work
from bot.workers.dispatcher import Dispatcher
from bot.workers.janitor import Janitor
from bot.workers.leadership import Led
from bot.workers.reconciler import Reconciler, first_poll_after


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerParts:
    """What works with the provider."""

    dispatcher: Dispatcher
    reconciler: Reconciler
    janitor: Janitor
    work: Work


async def worker_parts(shared: Shared, stack: AsyncExitStack) -> WorkerParts:
    """Make dispatcher, reconciler and janitor, and connect them; `stack` closes what they use."""
    api = KeyCheckedApi(await _provider(shared, stack))
    dispatcher = await _dispatcher(shared, api)
    reconciler = _reconciler(shared, api)
    janitor = _janitor(shared)
    loops: dict[str, Led] = {
        "dispatcher": dispatcher,
        "reconciler": reconciler,
        "janitor": janitor,
    }
    work = Work(
        loops={"work": shared.leader("work", loops)},
        background=[api.check_key],
        troubles={"midjourney": lambda: api.trouble},
    )
    return WorkerParts(dispatcher=dispatcher, reconciler=reconciler, janitor=janitor, work=work)


async def _provider(shared: Shared, stack: AsyncExitStack) -> MidjourneyApi:
    if shared.externals.provider is not None:
        return shared.externals.provider
    client = HttpMidjourneyClient(
        api_key=shared.settings.midjourney_api_key.get_secret_value(),
        base_url=shared.settings.midjourney_api_url,
    )
    return await stack.enter_async_context(client)


async def _dispatcher(shared: Shared, api: MidjourneyApi) -> Dispatcher:
    settings, signals = shared.settings, shared.signals
    poll_interval = timedelta(seconds=settings.poll_interval)
    dispatcher = Dispatcher(
        queue=shared.stores.queue,
        api=api,
        clock=shared.clock,
        slots=settings.midjourney_concurrency,
        platforms=settings.platforms,
        first_poll_after=partial(first_poll_after, poll_interval=poll_interval),
        hook_url=await _hook_url(shared),
        on_change=signals.to_show,
        observer=shared.observer,
        timings=shared.timings,
    )
    signals.job_ready.connect(dispatcher.look)
    signals.slot_freed.connect(dispatcher.look)
    return dispatcher


async def _hook_url(shared: Shared) -> Callable[[str], str] | None:
    public_url = shared.settings.public_url
    if public_url is None:
        return None
    tags = CallbackTags(await shared.secret())
    return partial(tags.hook_url, public_url)


def _reconciler(shared: Shared, api: MidjourneyApi) -> Reconciler:
    signals = shared.signals
    reconciler = Reconciler(
        polls=shared.stores.polls,
        api=api,
        clock=shared.clock,
        poll_interval=timedelta(seconds=shared.settings.poll_interval),
        on_slot_freed=signals.slot_freed,
        on_change=signals.to_show,
        observer=shared.observer,
        timings=shared.timings,
    )
    signals.callback_noted.connect(reconciler.hint)
    return reconciler


def _janitor(shared: Shared) -> Janitor:
    return Janitor(
        retention=shared.stores.retention,
        drafts=shared.stores.drafts,
        references=shared.stores.references,
        clock=shared.clock,
        kept_for=timedelta(days=shared.settings.retention_days),
        observer=shared.observer,
        timings=shared.timings,
    )
