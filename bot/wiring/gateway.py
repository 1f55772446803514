"""The chat platforms of a process: commands and buttons, results and placeholders.

Every process that hears a platform answers what people do there. Of the gateways, one at a time
posts to each, so that one alone holds the platform's rate limits.
"""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

from bot.screens.bundle import Screens
from bot.wiring.chat import Chat
from bot.wiring.outbox import make_outbox
from bot.wiring.rejections import Rejections
from bot.wiring.roles import SLACK, Role, platforms_here
from bot.wiring.screens import make_screens
from bot.wiring.services import Services, make_services
from bot.wiring.shared import Shared, Work
from bot.workers.outbox import Outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayParts:
    """What is at the chat platforms, by platform."""

    services: Services
    chats: Mapping[str, Chat]
    outboxes: Mapping[str, Outbox]  # none where this process only hears
    work: Work


async def gateway_parts(
    shared: Shared, roles: frozenset[Role], stack: AsyncExitStack
) -> GatewayParts:
    """Make services, screens, the chats and what is posted there, and connect them.

    `stack` closes what they use.
    """
    services = await make_services(shared, stack)
    screens = make_screens(shared, services)
    chats: dict[str, Chat] = {}
    for platform in sorted(platforms_here(shared.settings, roles)):
        chats[platform] = await _make_chat(platform, shared, services, screens, stack)
        services.access.add_platform(chats[platform].platform)
    posts = Role.GATEWAY in roles
    outboxes = {
        platform: make_outbox(shared, chat.messenger, services.images, services.estimates)
        for platform, chat in chats.items()
        if posts
    }
    work = _listening(chats, stays_without=not posts) | _posting(shared, chats, outboxes)
    return GatewayParts(services=services, chats=chats, outboxes=outboxes, work=work)


async def _make_chat(
    platform: str, shared: Shared, services: Services, screens: Screens, stack: AsyncExitStack
) -> Chat:
    """Make one, importing the library of that platform alone."""
    given = shared.externals.make_chats.get(platform)
    if given is not None:
        return given(screens)
    if platform == SLACK:
        from bot.wiring.slack import make_slack  # noqa: PLC0415

        return await make_slack(shared, screens, stack)
    from bot.wiring.discord import make_discord  # noqa: PLC0415

    return make_discord(shared, services.images, screens)


def _listening(chats: Mapping[str, Chat], *, stays_without: bool) -> Work:
    """Let each platform go on by itself; `stays_without`: the process has other things to do."""
    rejections = Rejections(chats, stays_without=stays_without)
    work = Work()
    for platform, chat in chats.items():
        work |= Work(
            background=[] if chat.run is None else [partial(rejections.run, platform, chat.run)],
            checks=chat.checks,
            troubles={f"{platform} token": partial(rejections.reason, platform)},
            routes=chat.routes,
        )
    return work


def _posting(shared: Shared, chats: Mapping[str, Chat], outboxes: Mapping[str, Outbox]) -> Work:
    """Let one process at a time post to each platform.

    A process that cannot log in must not keep one that can from posting.
    """
    leaders = {
        f"posts:{platform}": shared.leader(
            f"posts:{platform}", {"outbox": outbox}, ready=chats[platform].messenger.ready
        )
        for platform, outbox in outboxes.items()
    }
    return Work(loops=leaders)
