"""Platforms that suppress repeats themselves, let a result replace a placeholder, or neither."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.deliveries import DeliveryStatus
from bot.domain.errors import (
    DeniedError,
    MessageInDoubtError,
)
from bot.ports.messenger import MessengerLimits
from tests.integration.outbox.fixtures import Bench
from tests.standins.messenger import LIMITS

IN_DOUBT = MessageInDoubtError("timeout")
DENIED = DeniedError("closed")

SUPPRESSING = LIMITS
PLAIN = replace(LIMITS, repeats_suppressed_for=timedelta(), can_replace_with_result=False)
REPLACING = replace(PLAIN, can_replace_with_result=True)
every_platform = pytest.mark.parametrize(
    "limits", [SUPPRESSING, REPLACING, PLAIN], ids=["suppressing", "replacing", "plain"]
)


async def finished(bench: Bench, limits: MessengerLimits = SUPPRESSING, count: int = 1) -> str:
    """Let a job be done on such a platform; give its id."""
    bench.messenger.limits = limits
    first, *_ = await bench.add(count)
    await bench.finish()
    return first


async def stands_once(bench: Bench, job: str) -> bool:
    return len(bench.standing()) == 1 and await bench.status(job) is DeliveryStatus.POSTED
