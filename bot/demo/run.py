"""`python -m bot demo`: the product as it is, between a chat of our own and an API that draws.

Only the two outside worlds are replaced. Queue, store, submits, callbacks over HTTP, downloads and
posting are the real ones.
"""

import asyncio
import importlib.util
import socket
import threading
import webbrowser
from collections.abc import Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import click
from pydantic import SecretStr

from bot.app import App, stop_on_signals
from bot.config import Settings
from bot.demo.chat import DemoChat, DemoPage
from bot.demo.midjourney import MidjourneyStandIn
from bot.demo.slack.world import open_slack
from bot.domain.errors import DemoError
from bot.domain.jobs import Mode
from bot.observability.logs import set_up_logging
from bot.wiring import Externals

POSTING_TIME = timedelta(seconds=1)  # what fetching and posting add to a job, generously
NOT_INSTALLED = (
    "the demo's parts are missing; run `make demo`, or `pip install -r requirements/demo.txt`"
)


async def run_demo(
    *, port: int, seconds: float, fail: float, open_browser: bool, is_slack: bool = False
) -> None:
    """Run the demo until SIGINT, SIGTERM or the end of the session in the page.

    Args:
        port: of the page; the next free one is taken when it is in use.
        seconds: what a job takes.
        fail: the share of jobs that fail.
        open_browser: whether to open the page.
        is_slack: whether the chat is Slack, not Discord.

    Raises:
        DemoError: it cannot run here.
    """
    opening = open_slack() if is_slack else _open_discord()
    set_up_logging("WARNING", "console")  # what was just imported has levels of its own
    async with (
        MidjourneyStandIn(seconds=seconds, fail_share=fail) as midjourney,
        opening as chat,
    ):
        app = _make_app(chat, midjourney, seconds)
        stop_on_signals(app)
        await _run_beside(app, _show(chat, midjourney, app, port, open_browser=open_browser))


def _make_app(chat: DemoChat, midjourney: MidjourneyStandIn, seconds: float) -> App:
    externals = Externals(
        run_discord=chat.run_discord,
        typical_times=dict.fromkeys(Mode, timedelta(seconds=seconds) + POSTING_TIME),
    )
    return App(demo_settings(midjourney, chat.settings), externals)


async def _run_beside(app: App, showing: Coroutine[Any, Any, None]) -> None:
    """Run the bot, and the page as long as the bot runs."""
    try:
        async with asyncio.TaskGroup() as group:
            shown = group.create_task(showing)
            await app.run()
            shown.cancel()
    except* DemoError as errors:
        raise errors.exceptions[0] from None


def _open_discord() -> AbstractAsyncContextManager[DemoChat]:
    if importlib.util.find_spec("simcord") is None:
        raise DemoError(NOT_INSTALLED)
    from bot.demo.offline import open_demo_discord  # noqa: PLC0415 - it may be missing

    return open_demo_discord()


def demo_settings(
    midjourney: MidjourneyStandIn, of_chat: Mapping[str, object], **others: object
) -> Settings:
    """Return the settings of an application between the stand-ins.

    They read neither the environment nor `.env`, so no real token or key can get into the demo.
    """
    port = _free_port()
    given: dict[str, object] = {
        "database_url": "sqlite://",
        "midjourney_api_key": SecretStr(midjourney.api_key),
        "midjourney_api_url": midjourney.url,
        "image_hosts": (midjourney.url,),
        "port": port,
        "public_url": f"http://127.0.0.1:{port}",
        **of_chat,
    }
    return Settings.model_validate({**given, **others})


async def _show(
    chat: DemoChat,
    midjourney: MidjourneyStandIn,
    app: App,
    port: int,
    *,
    open_browser: bool,
) -> None:
    """Serve the page while the bot is there; its end is the end of the demo."""
    await chat.welcome(midjourney)
    async with chat.open_page(port) as page:
        if port and page.port != port:
            click.echo(f"Port {port} is taken.")
        _announce(page)
        if open_browser:
            _open_in_browser(page.url)
        await page.wait_closed()
    app.stop()


def _announce(page: DemoPage) -> None:
    click.echo(
        f"\n  The demo is at {page.url}\n\n"
        "  Type /imagine in the page, then what you want to see. Ctrl+C ends the demo.\n"
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
