"""A job that ended, and all that it takes to post its result."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from PIL import Image

from bot.domain.deliveries import Delivery, DeliveryStatus
from bot.domain.errors import LostLeaseError
from bot.domain.jobs import Job
from bot.domain.leases import Fence
from bot.domain.pictures import FetchedImage
from bot.images import fitting
from bot.platforms.discord import DiscordMessenger, ImagineBot
from bot.services.uploads import Uploads
from bot.workers.leadership import Tenure
from bot.workers.posting import Posting
from tests.clocks import SteppedClock
from tests.integration.messenger.fixtures import make_rig as messenger_rig
from tests.integration.messenger.fixtures import pictures
from tests.pictures import encoded
from tests.standins.discord import DiscordStandIn, Interaction, Message

NOW = datetime.now(UTC)


class MemoryDeliveries:
    """The delivery of one job, which survives its "process"; implements `ports.DeliveryStore`."""

    def __init__(self, job: Job) -> None:
        self.is_lost = False  # another process leads
        self.delivery = Delivery(job_id=job.id, status=DeliveryStatus.POSTING)

    async def get(self, _job_id: str) -> Delivery:
        return self.delivery

    async def start_part(
        self,
        _job_id: str,
        *,
        fence: Fence,
        number: int,
        images: Sequence[int],
        now: datetime,
        is_direct: bool = False,
    ) -> Delivery:
        if self.is_lost:
            raise LostLeaseError
        return self._become(
            self.delivery.started(number, images=images, now=now, is_direct=is_direct)
        )

    async def finish_part(
        self, _job_id: str, *, number: int, attempt: int, **stands: Any
    ) -> Delivery:
        return self._become(self.delivery.finished(number, attempt=attempt, **stands))

    async def clear_attempt(self, _job_id: str, *, number: int, attempt: int) -> Delivery:
        return self._become(self.delivery.cleared(number, attempt=attempt))

    async def reopen_part(self, _job_id: str, *, fence: Fence, number: int) -> Delivery:
        return self._become(self.delivery.reopened(number))

    def _become(self, delivery: Delivery) -> Delivery:
        self.delivery = delivery
        return delivery


@dataclass
class Rig:
    """A job that ended, with its placeholder in the channel, and what it takes to deliver it."""

    d: DiscordStandIn
    messenger: DiscordMessenger
    clock: SteppedClock
    job: Job
    interaction: Interaction
    deliveries: MemoryDeliveries = field(init=False)

    def __post_init__(self) -> None:
        self.deliveries = MemoryDeliveries(self.job)

    async def deliver(
        self, images: Sequence[FetchedImage] | None = None, tenure: Tenure | None = None
    ) -> datetime | None:
        shown = pictures(self.job) if images is None else images
        posting = Posting(
            job=self.job,
            delivery=self.deliveries.delivery,
            uploads=Uploads(shown, fitting),
            messenger=self.messenger,
            deliveries=self.deliveries,  # type: ignore[arg-type]
            clock=self.clock,
            tenure=tenure or tenure_of(self.clock),
        )
        return await posting.complete()

    async def look(self) -> datetime | None:
        """Deliver again when what was begun before has ended."""
        self.clock.step(seconds=46)
        return await self.deliver([])

    async def cover(self) -> None:
        """Let a change of the placeholder arrive that was given up before."""
        url = f"{self.d.api_url}/webhooks/{self.d.world.bot.id}/{self.interaction.token}"
        card = {"components": [{"type": 10, "content": "It's being drawn."}]}
        async with (
            aiohttp.ClientSession() as session,
            session.patch(f"{url}/messages/@original", json=card) as answered,
        ):
            assert answered.status == 200

    @property
    def placeholder(self) -> Message:
        message = self.interaction.response
        assert message is not None
        return message

    @property
    def results(self) -> list[Message]:
        return [m for m in self.d.channel.messages if "Delete" in m.labels]

    @property
    def message_ids(self) -> list[str | None]:
        return [part.message_id for part in self.deliveries.delivery.parts]


def noise(size: int) -> bytes:
    return encoded(Image.effect_noise((size, size), 90).convert("RGB"), compress_level=0)


async def make_rig(d: DiscordStandIn, bot: ImagineBot, clock: SteppedClock, **job: Any) -> Rig:
    """Let Ann ask and get her placeholder, then end the job; `job` says what differs."""
    asked = await messenger_rig(d, bot, clock, **job)
    return Rig(
        d=d,
        messenger=asked.messenger,
        clock=clock,
        job=asked.job,
        interaction=asked.interaction,
    )


def tenure_of(clock: SteppedClock, lasts: timedelta = timedelta(days=1)) -> Tenure:
    """Return a holding of a lease that lasts so long by this clock."""
    fence = Fence(lease="posts:discord", number=1)
    return Tenure(fence, clock, until=clock.now() + lasts, ends=math.inf)
