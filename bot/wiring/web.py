"""The role that listens: the provider's callbacks, attached images, health and metrics."""

from functools import partial

from bot.lag import watch_loop
from bot.store import SqlReferenceStore
from bot.web.metrics_page import MetricsHandler
from bot.web.references import ReferenceHandler
from bot.web.server import Pages
from bot.web.webhook import CallbackHandler
from bot.wiring.parts import Parts, Shared


async def web_parts(shared: Shared) -> Parts:
    """Make what answers requests; the port is bound already."""
    callback = CallbackHandler(
        jobs=shared.jobs,
        tags=await shared.callback_tags(),
        clock=shared.clock,
        on_callback=shared.signals.callback_noted,
    )
    reference = ReferenceHandler(
        references=SqlReferenceStore(shared.database), tags=await shared.reference_tags()
    )
    metrics = _metrics(shared)
    if metrics is None:
        return Parts(pages=Pages(callback=callback, reference=reference))
    return Parts(
        pages=Pages(callback=callback, reference=reference, metrics=metrics),
        background=[partial(watch_loop, shared.observer)],
    )


def _metrics(shared: Shared) -> MetricsHandler | None:
    """Make the page of the counters, unless there is nobody who may read it."""
    token = shared.settings.metrics_token
    if token is None or shared.metrics is None:
        return None
    slots = shared.settings.midjourney_concurrency
    return MetricsHandler(
        token=token.get_secret_value(),
        render=shared.metrics.render,
        read_stats=lambda: shared.jobs.queue_stats(slots=slots, now=shared.clock.now()),
    )
