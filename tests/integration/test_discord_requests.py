"""What is looked at around the requests of the real discord.py."""

from dataclasses import replace

from bot.ports.observer import Observer
from tests.fixtures import parts, running
from tests.haste import UNHURRIED
from tests.standins.discord import DiscordStandIn, faults
from tests.standins.discord.routes import CALLBACK, COMMANDS


class Refusals(Observer):
    """Remembers what Discord refused."""

    def __init__(self) -> None:
        self.statuses: list[int] = []

    def platform_refused(self, _platform: str, status: int) -> None:
        self.statuses.append(status)


async def test_refusals_are_told_of_also_where_the_request_is_repeated(d: DiscordStandIn) -> None:
    d.faults.add("PUT", COMMANDS, faults.status(429, retry_after=0.1))
    async with parts(d) as rig:
        rig.bot.observer = refusals = Refusals()
        async with running(rig.bot, d.token):
            await d.wait_until_connected()
            await d.wait_for(lambda: d.commands[None])
            d.faults.add("POST", CALLBACK, faults.status(403, 50013))
            await d.slash(d.ann, d.channel, "help", wait=0)
            await d.wait_for(lambda: 403 in refusals.statuses)
    assert refusals.statuses == [429, 403]


async def test_answers_that_hang_hold_up_no_other(d: DiscordStandIn) -> None:
    never = replace(UNHURRIED, call_timeout_s=3600.0)  # none of them is given up
    many = 120  # aiohttp's own limit is 100 connections
    d.faults.add("POST", CALLBACK, faults.hang(3600), times=many)
    async with parts(d, discord_timings=never) as rig, running(rig.bot, d.token):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        for _ in range(many):
            await d.slash(d.ann, d.channel, "help", wait=0)
        last = await d.slash(d.ben, d.channel, "help", wait=0)
        await d.wait_for(lambda: last.response)
