"""Withdraws the pending answers of processes that died.

While the store is slow a person sees "thinking…", and there is no job yet. If the process dies
then, nobody else knows of the command: it came with the connection that died. So a pending answer
is stored before "thinking…" is shown, and the process that posts says in the end that nothing came
of it.
"""

import asyncio
from datetime import timedelta

import structlog

from bot.domain.deliveries import PendingAnswer
from bot.domain.errors import DeliveryDelayedError, StoreError
from bot.ports.clock import Clock
from bot.ports.outbox import PendingAnswerStore
from bot.ports.platform import Platform
from bot.services.leases import guarding
from bot.workers.leadership import Tenure
from bot.workers.signals import first_of

log = structlog.get_logger(__name__)

ROUND_EVERY_S = 5.0
# Longer than a slow store may take. A command that is stored later is refused.
WITHDRAWN_AFTER = timedelta(seconds=45)
BATCH = 50  # people told at the same time, and then the next: a storm leaves many behind


class PendingAnswerSweeper:
    """Looks every few seconds, until stopped."""

    def __init__(self, *, pending_answers: PendingAnswerStore, clock: Clock) -> None:
        self._pending_answers = pending_answers
        self._clock = clock
        self._platforms: dict[str, Platform] = {}
        self._stopped = asyncio.Event()

    def add_platform(self, platform: Platform) -> None:
        """Withdraw the pending answers of this platform."""
        self._platforms[platform.name] = platform

    def stop(self) -> None:
        """Let `run` return after the call that is under way."""
        self._stopped.set()

    async def run(self, tenure: Tenure) -> None:
        """Look until `stop`."""
        for platform in self._platforms.values():
            await first_of(platform.wait_until_usable(), self._stopped.wait())
        with guarding(tenure):
            while not (self._stopped.is_set() or tenure.is_over):
                if await self._look() < BATCH:
                    await first_of(
                        asyncio.sleep(ROUND_EVERY_S),
                        self._stopped.wait(),
                        tenure.wait_until_over(),
                    )

    async def _look(self) -> int:
        """Withdraw what is old, and tell these people; return how many were told."""
        now = self._clock.now()
        try:
            withdrawn = await self._pending_answers.take_back(
                made_before=now - WITHDRAWN_AFTER, now=now, limit=BATCH
            )
        except StoreError as error:
            log.warning("pending_answers_not_read", reason=str(error))
            return 0
        return sum(await asyncio.gather(*map(self._tell, withdrawn)))

    async def _tell(self, pending_answer: PendingAnswer) -> bool:
        try:
            await self._platforms[pending_answer.platform].take_back(pending_answer)
            await self._pending_answers.note_told(pending_answer)
        except (DeliveryDelayedError, StoreError) as error:
            log.info("pending_answer_not_withdrawn", error=type(error).__name__)
            return False
        return True
