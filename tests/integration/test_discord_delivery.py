"""Posting a result exactly once, over the wire: real discord.py against the stand-in."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import aiohttp
import discord
import pytest
from PIL import Image

from bot.errors import DeliveryDelayedError, LostLeaseError, UndeliverableError
from bot.leases import LEASE, Lease, Term
from bot.models import (
    Delivery,
    DeliveryStatus,
    Failure,
    FailureCode,
    FetchedImage,
    Job,
    JobStatus,
    Mode,
    Origin,
    Part,
    QueuePlace,
    new_job_id,
)
from bot.platforms.discord import DiscordPlatform, ImagineBot
from bot.platforms.discord.cards import placeholder_cards
from bot.pricing import Cost
from bot.service import Accepted
from tests.pictures import encoded
from tests.standins.discord import DiscordStandIn, Interaction, Message, faults

MESSAGES = "/channels/{channel_id}/messages"
ONE_MESSAGE = "/channels/{channel_id}/messages/{message_id}"
WEBHOOK = "/webhooks/{application_id}/{token}/messages/{message_id}"
NOW = datetime.now(UTC)


class SteppingClock:
    def __init__(self) -> None:
        self.time = datetime.now(UTC)

    def now(self) -> datetime:
        return self.time

    def step(self, **by: float) -> None:
        self.time += timedelta(**by)


class MemoryLog:
    """A post log that survives its "process"."""

    def __init__(self, job: Job, clock: SteppingClock) -> None:
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
class Stage:
    """A job that ended, with its placeholder in the channel, and what it takes to deliver it."""

    d: DiscordStandIn
    platform: DiscordPlatform
    clock: SteppingClock
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


@pytest.fixture
async def d() -> AsyncIterator[DiscordStandIn]:
    async with DiscordStandIn() as standin:
        yield standin
        assert not list(map(str, standin.violations))


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
async def bot(
    d: DiscordStandIn, clock: SteppingClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[ImagineBot]:
    monkeypatch.setattr(discord.http.Route, "BASE", d.api_url)
    nobody = cast("Any", None)  # deliveries need neither service nor store
    bot = ImagineBot(
        service=nobody,
        personal=nobody,
        references=nobody,
        images=nobody,
        cdn_url=d.cdn_url,
        settings=nobody,
        clock=clock,
    )
    async with bot:
        await bot.login(d.token)
        yield bot


@pytest.fixture
async def stage(d: DiscordStandIn, bot: ImagineBot, clock: SteppingClock) -> Stage:
    return await staged(d, bot, clock)


async def staged(
    d: DiscordStandIn,
    bot: ImagineBot,
    clock: SteppingClock,
    *,
    images: int = 4,
    failure: Failure | None = None,
    is_direct: bool = False,
) -> Stage:
    """Let Ann ask and get her placeholder, then end the job."""
    await bot.tree.sync()
    channel = d.dm(d.ann) if is_direct else d.channel
    interaction = await d.slash(d.ann, channel, "imagine", prompt="a fox", wait=0)
    job = Job(
        id=new_job_id(),
        source_key=f"discord:{interaction.id}:0",
        origin=Origin(
            platform="discord",
            tenant_id=None if is_direct else str(d.guild.id),
            channel_id=str(channel.id),
            user_id=str(d.ann.id),
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
    return Stage(
        d=d,
        platform=DiscordPlatform(bot),
        clock=clock,
        job=replace(job, origin=origin),
        interaction=interaction,
    )


async def answer(bot: ImagineBot, interaction: Interaction, job: Job) -> None:
    place = QueuePlace(ahead=0, in_flight=0, slots=1)
    accepted = Accepted(jobs=(job,), place=place, expected_at=NOW, cost=Cost(quota=2))
    route = discord.http.Route(
        "POST", f"/interactions/{interaction.id}/{interaction.token}/callback"
    )
    components = placeholder_cards.placeholder(accepted).to_components()
    data = {"components": components, "flags": 1 << 15}
    await bot.http.request(route, json={"type": 4, "data": data})


async def test_a_result_is_one_new_message_and_the_placeholder_goes(stage: Stage) -> None:
    await stage.deliver()
    (result,) = stage.d.channel.messages
    assert result.images == [picture(index) for index in range(4)]
    assert result.pinged == {stage.d.ann.id}
    assert stage.message_ids == [str(result.id)]


async def test_a_repeated_delivery_posts_nothing_more(stage: Stage) -> None:
    await stage.deliver()
    await stage.deliver([])
    assert len(stage.d.channel.messages) == 1


async def test_the_nonce_is_the_job_and_the_part(stage: Stage) -> None:
    await stage.deliver()
    (sent,) = stage.d.calls("POST", MESSAGES)
    assert (sent.json["nonce"], sent.json["enforce_nonce"]) == (f"{stage.job.id}.0", True)


async def test_a_part_is_recorded_before_it_is_sent(stage: Stage) -> None:
    stage.log.is_lost = True
    with pytest.raises(LostLeaseError):
        await stage.deliver()
    assert stage.results == []


async def test_nothing_leaves_for_a_delivery_that_another_process_may_have(stage: Stage) -> None:
    before = len(stage.d.requests)
    lease = Lease(stage.clock, Term.beginning(stage.clock.now() - LEASE))
    with lease.guarding(), pytest.raises(LostLeaseError):
        await stage.deliver()
    assert len(stage.d.requests) == before


async def test_a_send_kept_back_by_a_rate_limit_until_its_lease_is_over_does_not_leave(
    stage: Stage,
) -> None:
    stage.d.faults.add("POST", MESSAGES, faults.status(429, retry_after=0.5))
    lease = Lease(stage.clock, Term.beginning(stage.clock.now()))
    with lease.guarding():
        delivering = asyncio.create_task(stage.deliver())
    await stage.d.wait_for(lambda: stage.d.calls("POST", MESSAGES))
    stage.clock.step(seconds=LEASE.total_seconds())
    with pytest.raises(LostLeaseError):
        await delivering
    assert [call.status for call in stage.d.calls("POST", MESSAGES)] == [429]


async def test_24_images_come_as_three_cards(
    d: DiscordStandIn, bot: ImagineBot, clock: SteppingClock
) -> None:
    stage = await staged(d, bot, clock, images=24)
    await stage.deliver()
    assert [len(message.images) for message in stage.results] == [10, 10, 4]
    assert stage.results[2].labels == ["21", "22", "23", "24", "Again", "Edit", "Delete", "⋯"]


async def test_a_failure_is_a_message_that_says_so(
    d: DiscordStandIn, bot: ImagineBot, clock: SteppingClock
) -> None:
    failure = Failure(code=FailureCode.QUOTA)
    stage = await staged(d, bot, clock, images=0, failure=failure)
    await stage.deliver()
    (result,) = d.channel.messages
    assert "failed" in result.text
    assert "quota" in result.text


@pytest.mark.parametrize(
    "trouble",
    [
        faults.lose_answer_after_effect(),
        faults.garbage(after_effect=True),
        faults.lose_before_effect(),
        faults.status(503),
    ],
)
async def test_an_unknown_outcome_is_repeated_without_a_second_post(
    stage: Stage, trouble: faults.Action
) -> None:
    stage.d.faults.add("POST", MESSAGES, trouble)
    with pytest.raises(DeliveryDelayedError):
        await stage.deliver()
    stage.clock.step(seconds=5)
    await stage.deliver()
    assert len(stage.d.channel.messages) == 1


async def test_a_message_deleted_by_somebody_counts_as_delivered(stage: Stage) -> None:
    stage.d.faults.add("POST", MESSAGES, faults.status(404, 10008))
    await stage.deliver()
    assert stage.d.channel.messages == []
    assert stage.message_ids == ["0"]


async def test_with_an_old_nonce_the_card_that_arrived_is_found(stage: Stage) -> None:
    stage.d.faults.add("POST", MESSAGES, faults.lose_answer_after_effect())
    with pytest.raises(DeliveryDelayedError):
        await stage.deliver()
    stage.clock.step(minutes=3)
    stage.d.forget_nonces()
    await stage.deliver()
    (result,) = stage.d.channel.messages
    assert stage.message_ids == [str(result.id)]


async def test_a_card_is_found_behind_many_messages(stage: Stage) -> None:
    for number in range(250):
        stage.d.say(stage.d.ben, stage.d.channel, f"chat {number}")
    stage.d.faults.add("POST", MESSAGES, faults.lose_answer_after_effect())
    with pytest.raises(DeliveryDelayedError):
        await stage.deliver()
    stage.clock.step(minutes=3)
    stage.d.forget_nonces()
    await stage.deliver()
    assert len(stage.results) == 1
    assert len(stage.d.calls("GET", MESSAGES)) == 3


async def test_with_an_old_nonce_and_no_card_the_placeholder_becomes_the_result(
    stage: Stage,
) -> None:
    await lose_the_first_send(stage)
    await stage.deliver()
    assert stage.d.channel.messages == [stage.placeholder]
    assert stage.placeholder.images == [picture(index) for index in range(4)]
    assert stage.message_ids == [str(stage.placeholder.id)]


async def test_a_placeholder_that_became_the_result_is_never_deleted(stage: Stage) -> None:
    await lose_the_first_send(stage)
    await stage.deliver()
    await stage.deliver([])
    assert stage.d.channel.messages == [stage.placeholder]


async def test_with_an_old_nonce_and_unreadable_history_the_placeholder_becomes_the_result(
    stage: Stage,
) -> None:
    await lose_the_first_send(stage)
    stage.d.channel.deny("read_message_history")
    await stage.deliver()
    assert stage.d.channel.messages == [stage.placeholder]


async def test_with_an_old_nonce_and_no_placeholder_a_proven_absence_lets_it_be_sent(
    stage: Stage,
) -> None:
    await lose_the_first_send(stage)
    stage.placeholder.deleted = True
    stage.d.say(stage.d.ben, stage.d.channel, "hello")
    await stage.deliver()
    assert len(stage.results) == 1


async def test_with_nothing_to_go_by_there_is_no_blind_second_post(stage: Stage) -> None:
    await lose_the_first_send(stage)
    stage.placeholder.deleted = True
    stage.d.channel.deny("read_message_history")
    with pytest.raises(UndeliverableError):
        await stage.deliver()
    assert stage.results == []


async def lose_the_first_send(stage: Stage) -> None:
    stage.d.faults.add("POST", MESSAGES, faults.lose_before_effect())
    with pytest.raises(DeliveryDelayedError):
        await stage.deliver()
    stage.clock.step(minutes=3)
    stage.d.forget_nonces()


@pytest.mark.parametrize("permission", ["send_messages", "attach_files", "view_channel"])
async def test_without_permission_the_first_answer_becomes_the_result(
    stage: Stage, permission: str
) -> None:
    stage.d.channel.deny(permission)
    await stage.deliver()
    assert stage.d.channel.messages == [stage.placeholder]
    assert len(stage.placeholder.images) == 4
    assert stage.d.edits[-1].via == "token"


async def test_without_permission_and_token_the_result_comes_as_a_direct_message(
    stage: Stage,
) -> None:
    stage.d.channel.deny("view_channel")
    stage.clock.step(minutes=15)
    await stage.deliver()
    (result,) = stage.d.dm(stage.d.ann).messages
    assert len(result.images) == 4
    assert stage.log.delivery.channel_id == str(stage.d.dm(stage.d.ann).id)


async def test_a_direct_message_is_not_doubled_by_a_lost_answer(stage: Stage) -> None:
    stage.d.channel.deny("view_channel")
    stage.clock.step(minutes=15)
    dm = stage.d.dm(stage.d.ann)
    route = rf"/channels/{dm.id}/messages"
    stage.d.faults.add("POST", route, faults.lose_answer_after_effect())
    with pytest.raises(DeliveryDelayedError):
        await stage.deliver()
    stage.clock.step(minutes=3)
    stage.d.forget_nonces()
    await stage.deliver()
    assert len(dm.messages) == 1


async def test_with_every_way_closed_it_is_undeliverable_with_the_reason(stage: Stage) -> None:
    stage.d.channel.deny("view_channel")
    stage.d.ann.accepts_dms = False
    stage.clock.step(minutes=15)
    with pytest.raises(UndeliverableError, match=r"50001.*50007"):
        await stage.deliver()


async def test_a_locked_thread_falls_back_to_the_first_answer(stage: Stage) -> None:
    stage.d.channel.locked = True
    await stage.deliver()
    assert stage.d.channel.messages == [stage.placeholder]


async def test_a_deleted_channel_is_undeliverable(stage: Stage) -> None:
    stage.d.channel.delete()
    with pytest.raises(UndeliverableError, match="10003"):
        await stage.deliver()


async def test_a_closed_direct_message_is_undeliverable(
    d: DiscordStandIn, bot: ImagineBot, clock: SteppingClock
) -> None:
    stage = await staged(d, bot, clock, is_direct=True)
    d.ann.accepts_dms = False
    with pytest.raises(UndeliverableError, match="50007"):
        await stage.deliver()


@pytest.fixture(params=["seen by all", "private"])
async def filled(stage: Stage, request: pytest.FixtureRequest) -> Stage:
    """Give a result that has taken the placeholder's place."""
    if request.param == "private":
        stage.job = replace(stage.job, is_private=True)
    else:
        stage.d.channel.deny("send_messages")
    assert await stage.deliver() == stage.clock.now() + timedelta(seconds=30)
    assert len(stage.placeholder.images) == 4
    return stage


async def test_a_result_that_stays_where_the_placeholder_was_is_done(filled: Stage) -> None:
    filled.clock.step(seconds=29)
    assert await filled.deliver([]) is not None  # too early to tell
    assert await filled.look() is None
    assert len(filled.d.edits) == 1


async def test_a_result_that_a_late_change_covered_up_is_put_there_again(filled: Stage) -> None:
    await filled.cover()
    assert await filled.look() == filled.clock.now()
    assert filled.message_ids == [None]
    assert await filled.deliver() == filled.clock.now() + timedelta(seconds=30)
    assert len(filled.placeholder.images) == 4
    assert await filled.look() is None
    assert filled.d.dm(filled.d.ann).messages == []


async def test_a_result_that_the_person_deleted_is_not_put_there_again(filled: Stage) -> None:
    filled.placeholder.deleted = True
    assert await filled.look() is None


async def test_a_result_that_nobody_can_look_at_any_more_is_done(filled: Stage) -> None:
    filled.d.channel.deny("read_message_history", "view_channel")
    filled.clock.step(minutes=15)
    assert await filled.look() is None


async def test_a_look_that_gets_no_answer_is_repeated(filled: Stage) -> None:
    await filled.cover()
    filled.d.faults.add("GET", WEBHOOK, faults.lose_answer_after_effect(), times=2)
    with pytest.raises(DeliveryDelayedError):
        await filled.look()
    assert await filled.deliver([]) == filled.clock.now()


async def test_a_message_that_is_too_large_is_sent_with_smaller_files(stage: Stage) -> None:
    stage.d.faults.add("POST", MESSAGES, faults.status(413, 40005))
    large = [replace(image, data=noise(200)) for image in pictures(stage.job)]
    await stage.deliver(large)
    (result,) = stage.d.channel.messages
    assert all(len(shown) <= len(noise(200)) // 2 for shown in result.images)


async def test_what_cannot_be_made_smaller_is_sent_again_as_it_is(stage: Stage) -> None:
    stage.d.faults.add("POST", MESSAGES, faults.status(413, 40005))
    images = pictures(stage.job)
    await stage.deliver(images)
    assert [message.images for message in stage.results] == [[image.data for image in images]]


async def test_a_message_that_stays_too_large_is_split(stage: Stage) -> None:
    stage.d.faults.add("POST", MESSAGES, faults.status(413, 40005), times=3)
    await stage.deliver([replace(image, data=noise(200)) for image in pictures(stage.job)])
    assert [len(message.images) for message in stage.results] == [2, 2]


async def test_a_card_that_can_take_no_file_says_the_links(stage: Stage) -> None:
    has_files = faults.status(413, 40005)
    stage.d.faults.add(
        "POST", MESSAGES, has_files, times=None, when=lambda json: bool(json.get("attachments"))
    )
    await stage.deliver()
    assert "https://cdn.example/0.png" in stage.results[0].text


async def test_an_image_over_the_limit_is_made_to_fit_and_the_others_stay(stage: Stage) -> None:
    images = pictures(stage.job)
    large = noise(1900)
    assert len(large) > 10 * 1024 * 1024
    images[1] = replace(images[1], data=large)
    await stage.deliver(images)
    shown = stage.results[0].images
    assert len(shown[1]) <= 10 * 1024 * 1024
    assert [shown[0], shown[2], shown[3]] == [images[0].data, images[2].data, images[3].data]


async def test_a_lost_placeholder_is_recovered_and_removed(stage: Stage) -> None:
    stage.job = replace(stage.job, origin=replace(stage.job.origin, placeholder_id=None))
    await stage.deliver()
    assert stage.placeholder.deleted


async def test_a_lost_placeholder_that_is_older_than_its_job_is_recovered(stage: Stage) -> None:
    origin = replace(stage.job.origin, placeholder_id=None)
    stored_at = stage.clock.now() + timedelta(seconds=5)
    stage.job = replace(stage.job, origin=origin, source_key="draft:d:0", created_at=stored_at)
    await stage.deliver()
    assert stage.placeholder.deleted


async def test_a_placeholder_out_of_sight_is_removed_by_token(stage: Stage) -> None:
    stage.d.faults.add("DELETE", ONE_MESSAGE, faults.status(403, 50001))
    await stage.deliver()
    assert stage.placeholder.deleted


async def test_a_placeholder_that_is_gone_already_is_fine(stage: Stage) -> None:
    stage.placeholder.deleted = True
    await stage.deliver()
    assert len(stage.results) == 1


async def test_a_placeholder_whose_removal_failed_is_removed_by_the_next_attempt(
    stage: Stage,
) -> None:
    stage.d.faults.add("DELETE", ONE_MESSAGE, faults.status(503))
    with pytest.raises(DeliveryDelayedError):
        await stage.deliver()
    await stage.deliver([])
    assert len(stage.d.channel.messages) == 1
    assert stage.placeholder.deleted


async def test_a_long_rate_limit_delays_by_what_discord_says(stage: Stage) -> None:
    stage.d.faults.add("POST", MESSAGES, faults.status(429, retry_after=90))
    with pytest.raises(DeliveryDelayedError) as delayed:
        await stage.deliver()
    assert delayed.value.retry_after == timedelta(seconds=90)


async def test_a_rejected_token_delays(stage: Stage) -> None:
    stage.d.faults.add("POST", MESSAGES, faults.status(401))
    with pytest.raises(DeliveryDelayedError):
        await stage.deliver()


async def test_membership_is_asked_and_remembered(stage: Stage) -> None:
    guilds = [str(stage.d.guild.id)]
    for _ in range(2):
        assert await stage.platform.is_member(str(stage.d.ann.id), guilds)
    assert len(stage.d.calls("GET", "/guilds/{guild_id}/members/{user_id}")) == 1


async def test_a_stranger_is_no_member(stage: Stage) -> None:
    stranger = stage.d.add_user("eve", stage.d.add_guild("Elsewhere"))
    assert not await stage.platform.is_member(str(stranger.id), [str(stage.d.guild.id), "T0SLACK"])


async def test_no_answer_means_no_member(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.platforms.discord.membership.TIMEOUT_S", 0.05)
    stage.d.faults.add("GET", "/guilds/{guild_id}/members/{user_id}", faults.hang(1))
    assert not await stage.platform.is_member(str(stage.d.ann.id), [str(stage.d.guild.id)])
