"""Slack, put together from the screens: how it tells us what people do, and our messages there."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

import aiohttp

from bot.images import clean_png
from bot.platforms.slack.app import (
    MAX_BODY_BYTES,
    Listeners,
    RequestHandler,
    SocketMode,
    run_slack,
)
from bot.platforms.slack.channels import Channels
from bot.platforms.slack.commands.admission import Admission
from bot.platforms.slack.commands.answering import Answering
from bot.platforms.slack.commands.hearing import Hearing
from bot.platforms.slack.commands.names import EVENTS_PATH
from bot.platforms.slack.commands.places import Places
from bot.platforms.slack.connection import slack_client, slack_session
from bot.platforms.slack.connection.identity import IdentityHolder
from bot.platforms.slack.messenger import SlackMessenger, Uploader
from bot.platforms.slack.messenger.files import Files
from bot.platforms.slack.messenger.platform import SlackPlatform
from bot.platforms.slack.people import People
from bot.platforms.slack.timings import SLACK_TIMINGS
from bot.screens.bundle import Screens
from bot.web.server import Route
from bot.wiring.chat import Chat
from bot.wiring.shared import Shared


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackChat(Chat):
    """Slack, what hears people there, and who we are."""

    hearing: Hearing
    identity: IdentityHolder


class _Slack:
    """The parts of Slack's side, each made once."""

    def __init__(self, shared: Shared, session: aiohttp.ClientSession) -> None:
        self.settings = shared.settings
        self.clock = shared.clock
        self.timings = shared.externals.slack_timings or SLACK_TIMINGS
        self.session = session
        self.identity = IdentityHolder()
        self.closed = asyncio.Event()
        token = self.settings.slack_bot_token
        assert token is not None, "Slack is not set"
        self.token = token.get_secret_value()
        self.client = slack_client(
            token=self.token, api_url=self.settings.slack_api_url, session=session
        )
        self.channels = Channels(
            self.client, identity=self.identity, clock=self.clock, timings=self.timings
        )
        self.messenger = SlackMessenger(
            self.client,
            uploader=Uploader(self.client, session=session, to_png=clean_png, timings=self.timings),
            identity=self.identity,
            clock=self.clock,
            timings=self.timings,
            on_denied=self.channels.forget,
        )

    def platform(self) -> SlackPlatform:
        files = Files(
            self.client,
            session=self.session,
            token=self.token,
            api_url=self.settings.slack_api_url,
            timings=self.timings,
        )
        return SlackPlatform(messenger=self.messenger, channels=self.channels, files=files)

    def hearing(self, screens: Screens) -> Hearing:
        return Hearing(screens=screens, answering=self._answering(screens))

    def listeners(self, hearing: Hearing) -> Listeners:
        return Listeners(hearing, timings=self.timings)

    def _answering(self, screens: Screens) -> Answering:
        within_s = self.timings.person_within_s
        return Answering(
            screens=screens,
            client=self.client,
            session=self.session,
            messenger=self.messenger,
            people=People(self.client, clock=self.clock, timings=self.timings),
            places=Places(
                messenger=self.messenger,
                identity=self.identity,
                clock=self.clock,
                within_s=within_s,
            ),
            admission=Admission(
                identity=self.identity,
                allowed_teams=self.settings.allowed_teams,
                within_s=within_s,
            ),
            clock=self.clock,
            timings=self.timings,
            is_closed=self.closed.is_set,
        )

    def sockets(self, listeners: Listeners) -> SocketMode | None:
        app_token = self.settings.slack_app_token
        if app_token is None:
            return None
        return SocketMode(
            app_token=app_token.get_secret_value(),
            client=self.client,
            session=self.session,
            hear=listeners.hear,
            timings=self.timings,
        )

    def route(self, listeners: Listeners) -> Route:
        secret = self.settings.slack_signing_secret
        assert secret is not None, "Slack can reach us neither way"
        handler = RequestHandler(
            listeners,
            signing_secret=secret.get_secret_value(),
            identity=self.identity,
            closed=self.closed,
            clock=self.clock,
            timings=self.timings,
        )
        return Route("POST", EVENTS_PATH, handler, max_body_bytes=MAX_BODY_BYTES)

    async def is_known(self) -> bool:
        return self.identity.known is not None


async def make_slack(shared: Shared, screens: Screens, stack: AsyncExitStack) -> SlackChat:
    """Make our side of Slack; nothing connects before its `run`. `stack` closes its session."""
    session = shared.externals.slack_session
    if session is None:
        session = await stack.enter_async_context(slack_session(shared.observer))
    slack = _Slack(shared, session)
    hearing = slack.hearing(screens)
    listeners = slack.listeners(hearing)
    sockets = slack.sockets(listeners)
    return SlackChat(
        platform=slack.platform(),
        messenger=slack.messenger,
        run=partial(
            run_slack,
            slack.client,
            identity=slack.identity,
            listeners=listeners,
            sockets=sockets,
            closed=slack.closed,
            timings=slack.timings,
        ),
        checks={"slack": slack.is_known if sockets is None else sockets.is_connected},
        routes=() if sockets is not None else (slack.route(listeners),),
        hearing=hearing,
        identity=slack.identity,
    )
