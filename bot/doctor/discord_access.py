"""Where `/imagine` may be used in a Discord server, as its administrators chose under Integrations.

https://docs.discord.com/developers/interactions/application-commands#permissions
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from bot.doctor.calls import UnreachedError
from bot.doctor.discord_api import Application, DiscordApi, Guild
from bot.doctor.findings import Finding, fail, ok, warn

ROLE, CHANNEL = 1, 3  # kinds of rules, beside those for one person
_WITH_MESSAGES = (0, 5)  # text and announcement channels; threads follow theirs
_SHOWN = 5
_WHERE = "Server Settings → Integrations → the bot"

Rules: TypeAlias = Mapping[tuple[int, str], bool]  # by kind and id: whether it is allowed


async def check_access(
    api: DiscordApi, application: Application, guild: Guild, command_id: str
) -> AsyncIterator[Finding]:
    """Name the channels in which `/imagine` is switched off; nothing if that can't be read."""
    path = f"/applications/{application.id}/guilds/{guild.id}/commands/permissions"
    try:
        levels = rules_of(await api.get(path), (command_id, application.id))
        channels = await api.get(f"/guilds/{guild.id}/channels") if any(levels) else []
    except UnreachedError:
        return
    if not is_open_to_anybody(guild, levels):
        text = f"{guild.name}: /imagine is switched off for all but administrators"
        yield fail(text, f"{_WHERE}: allow @everyone, or a role")
    names = {each["id"]: each["name"] for each in channels if each["type"] in _WITH_MESSAGES}
    for finding in _judge_channels(guild, levels, names):
        yield finding


def rules_of(said: Sequence[Mapping[str, Any]], ids: Sequence[str]) -> list[Rules]:
    """Return the rules of these commands and applications, in this order."""
    rules = {
        each["id"]: {(rule["type"], rule["id"]): rule["permission"] for rule in each["permissions"]}
        for each in said
    }
    return [rules.get(id_, {}) for id_ in ids]


def is_open_to_anybody(guild: Guild, levels: Sequence[Rules]) -> bool:
    """Whether others than administrators may use it; the first level that says so decides."""
    for rules in levels:
        if any(allowed for (kind, _), allowed in rules.items() if kind != CHANNEL):
            return True
        if (ROLE, guild.id) in rules:
            return False
    return True


def is_open_in(channel_id: str, guild: Guild, levels: Sequence[Rules]) -> bool:
    """Whether it may be used in a channel; the first level that says so decides."""
    for rules in levels:
        for id_ in (channel_id, _all_channels(guild)):
            if (CHANNEL, id_) in rules:
                return rules[CHANNEL, id_]
    return True


def _all_channels(guild: Guild) -> str:
    return str(int(guild.id) - 1)


def _judge_channels(
    guild: Guild, levels: Sequence[Rules], names: Mapping[str, str]
) -> Iterator[Finding]:
    is_open = {id_: is_open_in(id_, guild, levels) for id_ in names}
    closed = [name for id_, name in names.items() if not is_open[id_]]
    opened = [name for id_, name in names.items() if is_open[id_]]
    if not closed:
        return
    is_chosen = not is_open_in("", guild, levels)  # all channels are off, but for some
    if not opened:
        text = f"{guild.name}: /imagine is switched off in every channel"
        yield fail(text, f"{_WHERE}: allow it in a channel")
    elif is_chosen:
        yield ok(f"{guild.name}: /imagine may be used in {_listed(opened)} only")
    else:
        yield warn(f"{guild.name}: /imagine is switched off in {_listed(closed)}", _WHERE)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"#{name}" for name in names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"
