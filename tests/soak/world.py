"""One soak: the bot's processes between both stand-ins, people, and all that can go wrong."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any, ClassVar, Self

import aiohttp

from tests.acceptance.wire import Wire
from tests.pictures import small_picture
from tests.soak.ending import Ending
from tests.soak.fault_plan import FaultPlans
from tests.soak.fleet import Fleet, Router
from tests.soak.forms import Form
from tests.soak.incidents import DiscordIncidents, Incidents
from tests.soak.invariants import Violations
from tests.soak.people import People
from tests.soak.table import Counts

LAST_LOOKS_S = 60

_WINDOW = "SELECT value FROM settings WHERE key = 'submit_window'"


class Soak:
    """One soak on one database: a storm, and then as much time as is needed."""

    def __init__(
        self, wire: Any, fleet: Fleet, form: Form, seed: str, beside: asyncio.TaskGroup
    ) -> None:
        """Prepare it; what goes on beside everything else runs in `beside`."""
        self._wire = wire
        self._form = form
        self._fleet = fleet
        self._beside = beside
        self._chance = Random(f"{seed} soak")
        self._seed = seed
        self._people = self._make_people()
        self._plans = self._make_plans()
        self._incidents = self._make_incidents(
            fleet=fleet,
            midjourney=wire.midjourney,
            chance=Random(f"{seed} incidents"),
            beside=beside,
            end_account_pause=self._end_account_pause,
            longest_freeze_s=form.longest_freeze_s,
        )
        self._started_at = time.monotonic()
        self._counts: Counter[str] = Counter()
        self._settling = Ending(wire, fleet, form, self._counts)
        wire.midjourney.faults = self._plans.api

    @classmethod
    @asynccontextmanager
    async def up(
        cls, folder: Path, form: Form, seed: str, *, database_url: str | None, processes: int
    ) -> AsyncIterator[Self]:
        """Start everything; leaving checks what no test may leave behind (see `Wire.check`)."""
        chance = Random(f"{seed} fleet")
        async with AsyncExitStack() as stack:
            router = await stack.enter_async_context(Router(chance))
            settings = {
                "PUBLIC_URL": router.url,
                "POLL_INTERVAL": "1",
                "MIDJOURNEY_CONCURRENCY": str(form.slots),
                "DAILY_JOBS_PER_USER": "100000",
            }
            up = cls.open_wire(
                folder,
                seconds=0.5,
                database_url=database_url,
                start=False,
                environment=settings,
                draw=small_picture,
                concurrency=100,
            )
            wire = await stack.enter_async_context(up)
            fleet = Fleet(
                wire.bot.environment, folder, size=processes, router=router, chance=chance
            )
            stack.push_async_callback(fleet.end)
            beside = await stack.enter_async_context(asyncio.TaskGroup())
            await fleet.start()
            await wire.wait_until_usable()
            yield cls(wire, fleet, form, seed, beside)

    # ── What is Discord's about it ──────────────────────────────────────────────────────────────

    open_wire: ClassVar[Callable[..., AbstractAsyncContextManager[Any]]] = Wire.up

    def _make_people(self) -> Any:
        return People(self._wire.discord, self._seed, name=self._wire.folder.name)

    def _make_plans(self) -> FaultPlans:
        form = self._form
        plans = FaultPlans(self._seed, thinness=form.thinness, is_patient=form.is_patient)
        self._wire.discord.faults = plans.discord
        return plans

    def _make_incidents(self, **about: Any) -> Incidents:
        return DiscordIncidents(self._wire.discord, self._people, **about)

    def _is_connected(self) -> bool:
        return bool(self._wire.discord.gateway.live_sessions)

    def _violations(self) -> Any:
        wire, slots = self._wire, self._form.slots
        return Violations(wire.discord, wire.midjourney, self._people.commands, slots=slots)

    # ── The storm ───────────────────────────────────────────────────────────────────────────────

    async def storm(self) -> None:
        """Let people ask and press while everything goes wrong, until there was enough of it."""
        if self._fleet.is_shared:
            await self._incidents.happen("frozen")
        async with asyncio.TaskGroup() as group:
            asking = group.create_task(self._ask())
            beside = (self._press(), self._forge(), self._settling.pass_old_doubts())
            others = [group.create_task(each) for each in beside]
            await self._befall()
            await asking
            for other in others:
                other.cancel()
        await self._fleet.all_awake()
        self._plans.close()

    def _is_enough(self) -> bool:
        return len(self._people.commands) >= self._form.commands and self._is_late()

    def _is_late(self) -> bool:
        return time.monotonic() - self._started_at >= self._form.seconds

    async def _ask(self) -> None:
        async with asyncio.TaskGroup() as answers:
            while not self._is_enough():
                await self._connected()
                answers.create_task(self._people.ask())
                await asyncio.sleep(self._chance.uniform(0, self._form.pause_s))

    async def _press(self) -> None:
        while True:
            await self._connected()
            await self._people.press_something()
            await asyncio.sleep(self._chance.uniform(0, self._form.pause_s))

    async def _connected(self) -> None:
        """Wait until the bot is there, or for as long as a person waits."""
        for _ in range(100):
            if self._is_connected():
                return
            await asyncio.sleep(0.1)

    async def _forge(self) -> None:
        """Call back with wrong tags, and with right ones that somebody found."""
        while True:
            await asyncio.sleep(self._chance.uniform(0.2, 2.0))
            submits = self._wire.midjourney.submits
            if not submits:
                continue
            url = str(self._chance.choice(submits).payload["hookUrl"])
            is_found = self._chance.random() < 0.5
            self._counts["callbacks forged"] += 1
            try:
                status = await self._wire.call_back(
                    url if is_found else f"{url[:-4]}AAAA",
                    b'{"status": 0, "data": {"taskId": "made-up", "status": 2}}',
                )
            except (aiohttp.ClientError, TimeoutError):
                continue
            refusals = {404, 502, 503}
            assert status in refusals | ({200} if is_found else set()), status

    async def _befall(self) -> None:
        for name in self._to_come():
            if self._chance.random() < 0.5:
                await self._connected()
            await asyncio.sleep(self._chance.uniform(0, self._form.calm_s))
            await self._incidents.happen(name)

    def _to_come(self) -> Iterator[str]:
        """Yield every incident, in any order, and then one after the other until it is late."""
        yield from self._chance.sample(self._form.incidents, len(self._form.incidents))
        while not self._is_late():
            yield self._chance.choice(self._form.incidents)

    def _end_account_pause(self) -> None:
        if self._wire.sql(_WINDOW):
            self._wire.pass_account_pause()

    # ── The end ─────────────────────────────────────────────────────────────────────────────────

    async def settle(self) -> Any:
        """Return the bot time to end everything, and give the violations.

        Raises:
            AssertionError: it does not come to an end.
        """
        await self._settling.settle()
        for _ in range(LAST_LOOKS_S):  # placeholders may still change
            if not (violations := self._violations()).problems:
                break
            await asyncio.sleep(1)
        return violations

    # ── What there is to tell ───────────────────────────────────────────────────────────────────

    def progress(self) -> str:
        """Say in one line how far it is."""
        midjourney, incidents = self._wire.midjourney, self._incidents.counts
        return (
            f"{len(self._people.commands):5} commands, {len(midjourney.jobs):5} billed, "
            f"{midjourney.in_flight:2} drawing, {incidents.total():3} incidents"
        )

    def counts(self, violations: Any) -> Counts:
        """Return what was counted, in the order of the table."""
        befell = dict(sorted((self._counts + self._incidents.counts).items()))
        return {
            ("Commands", "sent"): len(self._people.commands),
            ("Commands", "buttons pressed"): self._people.presses,
            **{("What befell the bot", row): count for row, count in befell.items()},
            **{("Calls that went wrong", call): count for call, count in self._failed().items()},
            **violations.counts,
        }

    def _failed(self) -> dict[str, int]:
        calls, lost = dict.fromkeys(self._plans.names, 0), 0
        for call, fault, count in self._plans.dealt():
            calls[call] += count
            lost += count * ("answer lost" in fault or "never answered" in fault)
        return {**calls, "of these, answers that were lost": lost}
