"""What comes twice is heard once, and shares the fate of the first."""

import asyncio
from typing import Any

import pytest

from bot.platforms.slack.commands.repeats import MAX_REMEMBERED, DoubleClicks, Repeats


class Delivery:
    """Hears one delivery, when it may, and acknowledges it."""

    def __init__(self) -> None:
        self.may_go_on = asyncio.Event()
        self.is_heard = False
        self.answer: dict[str, str] | None = None  # with which Slack was told
        self.breaks = False

    @property
    def is_acknowledged(self) -> bool:
        return self.answer is not None

    async def ack(self, **answer: str) -> None:
        self.answer = answer

    async def hear(self, ack: Any) -> None:
        self.is_heard = True
        await self.may_go_on.wait()
        if self.breaks:
            raise RuntimeError("broken")
        await ack(said="errors")


def started(repeats: Repeats, delivery: Delivery, key: str = "a") -> asyncio.Task[None]:
    return asyncio.create_task(repeats.once(key, delivery.ack, delivery.hear))


async def test_what_was_acknowledged_is_acknowledged_again_and_not_heard() -> None:
    repeats, first, second = Repeats(), Delivery(), Delivery()
    first.may_go_on.set()
    await started(repeats, first)
    await started(repeats, second)
    assert (second.is_heard, second.answer) == (False, {"said": "errors"})


async def test_a_repeat_waits_for_the_acknowledgement_of_the_first() -> None:
    repeats, first, second = Repeats(), Delivery(), Delivery()
    one, two = started(repeats, first), started(repeats, second)
    await asyncio.sleep(0.01)
    assert not second.is_acknowledged
    first.may_go_on.set()
    await asyncio.gather(one, two)
    assert (second.is_heard, second.is_acknowledged) == (False, True)


async def test_a_repeat_is_heard_where_the_first_one_broke() -> None:
    repeats, first, second, third = Repeats(), Delivery(), Delivery(), Delivery()
    first.breaks = True
    one, two, three = (started(repeats, each) for each in (first, second, third))
    await asyncio.sleep(0.01)
    for each in (first, second, third):
        each.may_go_on.set()
    with pytest.raises(RuntimeError):
        await one
    await asyncio.gather(two, three)
    assert (second.is_heard, third.is_heard) == (True, False)
    assert second.is_acknowledged
    assert third.is_acknowledged


async def test_the_oldest_are_forgotten() -> None:
    repeats, again = Repeats(), Delivery()
    again.may_go_on.set()
    for number in range(MAX_REMEMBERED + 1):
        await repeats.once(str(number), again.ack, again.hear)
    again.is_heard = False
    await started(repeats, again, key="1")
    assert not again.is_heard
    await started(repeats, again, key="0")
    assert again.is_heard


def test_the_second_press_of_a_double_click_is_known_and_a_later_one_is_another() -> None:
    clicks = DoubleClicks()
    presses = [("a", 10.0), ("a", 10.3), ("b", 10.4), ("a", 10.6), ("a", 12.0), ("a", 12.0)]
    seconds = [clicks.is_second(press, at_s) for press, at_s in presses]
    assert seconds == [False, True, False, True, False, False]


def test_the_oldest_presses_are_forgotten() -> None:
    clicks = DoubleClicks()
    for number in range(MAX_REMEMBERED + 1):
        clicks.is_second(number, 10.0)
    assert clicks.is_second(1, 10.1)
    assert not clicks.is_second(0, 10.1)
