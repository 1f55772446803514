"""Discord: the token and the application behind it, its commands, and the servers that it is in."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from bot.doctor.calls import UnreachedError
from bot.doctor.discord_access import check_access
from bot.doctor.discord_api import Application, DiscordApi, Guild, TokenRefusedError
from bot.doctor.discord_channels import check_channels
from bot.doctor.findings import Finding, fail, ok, warn
from bot.doctor.subject import Subject
from bot.platforms.discord import invite_link, our_commands

PORTAL = "https://discord.com/developers/applications"
SLASH = 1  # the type of commands that are typed
SYNC = "python -m bot sync"
FEW_SESSIONS = 50  # of 1000 a day; after the last one Discord resets the token
MAX_GUILDS = 10  # whose channels are looked at


async def check_discord(subject: Subject) -> AsyncIterator[Finding]:
    """Look at all that can be read with the bot's token."""
    api = DiscordApi.of(subject.session, subject.settings)
    try:
        application = await api.application()
        yield greet(application)
        for finding in judge_application(application):
            yield finding
        async for finding in _rest(subject, api, application):
            yield finding
    except TokenRefusedError:
        yield refused()
    except UnreachedError as error:
        yield fail(f"Discord can't be asked: {error}", "see https://discordstatus.com")


def refused() -> Finding:
    """Say that the token is wrong."""
    return fail("Discord does not accept DISCORD_TOKEN", f"reset the token at {PORTAL}")


def greet(application: Application) -> Finding:
    """Say who the bot is."""
    return ok(f"the token belongs to {application.name}", detail=f"application {application.id}")


def invitation(application: Application) -> str:
    """Return the link that adds the bot to a server."""
    return invite_link(int(application.id))


def judge_application(application: Application) -> Iterator[Finding]:
    """Say what in Discord's portal is set so that the bot cannot work, or costs money."""
    if application.interactions_endpoint_url:
        yield fail(
            "Discord sends all commands to an Interactions Endpoint URL, so the bot hears none",
            f"clear it at {PORTAL}/{application.id}/information",
        )
    if application.is_public:
        yield warn(
            "anybody can add this bot to a server of theirs",
            f"switch off Public Bot at {PORTAL}/{application.id}/bot",
        )


async def _rest(
    subject: Subject, api: DiscordApi, application: Application
) -> AsyncIterator[Finding]:
    yield _sessions(await api.sessions_left())
    facts = await subject.database_or_none()
    registered = await api.commands(application)
    is_running = facts is not None and facts.has_running_bot
    yield await _judge_commands(registered, is_running=is_running)
    guilds = await api.guilds()
    allowed = subject.settings.allowed_guilds
    for finding in _judge_guilds(guilds, allowed, application):
        yield finding
    for guild in [each for each in guilds if not allowed or each.id in allowed][:MAX_GUILDS]:
        async for finding in _in_guild(api, application, guild, _imagine_in(registered)):
            yield finding


async def _in_guild(
    api: DiscordApi, application: Application, guild: Guild, imagine_id: str | None
) -> AsyncIterator[Finding]:
    if not await api.may_have_commands(application, guild):
        yield fail(
            f"{guild.name}: the bot may have no commands there",
            f"add it again with {invitation(application)}",
        )
    async for finding in check_channels(api, guild):
        yield finding
    if imagine_id is not None:
        async for finding in check_access(api, application, guild, imagine_id):
            yield finding


def _sessions(left: int) -> Finding:
    if left == 0:
        return fail(
            "no session is left today: the bot was started too often", "wait until tomorrow"
        )
    if left < FEW_SESSIONS:
        text = f"only {left} sessions are left today: does something restart the bot all the time?"
        return warn(text, "see its log for why it ends")
    return ok("sessions are left for today", detail=f"{left} of them")


# ── Commands ────────────────────────────────────────────────────────────────────────────────────


async def _judge_commands(registered: Sequence[Mapping[str, Any]], *, is_running: bool) -> Finding:
    if not registered and not is_running:
        return ok("the commands are not registered yet; the first start does it")
    ours = await our_commands()
    missing = sorted(_names(ours) - _names(registered))
    if missing:
        return fail(f"commands are not registered: {_listed(missing)}", SYNC)
    outdated = sorted(_options(ours) - _options(registered))
    if outdated:
        return fail(f"the commands are of an older version, without {_listed(outdated)}", SYNC)
    return ok("the commands are registered")


def _imagine_in(commands: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the id of the command that everybody needs."""
    found = (str(each["id"]) for each in commands if _names([each]) == {"/imagine"})
    return next(found, None)


def _names(commands: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the names as people see them."""
    return {
        f"/{each['name']}" if each.get("type", 1) == SLASH else str(each["name"])
        for each in commands
    }


def _options(commands: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the options and subcommands, each after its command."""
    return {
        f"/{each['name']} {option['name']}"
        for each in commands
        for option in each.get("options") or ()
    }


# ── Servers ─────────────────────────────────────────────────────────────────────────────────────


def _judge_guilds(
    guilds: Sequence[Guild], allowed: Sequence[str], application: Application
) -> Iterator[Finding]:
    if not guilds:
        yield fail("the bot is in no server", f"add it with {invitation(application)}")
        return
    names = {guild.id: guild.name for guild in guilds}
    yield ok(f"the bot is in {_listed(list(names.values()))}", detail=", ".join(sorted(names)))
    for id_ in allowed:
        if id_ not in names:
            yield _unknown_guild(id_, names)
    left_out = [name for id_, name in names.items() if allowed and id_ not in allowed]
    if left_out:
        yield warn(
            f"the bot is in {_listed(left_out)} too, but nobody there may use it",
            "add the id to ALLOWED_GUILDS, or remove the bot there",
        )


def _unknown_guild(id_: str, names: Mapping[str, str]) -> Finding:
    close = get_close_matches(id_, names, n=1, cutoff=0.8)
    fix = (
        f"did you mean {close[0]} ({names[close[0]]})?"
        if close
        else "correct the id, or add the bot: python -m bot invite"
    )
    return fail(f"ALLOWED_GUILDS: the bot is in no server with the id {id_}", fix)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"  # noqa: PLR2004
