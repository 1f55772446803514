"""What the bot may do in the channels of a Discord server.

https://docs.discord.com/developers/topics/permissions#permission-overwrites
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any

from bot.doctor.calls import UnreachedError
from bot.doctor.discord_api import DiscordApi, Guild
from bot.doctor.findings import Finding, fail, ok, warn
from bot.platforms.discord import missing_permissions

ADMINISTRATOR, VIEW_CHANNEL = 1 << 3, 1 << 10
EVERYTHING = ~0
_WITH_MESSAGES = (0, 5)  # text and announcement channels; threads follow theirs
_MEMBER = 1  # an overwrite of one person
_SHOWN = 5


async def check_channels(api: DiscordApi, guild: Guild) -> AsyncIterator[Finding]:
    """Name the channels that the bot sees and in which a right is missing.

    Channels that it does not see are nobody's mistake: most servers have some.
    """
    try:
        channels, member = await _read(api, guild)
    except UnreachedError as error:
        yield warn(f"{guild.name}: its channels can't be read: {error}", "run doctor again")
        return
    seen = {
        channel["name"]: rights
        for channel in channels
        if (rights := rights_in(channel, guild, member)) & VIEW_CHANNEL
    }
    lacking = {
        name: lacks for name, rights in seen.items() if (lacks := missing_permissions(rights))
    }
    if not seen or len(lacking) == len(seen):
        yield fail(f"{guild.name}: {_nowhere(lacking)}", "python -m bot invite")
        return
    for name, lacks in list(lacking.items())[:_SHOWN]:
        text = f"{guild.name}, #{name}: the bot lacks {', '.join(lacks)}"
        yield warn(text, "channel settings → Permissions → the bot's role")
    if len(lacking) > _SHOWN:
        yield warn(f"{guild.name}: the same in {len(lacking) - _SHOWN} more channels")
    if not lacking:
        yield ok(f"{guild.name}: the bot may post in every channel that it sees ({len(seen)})")


async def _read(api: DiscordApi, guild: Guild) -> tuple[Sequence[Any], Any]:
    me = await api.get("/users/@me")
    member = await api.get(f"/guilds/{guild.id}/members/{me['id']}")
    channels = await api.get(f"/guilds/{guild.id}/channels")
    return [each for each in channels if each["type"] in _WITH_MESSAGES], member


def rights_in(channel: Mapping[str, Any], guild: Guild, member: Mapping[str, Any]) -> int:
    """Return the bot's permissions in a channel."""
    if guild.permissions & ADMINISTRATOR:
        return EVERYTHING
    rules = channel.get("permission_overwrites") or []
    own = {str(member["user"]["id"])}
    rights = guild.permissions
    rights = _overwritten(rights, [each for each in rules if each["id"] == guild.id])
    rights = _overwritten(rights, _for_roles(rules, member["roles"]))
    return _overwritten(rights, [each for each in rules if each["id"] in own])


def _for_roles(rules: Sequence[Any], roles: Collection[str]) -> list[Any]:
    return [each for each in rules if each["id"] in roles and int(each["type"]) != _MEMBER]


def _overwritten(rights: int, rules: Sequence[Mapping[str, Any]]) -> int:
    """Apply the rules of one level: what one of them allows beats what another denies."""
    denied = allowed = 0
    for rule in rules:
        denied |= int(rule["deny"])
        allowed |= int(rule["allow"])
    return rights & ~denied | allowed


def _nowhere(lacking: Mapping[str, Sequence[str]]) -> str:
    if not lacking:
        return "the bot sees no channel"
    lacks = sorted({each for every in lacking.values() for each in every})
    return f"the bot can post in no channel, it lacks {', '.join(lacks)}"
