"""A signal stops the bot on every system."""

import asyncio
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from bot.app import stop_on_signals
from tests.timing import TIMEOUT_S


class StoppableApp:
    """Stands in for `App`, of which signals know `stop` only."""

    def __init__(self) -> None:
        self.stopped = asyncio.Event()

    def stop(self) -> None:
        self.stopped.set()


@pytest.fixture(autouse=True)
def own_handlers() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(params=["with signal handlers of the loop", "without, as on Windows"])
def loop_may_lack_handlers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise NotImplementedError

    if request.param.startswith("without"):
        monkeypatch.setattr(asyncio.SelectorEventLoop, "add_signal_handler", refuse)


@pytest.mark.usefixtures("loop_may_lack_handlers")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_signal_stops_the_bot(number: signal.Signals) -> None:
    app: Any = StoppableApp()
    stop_on_signals(app)
    os.kill(os.getpid(), number)
    await asyncio.wait_for(app.stopped.wait(), TIMEOUT_S)
