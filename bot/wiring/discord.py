"""Discord, put together from the screens: our client there, and what speaks for it to the core."""

from dataclasses import dataclass
from functools import partial

from bot.config import Settings
from bot.platforms.discord import (
    DiscordMessenger,
    DiscordPlatform,
    ImagineBot,
    point_at,
    run_discord,
)
from bot.platforms.discord.timings import DISCORD_TIMINGS
from bot.ports.images import ImageFetcher
from bot.screens.bundle import Screens
from bot.wiring.chat import Chat
from bot.wiring.shared import Shared


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordChat(Chat):
    """Discord, and our client there."""

    bot: ImagineBot


def make_discord(shared: Shared, images: ImageFetcher, screens: Screens) -> DiscordChat:
    """Make the client and what uses it; nothing connects before its `background` runs."""
    timings = shared.externals.discord_timings or DISCORD_TIMINGS
    bot = ImagineBot(
        screens=screens,
        settings=shared.stores.settings,
        clock=shared.clock,
        as_leader=shared.as_leader,
        observer=shared.observer,
        answer_grace=shared.timings.answer_grace,
        discord_timings=timings,
    )
    platform = DiscordPlatform(
        bot,
        images=images,
        cdn_url=shared.settings.discord_cdn_url,
        clock=shared.clock,
        timings=timings,
    )
    messenger = DiscordMessenger(bot, ready=bot.usable.wait, clock=shared.clock, timings=timings)
    token = shared.settings.discord_token
    assert token is not None, "Discord is not set"
    run = shared.externals.run_discord or partial(_run_at_discord, shared.settings)
    return DiscordChat(
        platform=platform,
        messenger=messenger,
        run=partial(run, bot, token.get_secret_value()),
        checks={"discord": bot.is_connected},
        bot=bot,
    )


async def _run_at_discord(settings: Settings, bot: ImagineBot, token: str) -> None:
    point_at(settings.discord_api_url, settings.discord_gateway_url)
    await run_discord(bot, token)
