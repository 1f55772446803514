"""`python -m bot demo`: the product as it is, between a Discord in memory and an API that draws.

Only the two outside worlds are replaced. Queue, store, submits, callbacks over HTTP, downloads and
posting are the real ones.
"""

import asyncio
import importlib.util
import socket
import threading
import webbrowser
from datetime import timedelta
from typing import TYPE_CHECKING

import click
from pydantic import SecretStr

from bot.app import App, stop_on_signals
from bot.config import Settings
from bot.demo.midjourney import MidjourneyStandIn
from bot.domain.errors import DemoError
from bot.domain.jobs import Mode
from bot.observability.logs import set_up_logging
from bot.platforms.discord import point_at
from bot.wiring import Externals

if TYPE_CHECKING:
    from bot.demo.discord import DiscordPage, OfflineDiscord

# Nothing answers there (RFC 2606): what should slip past the Discord in memory goes nowhere.
NOWHERE_URL, NOWHERE_GATEWAY = "https://discord.invalid/api/v10", "wss://gateway.discord.invalid/"
POSTING_TIME = timedelta(seconds=1)  # what fetching and posting add to a job, generously
NOT_INSTALLED = (
    "the demo's parts are missing; run `make demo`, or `pip install -r requirements/demo.txt`"
)


async def run_demo(*, port: int, seconds: float, fail: float, open_browser: bool) -> None:
    """Run the demo until SIGINT, SIGTERM or the end of the session in the page.

    Args:
        port: of the page; the next free one is taken when it is in use.
        seconds: what a job takes.
        fail: the share of jobs that fail.
        open_browser: whether to open the page.

    Raises:
        DemoError: it cannot run here.
    """
    if importlib.util.find_spec("simcord") is None:
        raise DemoError(NOT_INSTALLED)
    from bot.demo.discord import open_discord  # noqa: PLC0415 - it may be missing

    set_up_logging("WARNING", "console")
    point_at(NOWHERE_URL, NOWHERE_GATEWAY)
    async with (
        MidjourneyStandIn(seconds=seconds, fail_share=fail) as midjourney,
        open_discord() as world,
    ):
        externals = Externals(
            run_discord=world.run_bot,
            typical_times=dict.fromkeys(Mode, timedelta(seconds=seconds) + POSTING_TIME),
        )
        app = App(demo_settings(midjourney, world), externals)
        stop_on_signals(app)
        try:
            async with asyncio.TaskGroup() as group:
                showing = group.create_task(
                    _show(world, midjourney, app, port, open_browser=open_browser)
                )
                await app.run()
                showing.cancel()
        except* DemoError as errors:
            raise errors.exceptions[0] from None


def demo_settings(
    midjourney: MidjourneyStandIn, world: "OfflineDiscord", **others: object
) -> Settings:
    """Return the settings of an application between the stand-ins.

    They read neither the environment nor `.env`, so no real token or key can get into the demo.
    """
    port = _free_port()
    given: dict[str, object] = {
        "database_url": "sqlite://",
        "discord_token": SecretStr("none"),
        "midjourney_api_key": SecretStr(midjourney.api_key),
        "midjourney_api_url": midjourney.url,
        "image_hosts": (midjourney.url,),
        "port": port,
        "public_url": f"http://127.0.0.1:{port}",
        "discord_api_url": NOWHERE_URL,
        "discord_gateway_url": NOWHERE_GATEWAY,
        "discord_cdn_url": world.cdn_url,
    }
    return Settings.model_validate({**given, **others})


async def _show(
    world: "OfflineDiscord",
    midjourney: MidjourneyStandIn,
    app: App,
    port: int,
    *,
    open_browser: bool,
) -> None:
    """Serve the page while the bot is there; its end is the end of the demo."""
    from bot.demo import welcome  # noqa: PLC0415 - its parts may be missing
    from bot.demo.discord import open_page  # noqa: PLC0415

    await world.bot_arrived.wait()
    await welcome.show_example(world, midjourney)
    await welcome.greet(world)
    async with open_page(world, port) as page:
        if port and page.port != port:
            click.echo(f"Port {port} is taken.")
        _announce(page)
        if open_browser:
            _open_in_browser(page.url)
        await page.wait_closed()
    app.stop()


def _announce(page: "DiscordPage") -> None:
    click.echo(
        f"\n  The demo is at {page.url}\n\n"
        "  Type /imagine in the page, then what you want to see. Ctrl-C ends the demo.\n"
    )


def _open_in_browser(url: str) -> None:
    """Open the page in a graphical browser, if there is one; a text browser would take over."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    if type(browser) is not webbrowser.GenericBrowser:  # which stands for the text browsers
        threading.Thread(target=browser.open, args=(url,), daemon=True).start()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
