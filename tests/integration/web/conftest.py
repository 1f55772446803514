"""A listener that nothing may harm."""

from collections.abc import AsyncIterator

import pytest

from bot.web.limits import WebLimits
from tests.integration.web.strangers import HEALTH, answer_to
from tests.listener import Listener, listening, statuses_in
from tests.redaction import WATCH


@pytest.fixture
def timeout_s() -> float:
    """Return the time that the listener gives people to say what they want; 60 is for ever."""
    return 60.0


@pytest.fixture
async def listener(timeout_s: float) -> AsyncIterator[Listener]:
    """Return a listener with few places, and time limits that a test chooses."""
    limits = WebLimits(
        head_timeout_s=timeout_s, linger_s=0.2, max_connections=20, read_timeout_s=timeout_s
    )
    async with listening(limits) as listener:
        yield listener
        assert statuses_in(await answer_to(listener, HEALTH)) == [200]
        # Not even a line in the log for what a stranger got wrong.
        assert "Traceback" not in WATCH.text
        assert '"level": "error"' not in WATCH.text
