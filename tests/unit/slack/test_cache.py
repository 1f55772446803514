"""What is remembered is bounded, and asked for once."""

import asyncio
from datetime import timedelta

from bot.platforms.slack.cache import Answer, Cache
from tests.clocks import SteppedClock

MINUTE = timedelta(minutes=1)


class Asked:
    """Answers with the number of the question."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    async def __call__(self, key: str) -> Answer[int]:
        self.keys.append(key)
        await asyncio.sleep(0)
        return Answer(len(self.keys), MINUTE)


async def test_many_who_want_the_same_ask_once() -> None:
    look = Asked()
    known = Cache(look, clock=SteppedClock(), limit=10)
    assert await asyncio.gather(*(known.get("a") for _ in range(50))) == [1] * 50
    assert look.keys == ["a"]


async def test_whoever_stops_waiting_leaves_the_question_to_the_next() -> None:
    began, goes_on = asyncio.Event(), asyncio.Event()

    async def look(_key: str) -> Answer[int]:
        began.set()
        await goes_on.wait()
        return Answer(1, MINUTE)

    known = Cache(look, clock=SteppedClock(), limit=10)
    first = asyncio.create_task(known.get("a"))
    await began.wait()
    second = asyncio.create_task(known.get("a"))
    first.cancel()
    goes_on.set()
    assert await second == 1


async def test_the_oldest_answers_are_forgotten() -> None:
    look = Asked()
    known = Cache(look, clock=SteppedClock(), limit=2)
    for key in ("a", "b", "c", "c", "b", "a"):
        await known.get(key)
    assert look.keys == ["a", "b", "c", "a"]
