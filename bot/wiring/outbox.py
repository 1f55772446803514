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
    placeholders = _placeholders(shared, messenger, estimates)
    outbox = Outbox(
        platform=messenger.platform,
        entries=shared.stores.outbox,
        handlers={
            OutboxKind.PLACEHOLDER: placeholders,
            OutboxKind.RESULT: _results(shared, messenger, images, placeholders),
            OutboxKind.DONE: _done_messages(shared, messenger),
        },
        clock=shared.clock,
        timings=shared.timings,
    )
    shared.signals.to_show.connect(outbox.look)
    if messenger.limits.sends_placeholders:
        shared.signals.job_ready.connect(outbox.look)
    return outbox


def _placeholders(shared: Shared, messenger: Messenger, estimates: Estimates) -> Placeholders:
    return Placeholders(
        messenger=messenger,
        entries=shared.stores.outbox,
        progress=shared.stores.progress,
        deliveries=shared.stores.deliveries,
        placeholders=shared.stores.placeholders,
        estimates=estimates,
        slots=shared.settings.midjourney_concurrency,
        clock=shared.clock,
        timings=shared.timings,
    )


def _results(
    shared: Shared, messenger: Messenger, images: ImageFetcher, placeholders: Placeholders
) -> Results:
    return Results(
        messenger=messenger,
        entries=shared.stores.outbox,
        progress=shared.stores.progress,
        deliveries=shared.stores.deliveries,
        placeholders=placeholders,
        images=images,
        fitter=fitting,
        clock=shared.clock,
        observer=shared.observer,
        timings=shared.timings,
    )


def _done_messages(shared: Shared, messenger: Messenger) -> DoneMessages:
    return DoneMessages(
        messenger=messenger,
        entries=shared.stores.outbox,
        progress=shared.stores.progress,
        deliveries=shared.stores.deliveries,
        personal=shared.stores.personal,
        clock=shared.clock,
    )
