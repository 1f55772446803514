"""Who is a member of a guild: asked once, and no without an answer."""

from dataclasses import replace

from bot.domain.conversations import Person
from bot.platforms.discord import DiscordPlatform
from tests.fixtures import Rig
from tests.haste import UNHURRIED
from tests.standins.discord import User, faults

MEMBER = "/guilds/{guild_id}/members/{user_id}"


def platform_of(rig: Rig, **limits: float) -> DiscordPlatform:
    return DiscordPlatform(
        rig.bot,
        images=rig.images,
        cdn_url=rig.d.cdn_url,
        clock=rig.clock,
        timings=replace(UNHURRIED, **limits),
    )


def person(user: User) -> Person:
    return Person(platform="discord", id=str(user.id))


async def test_membership_is_asked_and_remembered(rig: Rig) -> None:
    platform, guilds = platform_of(rig), [str(rig.d.guild.id)]
    for _ in range(2):
        assert await platform.is_member(person(rig.d.ann), guilds)
    assert len(rig.d.calls("GET", MEMBER)) == 1


async def test_a_stranger_is_no_member(rig: Rig) -> None:
    stranger = rig.d.add_user("eve", rig.d.add_guild("Elsewhere"))
    guilds = [str(rig.d.guild.id)]
    assert not await platform_of(rig).is_member(person(stranger), guilds)


async def test_no_answer_means_no_member(rig: Rig) -> None:
    rig.d.faults.add("GET", MEMBER, faults.hang(1))
    platform = platform_of(rig, membership_within_s=0.05)
    assert not await platform.is_member(person(rig.d.ann), [str(rig.d.guild.id)])
