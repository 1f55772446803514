"""The border between one process and its outside, where it can be killed and calls can be lost.

All that a process does to the world goes over this border, twice a call: there and back. Between
two crossings nothing outside changes, so a death at any await is one at a crossing.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from random import Random

HALF = 0.5
DELAYS_S = (0.3, 2.0, 7.0, 25.0)  # of a slow crossing
MAX_DETOUR = 3  # turns of the loop that a crossing may take longer than another


class Trouble(Enum):
    """What happens at a crossing."""

    DEATH = auto()  # kill -9
    LOSS = auto()  # the caller gets an error: there, without effect; back, with it


@dataclass(slots=True, kw_only=True)
class _Appointment:
    trouble: Trouble
    place: str  # the beginning of a crossing's name; empty: anywhere
    left: int


class Border:
    """The border of one process."""

    def __init__(self, random: Random, *, slowness: float = 0.0) -> None:
        """`slowness` is the share of crossings that take seconds."""
        self.is_dead = False
        self.breaches: list[str] = []  # what it did with a claim that it no longer had
        self.under_way: Counter[str] = Counter()  # calls that have not come back, or never will
        self.outages: set[str] = set()  # places where all calls are lost, there or on the way back
        self.on_death: Callable[[], None] = lambda: None
        self._random = random
        self._slowness = slowness
        self._appointments: list[_Appointment] = []
        self._holds: dict[str, asyncio.Event] = {}  # by place, with an arrow for the way back

    def expect(self, trouble: Trouble, place: str, after: int) -> None:
        """Let this happen at the crossing after that many there."""
        self._appointments.append(_Appointment(trouble=trouble, place=place, left=after))

    @property
    def is_expecting(self) -> bool:
        """Whether something that is to happen has not happened yet."""
        return bool(self._appointments)

    def hold(self, place: str, *, is_back: bool = False) -> None:
        """Let what would cross there wait until `release`; everywhere: the process is frozen."""
        self._holds[_way(place, is_back)] = asyncio.Event()

    def release(self) -> None:
        """Let everything that waits go on."""
        for held in self._holds.values():
            held.set()
        self._holds.clear()

    def forget_troubles(self) -> None:
        """Let all calls come through at once from now on."""
        self.release()
        self._slowness = 0.0
        self._appointments.clear()
        self.outages.clear()

    def die(self) -> None:
        """Let nothing cross any more; what the process still does stays inside."""
        self.is_dead = True
        self.on_death()

    async def cross(
        self, place: str, lost: Callable[[], Exception], *, is_back: bool = False
    ) -> None:
        """Go over the border, unless something happens there.

        Raises:
            Exception: what `lost` gives: this call is lost.
        """
        for _ in range(self._random.randrange(MAX_DETOUR)):
            await self._stay_alive()
        if self._random.random() < self._slowness:
            await asyncio.sleep(self._random.choice(DELAYS_S))
        for held in [each for way, each in self._holds.items() if _is_on(place, is_back, way)]:
            await held.wait()
        await self._stay_alive()
        is_out = any(place.startswith(outage) for outage in self.outages)
        if is_out and (is_back or self._random.random() < HALF):
            raise lost()
        for appointment in [each for each in self._appointments if place.startswith(each.place)]:
            if appointment.left:
                appointment.left -= 1
                continue
            self._appointments.remove(appointment)
            if appointment.trouble is Trouble.LOSS:
                raise lost()
            self.die()
            await self._stay_alive()

    async def _stay_alive(self) -> None:
        """Return others a turn.

        Raises:
            CancelledError: this process is dead; it does nothing any more.
        """
        if self.is_dead:
            raise asyncio.CancelledError
        await asyncio.sleep(0)
        if self.is_dead:
            raise asyncio.CancelledError


def _way(place: str, is_back: bool) -> str:
    return f"<{place}" if is_back else place


def _is_on(place: str, is_back: bool, way: str) -> bool:
    """Whether a crossing is held on this way; one that is held on the way there comes not back."""
    if way.startswith("<"):
        return is_back and place.startswith(way[1:])
    return place.startswith(way)
