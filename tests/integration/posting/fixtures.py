"""A job that ended, and all that it takes to post its result."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import aiohttp
import discord
from PIL import Image

from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.deliveries import Delivery, DeliveryStatus, Part
from bot.domain.errors import LostLeaseError
from bot.domain.jobs import Failure, Job, JobStatus, Mode, new_job_id
from bot.domain.pictures import FetchedImage
from bot.domain.queue import QueuePlace
from bot.platforms.discord import DiscordPlatform, ImagineBot
from bot.platforms.discord.cards import placeholder_cards
from bot.services.imagine import Accepted
from tests.clocks import SteppedClock
from tests.pictures import encoded
from tests.standins.discord import DiscordStandIn, Interaction, Message

NOW = datetime.now(UTC)


class MemoryLog:
    """A post log that survives its "process"."""

    def __init__(self, job: Job, clock: SteppedClock) -> None:
        self._clock = clock
        self.is_lost = False
        self.delivery = Delivery(job_id=job.id, status=DeliveryStatus.SENDING, created_at=NOW)

    async def start_part(
        self, number: int, images: Sequence[int], *, is_direct: bool = False
    ) -> Part:
        if self.is_lost:
            raise LostLeaseError
        now = self._clock.now()
        part = Part(number=number, images=tuple(images), started_at=now, is_direct=is_direct)
        known = {known.number: known for known in self.delivery.parts}
        if number in known and known[number].is_direct >= is_direct:
            part = replace(known[number], images=tuple(images))
        self._write(known | {number: part})
        return part

    async def finish_part(self, number: int, *, message_id: str, channel_id: str) -> None:
        known = {known.number: known for known in self.delivery.parts}
        now = self._clock.now()
        sent = replace(known[number], message_id=message_id, posted_at=now)
        self._write(known | {number: sent})
        self.delivery = replace(self.delivery, channel_id=channel_id)

    async def reopen_part(self, number: int) -> None:
        known = {known.number: known for known in self.delivery.parts}
        missing = replace(known[number], message_id=None, posted_at=None)
        self._write(known | {number: missing})

    def _write(self, parts: dict[int, Part]) -> None:
        self.delivery = replace(self.delivery, parts=tuple(parts.values()))


@dataclass
class Rig:
    """A job that ended, with its placeholder in the channel, and what it takes to deliver it."""

    d: DiscordStandIn
    platform: DiscordPlatform
    clock: SteppedClock
    job: Job
    interaction: Interaction
    log: MemoryLog = field(init=False)

    def __post_init__(self) -> None:
        self.log = MemoryLog(self.job, self.clock)

    async def deliver(self, images: Sequence[FetchedImage] | None = None) -> datetime | None:
        shown = pictures(self.job) if images is None else images
        return await self.platform.deliver(self.job, shown, self.log)

    async def look(self) -> datetime | None:
        """Deliver again when what was begun before has ended."""
        self.clock.step(seconds=31)
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
        return [part.message_id for part in self.log.delivery.parts]


def picture(index: int, size: int = 4) -> bytes:
    return encoded(Image.new("RGB", (size, size), (index * 10, 80, 80)))


def noise(size: int) -> bytes:
    return encoded(Image.effect_noise((size, size), 90).convert("RGB"), compress_level=0)


def pictures(job: Job) -> list[FetchedImage]:
    return [
        FetchedImage(index=index, url=url, data=picture(index))
        for index, url in enumerate(job.image_urls)
    ]


async def make_rig(
    d: DiscordStandIn,
    bot: ImagineBot,
    clock: SteppedClock,
    *,
    images: int = 4,
    failure: Failure | None = None,
    is_direct: bool = False,
) -> Rig:
    """Let Ann ask and get her placeholder, then end the job."""
    await bot.tree.sync()
    channel = d.dm(d.ann) if is_direct else d.channel
    interaction = await d.slash(d.ann, channel, "imagine", prompt="a fox", wait=0)
    job = Job(
        id=new_job_id(),
        source_key=f"discord:{interaction.id}:0",
        origin=Origin(
            person=Person(platform="discord", id=str(d.ann.id)),
            conversation=Conversation(
                platform="discord",
                tenant_id=None if is_direct else str(d.guild.id),
                id=str(channel.id),
            ),
            reply_token=interaction.token,
            reply_token_ends_at=clock.now() + timedelta(minutes=14),
        ),
        prompt="a fox",
        mode=Mode.FAST,
        status=JobStatus.SUCCEEDED if failure is None else JobStatus.FAILED,
        created_at=NOW,
        claimable_at=NOW,
        image_urls=tuple(f"https://cdn.example/{n}.png" for n in range(images)),
        failure=failure,
    )
    await answer(bot, interaction, job)
    assert interaction.response is not None
    origin = replace(job.origin, placeholder_id=str(interaction.response.id))
    return Rig(
        d=d,
        platform=DiscordPlatform(bot),
        clock=clock,
        job=replace(job, origin=origin),
        interaction=interaction,
    )


async def answer(bot: ImagineBot, interaction: Interaction, job: Job) -> None:
    place = QueuePlace(ahead=0, in_flight=0, slots=1)
    accepted = Accepted(jobs=(job,), place=place, expected_at=NOW)
    route = discord.http.Route(
        "POST", f"/interactions/{interaction.id}/{interaction.token}/callback"
    )
    components = placeholder_cards.placeholder(accepted).to_components()
    data = {"components": components, "flags": 1 << 15}
    await bot.http.request(route, json={"type": 4, "data": data})
