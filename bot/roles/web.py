"""The role that listens: the provider's callbacks, attached images, and health."""

from bot.roles.parts import Parts, Shared
from bot.store import SqlReferenceStore
from bot.web.references import ReferenceHandler
from bot.web.server import Pages
from bot.web.webhook import CallbackHandler


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
    return Parts(pages=Pages(callback=callback, reference=reference))
