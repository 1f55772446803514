"""A direct message when it is done, for who wants one."""

import asyncio

from bot.domain.people import Preferences
from bot.store import SqlPersonalStore
from tests.integration.waiting.fixtures import Scene, group


async def wants_dm(personal: SqlPersonalStore, scene: Scene) -> None:
    await personal.change_preferences(scene.person, lambda _: Preferences(wants_dm=True))


async def test_who_wants_it_is_told_by_direct_message_with_a_link(scene: Scene) -> None:
    await wants_dm(scene.rig.personal, scene)
    await scene.asked()
    await scene.done(*await scene.drawing())
    (told,) = await scene.d.wait_for(lambda: scene.d.dm(scene.d.ann).messages)
    (card,) = scene.cards()
    address = f"{scene.d.guild.id}/{scene.d.channel.id}/{card.id}"
    assert told.text == f"Your pictures are ready: https://discord.com/channels/{address}"


async def test_a_closed_direct_message_disturbs_nothing(scene: Scene) -> None:
    await wants_dm(scene.rig.personal, scene)
    scene.d.ann.accepts_dms = False
    await scene.asked()
    (job,) = await scene.drawing()
    await scene.done(job)
    await scene.delivered(job)
    await asyncio.sleep(0.2)
    assert len(scene.cards()) == 1


async def test_nobody_is_told_unasked(scene: Scene) -> None:
    await scene.asked()
    (job,) = await scene.drawing()
    await scene.done(job)
    await scene.delivered(job)
    await asyncio.sleep(0.2)
    assert scene.d.dm(scene.d.ann).messages == []


async def test_a_private_result_needs_no_telling(scene: Scene) -> None:
    await wants_dm(scene.rig.personal, scene)
    await scene.asked(private=True)
    (job,) = await scene.drawing()
    await scene.done(job)
    await scene.delivered(job)
    await asyncio.sleep(0.2)
    assert scene.d.dm(scene.d.ann).messages == []


async def test_a_group_is_told_once_when_all_is_there(scene: Scene) -> None:
    await wants_dm(scene.rig.personal, scene)
    await group(scene)
    jobs = await scene.drawing(3)
    for job in jobs:
        await scene.done(job)
        await scene.delivered(job)
    await scene.d.wait_for(lambda: scene.d.dm(scene.d.ann).messages)
    await asyncio.sleep(0.3)
    assert len(scene.d.dm(scene.d.ann).messages) == 1
