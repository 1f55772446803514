"""What befalls the bot in the soak besides single calls that fail."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from random import Random
from typing import Any

from bot.demo.faults import Answer
from bot.demo.midjourney import MidjourneyStandIn
from tests.soak.fleet import Fleet
from tests.soak.people import People
from tests.standins.discord import DiscordStandIn
from tests.standins.discord.faults import hang
from tests.standins.discord.routes import MESSAGES

LEASE_S = 15.0
HOLD_S = 0.4  # an answer is kept back for a kill
WORTH_WAITING_S = 5.0


class Incidents:
    """Each takes as long as it lasts, but for a freeze, which goes on beside the others.

    What befalls the chat platform is a subclass's.
    """

    def __init__(
        self,
        *,
        fleet: Fleet,
        midjourney: MidjourneyStandIn,
        chance: Random,
        beside: asyncio.TaskGroup,
        end_account_pause: Callable[[], None],
        longest_freeze_s: float,
    ) -> None:
        """Let them befall these; `end_account_pause` spares the minutes that the bot waits."""
        self._fleet = fleet
        self._midjourney = midjourney
        self._chance = chance
        self._beside = beside
        self._end_account_pause = end_account_pause
        self._longest_freeze_s = longest_freeze_s
        self.counts: Counter[str] = Counter()
        self._known: Mapping[str, Callable[[], Awaitable[None]]] = {
            "kill -9": fleet.kill_one,
            "kill -9 at a submit": self._kill_at_submit,
            "SIGTERM and a successor": fleet.roll_one,
            "frozen": self._freeze,
            "API: away": self._away,
            "API: every answer 503": self._broken,
            "API: no quota": self._no_quota,
            "API: another key": self._another_key,
            **self._of_chat(),
        }

    def _of_chat(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        raise NotImplementedError

    async def happen(self, name: str) -> None:
        """Let this one happen."""
        self.counts[name] += 1
        await self._known[name]()

    async def _freeze(self) -> None:
        """Freeze a process: for longer than its leases where others can take over."""
        longest = self._longest_freeze_s if self._fleet.is_shared else 3.0
        shortest = LEASE_S + 1 if self._fleet.is_shared else 0.1
        self._beside.create_task(self._fleet.freeze_one(self._chance.uniform(shortest, longest)))

    # ── Killed when it matters most ─────────────────────────────────────────────────────────────

    async def _kill_at_submit(self) -> None:
        """Kill while a submit waits for its answer: the job may have started, or not."""
        has_effect = self._chance.random() < 0.7
        before = len(self._midjourney.submits)
        self._midjourney.faults.submits.add(Answer(delay_s=HOLD_S, has_effect=has_effect))
        await until(lambda: len(self._midjourney.submits) > before)
        await self._moment()
        await self._fleet.kill_one()

    async def _moment(self) -> None:
        await asyncio.sleep(self._chance.uniform(0, HOLD_S))

    # ── The Midjourney API ──────────────────────────────────────────────────────────────────────

    async def _away(self) -> None:
        await self._midjourney.stop()
        await self._a_while()
        await self._midjourney.start()

    async def _broken(self) -> None:
        faults = self._midjourney.faults
        plans = (faults.submits, faults.statuses, faults.images)
        for plan in plans:
            plan.default = Answer.error(503)
        await self._a_while()
        for plan in plans:
            plan.default = Answer()

    async def _no_quota(self) -> None:
        self._midjourney.quota = 0
        await self._a_while()
        self._midjourney.quota = None
        self._end_account_pause()

    async def _another_key(self) -> None:
        right, self._midjourney.api_key = self._midjourney.api_key, "another"
        await self._a_while()
        self._midjourney.api_key = right
        self._end_account_pause()

    async def _a_while(self) -> None:
        await asyncio.sleep(self._chance.uniform(0.5, 3.0))


class DiscordIncidents(Incidents):
    """What befalls Discord too."""

    def __init__(self, discord: DiscordStandIn, people: People, **others: Any) -> None:
        self._discord = discord
        self._people = people
        super().__init__(**others)

    def _of_chat(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        return {
            "kill -9 at a post": self._kill_at_post,
            "gateway: wire cut": self._cut,
            "gateway: closed, to be resumed": self._close,
            "gateway: session lost": self._lose_session,
            "gateway: asked to reconnect": self._reconnect,
            "gateway: away": self._shut_gateway,
            "no permission to post": self._no_permission,
            "a channel deleted": self._delete_channel,
        }

    async def _kill_at_post(self) -> None:
        """Kill while a send waits for its answer: the message stands, or is about to."""
        is_sent = self._chance.random() < 0.7
        held = self._discord.faults.add("POST", MESSAGES, hang(HOLD_S, after_effect=is_sent))
        await until(lambda: held.struck > 0)
        await self._moment()
        await self._fleet.kill_one()

    async def _cut(self) -> None:
        self._discord.drop_gateway()

    async def _close(self) -> None:
        self._discord.drop_gateway(4000)

    async def _lose_session(self) -> None:
        self._discord.gateway.invalidate()

    async def _reconnect(self) -> None:
        self._discord.gateway.ask_to_reconnect()

    async def _shut_gateway(self) -> None:
        self._discord.refuse_new_connections = True
        self._discord.drop_gateway()
        await self._a_while()
        self._discord.refuse_new_connections = False

    async def _no_permission(self) -> None:
        channel = self._chance.choice(self._people.open_channels())
        channel.deny("send_messages", "send_messages_in_threads")
        await self._a_while()
        channel.allow("send_messages", "send_messages_in_threads")

    async def _delete_channel(self) -> None:
        self._people.doomed.delete()
        self._people.doomed = self._discord.add_channel("doomed")


async def until(claim: Callable[[], bool]) -> None:
    """Wait until this is so, or for as long as it is worth waiting."""
    end = time.monotonic() + WORTH_WAITING_S
    while not claim() and time.monotonic() < end:  # noqa: ASYNC110 - the stand-ins have no events
        await asyncio.sleep(0.01)
