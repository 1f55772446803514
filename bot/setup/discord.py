"""Discord's part: the token, adding the bot to a server, and who may use it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from bot.command_line import run_in_loop
from bot.doctor.calls import UnreachedError, open_session
from bot.doctor.discord import greet, invitation, judge_application, refused
from bot.doctor.discord_api import Application, DiscordApi, Guild, TokenRefusedError
from bot.doctor.findings import Finding, fail, presentable
from bot.setup.draft import Draft
from bot.setup.terminal import ask_secret, confirm, head, say, show

PORTAL = "https://discord.com/developers/applications"
LOOK_EVERY_S = 2.0
T = TypeVar("T")


class DiscordQuestions:
    """Asks about Discord; what the token opens is remembered for the next question."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._application: Application | None = None

    def ask(self) -> None:
        """Ask everything, or stop where an answer is missing."""
        head("Discord")
        say(f"  Make an application at {PORTAL}")
        say('  and press "Reset Token" on its page "Bot".')
        ask_secret(self._draft, "DISCORD_TOKEN", "Bot token", self._judge_token)
        if self._application is not None:
            show(judge_application(self._application))
            self._ask_who_may_use_it(self._servers())

    def _judge_token(self, token: str) -> list[Finding]:
        self._application = None
        try:
            self._application = run_in_loop(_call(self._draft, token, DiscordApi.application))
        except TokenRefusedError:
            return [refused()]
        except UnreachedError as error:
            return [fail(f"Discord can't be asked: {error}", "check the internet connection")]
        return [greet(self._application)]

    def _servers(self) -> list[Guild]:
        """Return the servers that the bot is in; wait for the first one."""
        application = self._application
        assert application is not None
        token = self._draft.get("DISCORD_TOKEN")
        try:
            return run_in_loop(
                _call(self._draft, token, lambda api: _servers_or_wait(api, application))
            )
        except KeyboardInterrupt:
            say("  skipped; run setup again when it is there")
        except (TokenRefusedError, UnreachedError) as error:
            say(f"  Its servers can't be read: {error}")
        return []

    def _ask_who_may_use_it(self, guilds: list[Guild]) -> None:
        present = self._draft.get("ALLOWED_GUILDS").replace(",", " ").split()
        allowed = [guild for guild in guilds if guild.id in present]
        others = [guild for guild in guilds if guild.id not in present]
        if allowed:
            say(f"  Only people in {_names(allowed)} may use it.")
            question = f"May people in {_names(others)} use it too (and spend your money)?"
        else:
            question = f"May only people in {_names(others)} use it (and spend your money)?"
            present = []
        if others and confirm(question, default=not allowed):
            ids = [*present, *(guild.id for guild in others)]
            self._draft.put("ALLOWED_GUILDS", ",".join(ids))


def _names(guilds: Sequence[Guild]) -> str:
    return presentable(", ".join(guild.name for guild in guilds))


async def _call(draft: Draft, token: str, ask: Callable[[DiscordApi], Awaitable[T]]) -> T:
    async with open_session() as session:
        return await ask(DiscordApi(session=session, url=draft.get("DISCORD_API_URL"), token=token))


async def _servers_or_wait(api: DiscordApi, application: Application) -> list[Guild]:
    if found := await api.guilds():
        return found
    say(f"  Add it to your server: {invitation(application)}")
    # Said from inside the loop, which hears Ctrl+C by now.
    say("  Waiting until it appears there … (Ctrl+C goes on without)")
    return await _first_guilds(api)


async def _first_guilds(api: DiscordApi) -> list[Guild]:
    """Look every other second whether the bot is in a server."""
    while True:
        with contextlib.suppress(UnreachedError):  # the next look may go better
            guilds = await api.guilds()
            if guilds:
                return guilds
        await asyncio.sleep(LOOK_EVERY_S)
