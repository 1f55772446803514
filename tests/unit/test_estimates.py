"""When a job will be done: what jobs take is looked up once a second, however many ask."""

from datetime import timedelta
from typing import Any, cast

from bot.domain.jobs import Mode
from bot.services.estimates import LOOK_EVERY_S, Estimates
from tests.clocks import SteppedClock

SHORT, LONG = timedelta(seconds=20), timedelta(seconds=50)


class History:
    """Knows what the latest jobs took."""

    def __init__(self, *durations: timedelta) -> None:
        self.durations = durations

    async def recent_durations(self, mode: Mode, *, limit: int) -> list[timedelta]:
        return list(self.durations[:limit]) if mode is Mode.FAST else []


async def test_what_jobs_take_is_looked_up_anew_after_a_second() -> None:
    history, clock = History(SHORT, LONG, SHORT), SteppedClock()
    estimates = Estimates(history=cast(Any, history), clock=clock)
    assert await estimates.typical_time(Mode.FAST) == SHORT
    history.durations = (LONG,)
    assert await estimates.typical_time(Mode.FAST) == SHORT
    clock.step(seconds=LOOK_EVERY_S)
    assert await estimates.typical_time(Mode.FAST) == LONG
    assert await estimates.typical_time(Mode.RELAXED) == Mode.RELAXED.typical_time
