"""The outbox of one platform, put together."""

from bot.domain.outbox import OutboxKind
from bot.images import fitting
from bot.ports.images import ImageFetcher
from bot.ports.messenger import Messenger
from bot.services.estimates import Estimates
from bot.wiring.shared import Shared
from bot.workers.done_messages import DoneMessages
from bot.workers.outbox import Outbox
from bot.workers.placeholders import Placeholders
from bot.workers.results import Results


def make_outbox(
    shared: Shared, messenger: Messenger, images: ImageFetcher, estimates: Estimates
) -> Outbox:
    """Make the outbox of one platform, with what shows each kind of its entries."""
    stores, clock = shared.stores, shared.clock
    placeholders = Placeholders(
        messenger=messenger,
        entries=stores.outbox,
        progress=stores.progress,
        deliveries=stores.deliveries,
        placeholders=stores.placeholders,
        estimates=estimates,
        slots=shared.settings.midjourney_concurrency,
        clock=clock,
        timings=shared.timings,
    )
    results = Results(
        messenger=messenger,
        entries=stores.outbox,
        progress=stores.progress,
        deliveries=stores.deliveries,
        placeholders=placeholders,
        images=images,
        fitter=fitting,
        clock=clock,
        observer=shared.observer,
        timings=shared.timings,
    )
    done_messages = DoneMessages(
        messenger=messenger,
        entries=stores.outbox,
        progress=stores.progress,
        deliveries=stores.deliveries,
        personal=stores.personal,
        clock=clock,
    )
    outbox = Outbox(
        platform=messenger.platform,
        entries=stores.outbox,
        handlers={
            OutboxKind.PLACEHOLDER: placeholders,
            OutboxKind.RESULT: results,
            OutboxKind.DONE: done_messages,
        },
        clock=clock,
        timings=shared.timings,
    )
    shared.signals.to_show.connect(outbox.look)
    if messenger.limits.sends_placeholders:
        shared.signals.job_ready.connect(outbox.look)
    return outbox
