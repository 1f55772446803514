"""The role that is at a chat platform: commands and buttons, results and placeholders.

Every gateway process hears commands; one at a time posts, so that one alone holds the platform's
rate limits.
"""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

from bot.wiring.chat import Chat
from bot.wiring.discord import make_discord
from bot.wiring.outbox import make_outbox
from bot.wiring.screens import make_screens
from bot.wiring.services import Services, make_services
from bot.wiring.shared import Shared, Work
from bot.workers.outbox import Outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayParts:
    """What is at a chat platform."""

    services: Services
    chat: Chat
    outbox: Outbox
    work: Work


async def gateway_parts(shared: Shared, stack: AsyncExitStack) -> GatewayParts:
    """Make services, screens, the chat and what is posted there, and connect them.

    `stack` closes what they use.
    """
    services = await make_services(shared, stack)
    make_chat = shared.externals.chat or partial(make_discord, shared, services.images)
    chat = make_chat(make_screens(shared, services))
    services.access.add_platform(chat.platform)
    outbox = make_outbox(shared, chat.messenger, services.images, services.estimates)
    # A process that cannot log in must not keep one that can from posting.
    posts = f"posts:{chat.messenger.platform}"
    work = Work(
        loops={posts: shared.leader(posts, {"outbox": outbox}, ready=chat.messenger.ready)},
        background=chat.background,
        checks=chat.checks,
    )
    return GatewayParts(services=services, chat=chat, outbox=outbox, work=work)
