"""A direct message when it is done, for who wants one."""

import asyncio

from bot.domain.people import Preferences
from bot.store import SqlPersonalStore
from tests.integration.waiting.theatre import Theatre, group


async def wants_dm(personal: SqlPersonalStore, theatre: Theatre) -> None:
    await personal.set_preferences(f"discord:{theatre.d.ann.id}", Preferences(wants_dm=True))


async def test_who_wants_it_is_told_by_direct_message_with_a_link(theatre: Theatre) -> None:
    await wants_dm(theatre.stage.personal, theatre)
    await theatre.asked()
    await theatre.done(*await theatre.drawing())
    (told,) = await theatre.d.wait_for(lambda: theatre.d.dm(theatre.d.ann).messages)
    (card,) = theatre.cards()
    address = f"{theatre.d.guild.id}/{theatre.d.channel.id}/{card.id}"
    assert told.text == f"Your pictures are ready: https://discord.com/channels/{address}"


async def test_a_closed_direct_message_disturbs_nothing(theatre: Theatre) -> None:
    await wants_dm(theatre.stage.personal, theatre)
    theatre.d.ann.accepts_dms = False
    await theatre.asked()
    (job,) = await theatre.drawing()
    await theatre.done(job)
    await theatre.delivered(job)
    await asyncio.sleep(0.2)
    assert len(theatre.cards()) == 1


async def test_nobody_is_told_unasked(theatre: Theatre) -> None:
    await theatre.asked()
    (job,) = await theatre.drawing()
    await theatre.done(job)
    await theatre.delivered(job)
    await asyncio.sleep(0.2)
    assert theatre.d.dm(theatre.d.ann).messages == []


async def test_a_private_result_needs_no_telling(theatre: Theatre) -> None:
    await wants_dm(theatre.stage.personal, theatre)
    await theatre.asked(private=True)
    (job,) = await theatre.drawing()
    await theatre.done(job)
    await theatre.delivered(job)
    await asyncio.sleep(0.2)
    assert theatre.d.dm(theatre.d.ann).messages == []


async def test_a_group_is_told_once_when_all_is_there(theatre: Theatre) -> None:
    await wants_dm(theatre.stage.personal, theatre)
    await group(theatre)
    jobs = await theatre.drawing(3)
    for job in jobs:
        await theatre.done(job)
        await theatre.delivered(job)
    await theatre.d.wait_for(lambda: theatre.d.dm(theatre.d.ann).messages)
    await asyncio.sleep(0.3)
    assert len(theatre.d.dm(theatre.d.ann).messages) == 1
