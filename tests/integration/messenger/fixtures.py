"""A job with its placeholder in the channel, and the messenger that speaks of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
from PIL import Image

from bot.domain.conversations import Conversation, ConversationKind, Origin, Person
from bot.domain.jobs import Failure, GroupProgress, Job, JobStatus, Mode, new_job_id
from bot.domain.pictures import FetchedImage
from bot.domain.queue import QueuePlace
from bot.domain.views import View
from bot.platforms.discord import DiscordMessenger, ImagineBot
from bot.platforms.discord.rendering import render_view
from bot.ports.clock import Clock
from bot.ports.messenger import Placeholder
from bot.screens.placeholder import placeholder_view, progress_view
from bot.screens.result import result_view
from bot.services.imagine import Accepted
from tests.clocks import SteppedClock
from tests.pictures import encoded
from tests.standins.discord import DiscordStandIn, Interaction, Message

NOW = datetime.now(UTC)


@dataclass
class Rig:
    """A job that ended, with its placeholder in the channel."""

    d: DiscordStandIn
    messenger: DiscordMessenger
    clock: SteppedClock
    job: Job
    interaction: Interaction

    @property
    def key(self) -> str:
        """The key of the result's first message."""
        return f"{self.job.id}.0"

    @property
    def conversation(self) -> Conversation:
        return self.job.origin.conversation

    @property
    def placeholder(self) -> Placeholder:
        return Placeholder(origin=self.job.origin, is_private=self.job.is_private)

    @property
    def shown(self) -> Message:
        """The placeholder's message."""
        assert self.interaction.response is not None
        return self.interaction.response

    @property
    def result(self) -> View:
        return result_view(self.job, 0, pictures(self.job))

    @property
    def progress(self) -> View:
        """That the job is being drawn."""
        job = replace(self.job, status=JobStatus.RUNNING)
        progress = GroupProgress(total=1, finished=0, in_flight=1, waiting=0)
        view = progress_view(job, progress, None)
        assert view is not None
        return view

    def forget_placeholder(self, **others: Any) -> None:
        """Let the answer that told the placeholder's id be lost, and change the origin so."""
        origin = replace(self.job.origin, placeholder_id=None, **others)
        self.job = replace(self.job, origin=origin)

    def make_private(self) -> None:
        self.job = replace(self.job, is_private=True)


def picture(index: int, size: int = 4) -> bytes:
    return encoded(Image.new("RGB", (size, size), (index * 10, 80, 80)))


def pictures(job: Job) -> Sequence[FetchedImage]:
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
                kind=ConversationKind.DIRECT if is_direct else ConversationKind.CHANNEL,
            ),
            interaction_id=str(interaction.id),
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
    await _answer(bot, interaction, job)
    assert interaction.response is not None
    origin = replace(job.origin, placeholder_id=str(interaction.response.id))
    return Rig(
        d=d,
        messenger=messenger_of(bot, clock),
        clock=clock,
        job=replace(job, origin=origin),
        interaction=interaction,
    )


def messenger_of(bot: ImagineBot, clock: Clock, **timings: Any) -> DiscordMessenger:
    """Return the messenger of a bot; `timings` are other than usual."""
    others = replace(bot.discord_timings, **timings)
    return DiscordMessenger(bot, ready=bot.usable.wait, clock=clock, timings=others)


async def _answer(bot: ImagineBot, interaction: Interaction, job: Job) -> None:
    place = QueuePlace(ahead=0, in_flight=0, slots=1)
    accepted = Accepted(jobs=(job,), place=place, expected_at=NOW)
    components = render_view(placeholder_view(accepted)).to_components()
    data = {"components": components, "flags": 1 << 15}
    await respond(bot, interaction, {"type": 4, "data": data})


async def respond(bot: ImagineBot, interaction: Interaction, response: dict[str, Any]) -> None:
    """Answer an interaction for the first time."""
    route = discord.http.Route(
        "POST", f"/interactions/{interaction.id}/{interaction.token}/callback"
    )
    await bot.http.request(route, json=response)
