"""Who is a member of a guild: asked once, and no without an answer."""

from bot.domain.conversations import Person
from bot.platforms.discord import ImagineBot
from tests.haste import set_limits
from tests.integration.posting.fixtures import Rig
from tests.standins.discord import User, faults


def person(user: User) -> Person:
    return Person(platform="discord", id=str(user.id))


async def test_membership_is_asked_and_remembered(rig: Rig) -> None:
    guilds = [str(rig.d.guild.id)]
    for _ in range(2):
        assert await rig.platform.is_member(person(rig.d.ann), guilds)
    assert len(rig.d.calls("GET", "/guilds/{guild_id}/members/{user_id}")) == 1


async def test_a_stranger_is_no_member(rig: Rig) -> None:
    stranger = rig.d.add_user("eve", rig.d.add_guild("Elsewhere"))
    assert not await rig.platform.is_member(person(stranger), [str(rig.d.guild.id)])


async def test_no_answer_means_no_member(rig: Rig, bot: ImagineBot) -> None:
    set_limits(bot, membership_within_s=0.05)
    rig.d.faults.add("GET", "/guilds/{guild_id}/members/{user_id}", faults.hang(1))
    assert not await rig.platform.is_member(person(rig.d.ann), [str(rig.d.guild.id)])
