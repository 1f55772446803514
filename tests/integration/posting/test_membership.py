"""Who is a member of a guild: asked once, and no without an answer."""

import pytest

from tests.integration.posting.stage import Stage
from tests.standins.discord import faults


async def test_membership_is_asked_and_remembered(stage: Stage) -> None:
    guilds = [str(stage.d.guild.id)]
    for _ in range(2):
        assert await stage.platform.is_member(str(stage.d.ann.id), guilds)
    assert len(stage.d.calls("GET", "/guilds/{guild_id}/members/{user_id}")) == 1


async def test_a_stranger_is_no_member(stage: Stage) -> None:
    stranger = stage.d.add_user("eve", stage.d.add_guild("Elsewhere"))
    assert not await stage.platform.is_member(str(stranger.id), [str(stage.d.guild.id), "T0SLACK"])


async def test_no_answer_means_no_member(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.platforms.discord.membership.TIMEOUT_S", 0.05)
    stage.d.faults.add("GET", "/guilds/{guild_id}/members/{user_id}", faults.hang(1))
    assert not await stage.platform.is_member(str(stage.d.ann.id), [str(stage.d.guild.id)])
