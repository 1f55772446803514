"""The role that listens: the provider's callbacks, attached images, health and metrics."""

from functools import partial

from bot.midjourney.protocol import read_callback
from bot.observability.loop_lag import watch_loop
from bot.observability.sleep import watch_for_sleep
from bot.web import CallbackTags, ReferenceTags, SelfCallTags
from bot.web.address_watch import AddressWatch
from bot.web.callbacks import MAX_BODY_BYTES, CallbackHandler
from bot.web.metrics import MetricsHandler
from bot.web.references import ReferenceHandler
from bot.web.self_call import MAX_BODY_BYTES as MAX_SELF_CALL_BYTES
from bot.web.self_call import SelfCallHandler, call_self_once
from bot.web.server import Route
from bot.web.signing import PATH, REFERENCE_PATH, SELF_CALL_PATH
from bot.wiring.shared import Shared, Work


async def web_work(shared: Shared) -> Work:
    """Make what answers requests; the port is bound already."""
    secret = await shared.secret()
    callback = CallbackHandler(
        callbacks=shared.stores.callbacks,
        tags=CallbackTags(secret),
        clock=shared.clock,
        read_task_id=read_callback,
        on_callback=shared.signals.callback_noted,
        limits=shared.externals.web_limits,
    )
    reference = ReferenceHandler(
        references=shared.stores.references,
        tags=ReferenceTags(secret),
        limits=shared.externals.web_limits,
    )
    routes = [
        Route("POST", PATH, callback, max_body_bytes=MAX_BODY_BYTES),
        Route("GET", REFERENCE_PATH, reference),
    ]
    work = Work(routes=routes, background=[watch_for_sleep])
    work |= _watched_address(shared, SelfCallTags(secret))
    metrics = _metrics(shared)
    if metrics is None:
        return work
    return work | Work(
        routes=[Route("GET", "/metrics", metrics)],
        background=[partial(watch_loop, shared.observer)],
    )


def _watched_address(shared: Shared, tags: SelfCallTags) -> Work:
    """Let us call ourselves at the public address, if there is one."""
    public_url, handler = shared.settings.public_url, SelfCallHandler(tags)
    route = Route("POST", SELF_CALL_PATH, handler, max_body_bytes=MAX_SELF_CALL_BYTES)
    if public_url is None:
        return Work(routes=[route])
    watch = AddressWatch(partial(call_self_once, public_url, tags), shared.timings)
    return Work(routes=[route], background=[watch.run], notes={"public address": watch.note})


def _metrics(shared: Shared) -> MetricsHandler | None:
    """Make the page of the counters, unless there is nobody who may read it."""
    token = shared.settings.metrics_token
    if token is None or shared.metrics is None:
        return None
    slots = shared.settings.midjourney_concurrency
    return MetricsHandler(
        token=token.get_secret_value(),
        render=shared.metrics.render,
        read_stats=lambda: shared.stores.progress.queue_stats(slots=slots, now=shared.clock.now()),
        limits=shared.externals.web_limits,
    )
