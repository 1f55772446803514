import asyncio

import pytest

from bot.services.memory_budget import MemoryBudget


class Guests:
    """Take places of a room, and leave when told."""

    def __init__(self, room: MemoryBudget) -> None:
        self._memory = room
        self.inside: list[str] = []
        self._leave: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, name: str, places: int) -> None:
        self._leave[name] = asyncio.Event()
        self.tasks[name] = asyncio.create_task(self._stay(name, places))
        await settle()

    async def leave(self, name: str) -> None:
        self._leave[name].set()
        await settle()

    async def _stay(self, name: str, places: int) -> None:
        async with self._memory.take(places):
            self.inside.append(name)
            try:
                await self._leave[name].wait()
            finally:
                self.inside.remove(name)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
def guests() -> Guests:
    return Guests(MemoryBudget(10))


async def test_no_more_are_inside_than_there_are_places(guests: Guests) -> None:
    await guests.come("a", 6)
    await guests.come("b", 4)
    await guests.come("c", 1)
    assert guests.inside == ["a", "b"]
    await guests.leave("b")
    assert guests.inside == ["a", "c"]


async def test_small_ones_do_not_pass_a_large_one_by(guests: Guests) -> None:
    await guests.come("a", 5)
    await guests.come("large", 10)
    await guests.come("small", 1)
    assert guests.inside == ["a"]
    await guests.leave("a")
    assert guests.inside == ["large"]


async def test_more_than_all_counts_as_all(guests: Guests) -> None:
    await guests.come("huge", 24)
    assert guests.inside == ["huge"]


async def test_nothing_needs_no_room(guests: Guests) -> None:
    await guests.come("a", 10)
    await guests.come("in line", 1)
    await guests.come("nothing", 0)
    assert guests.inside == ["a", "nothing"]


async def test_a_cancelled_wait_takes_no_memory(guests: Guests) -> None:
    await guests.come("a", 10)
    await guests.come("b", 10)
    guests.tasks["b"].cancel()
    await guests.come("c", 10)
    await guests.leave("a")
    assert guests.inside == ["c"]


async def test_a_cancelled_holder_frees_its_memory(guests: Guests) -> None:
    await guests.come("a", 10)
    guests.tasks["a"].cancel()
    await guests.come("b", 10)
    assert guests.inside == ["b"]
