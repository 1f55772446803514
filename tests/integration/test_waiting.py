"""The life of placeholders, questions, groups and private jobs, over the wire."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot import progress
from bot.clock import SystemClock
from bot.delivery import Deliverer
from bot.leases import Claims
from bot.models import DeliveryStatus, Failure, FailureCode, Job, JobStatus, Preferences, TaskReport
from bot.platforms.discord import DiscordPlatform
from bot.platforms.discord.calls import CALL_TIMEOUT_S
from bot.platforms.discord.interactions import answers
from bot.platforms.discord.interactions import whispers as panel_answers
from bot.platforms.discord.posting import placeholder_keeper, posting
from bot.service import Actor
from bot.store import SqlPersonalStore
from tests.pictures import picture
from tests.stage import Stage
from tests.standins.discord import Interaction, Message, faults
from tests.timing import PATIENCE_S

MINUTE = timedelta(minutes=1)
CALLBACK = "/interactions/{interaction_id}/{token}/callback"
MESSAGES = "/channels/{channel_id}/messages"
ONE_MESSAGE = "/channels/{channel_id}/messages/{message_id}"
BY_TOKEN = "/webhooks/{application_id}/{token}/messages/{message_id}"


class Album:
    """Pictures that are always there."""

    async def fetch(self, url: str) -> tuple[bytes, str]:
        return picture(int(url.rpartition("/")[2].partition(".")[0])), "png"


class Theatre:
    """A stage on which what the provider does can be played, and results are delivered."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.d = stage.d
        self.deliverer = Deliverer(
            deliveries=stage.deliveries,
            images=Album(),
            progress=stage.progress,
            clock=SystemClock(),
            claims=Claims(stage.deliveries, clock=SystemClock(), owner="test"),
            on_progress=stage.progress.look,
        )
        self.deliverer.add_platform(DiscordPlatform(stage.bot))

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        workers = (self.stage.progress, self.deliverer)
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(worker.run()) for worker in workers]
            yield
            for worker in running:
                worker.cancel()

    async def jobs(self) -> list[Job]:
        page = await self.stage.bot.personal.page(f"discord:{self.d.ann.id}")
        return sorted(page.jobs, key=lambda job: job.created_at)

    async def job(self) -> Job:
        (job,) = await self.jobs()
        return job

    async def queued(self, count: int = 1) -> list[Job]:
        """Give the jobs that wait, once their placeholder is known."""
        for _ in range(1500):
            jobs = await self.jobs()
            if len(jobs) == count and all(job.origin.placeholder_id for job in jobs):
                return jobs
            await asyncio.sleep(0.02)
        raise AssertionError(f"no {count} jobs\n{self.d.story()}")

    async def asked(self, prompt: str = "a red fox", **options: object) -> Message:
        """Let Ann ask for one job; give the placeholder."""
        asked = await self.stage.imagine(prompt, **options)
        await self.queued()
        assert asked.response is not None
        return asked.response

    async def submitting(self, limit: int = 1) -> list[Job]:
        now = SystemClock().now()
        return await self.stage.jobs.claim(
            owner="test", lease_until=now + MINUTE, slots=10, limit=limit, hooked=True, now=now
        )

    async def drawing(self, limit: int = 1) -> list[Job]:
        """Let the provider take some jobs, as the dispatcher notes it."""
        claimed, now = await self.submitting(limit), SystemClock().now()
        for job in claimed:
            await self.stage.jobs.record_accepted(
                job.id, fence=job.fence, task_id=job.id, next_poll_at=now + MINUTE, now=now
            )
        self.stage.progress.look()
        return claimed

    async def done(self, *jobs: Job, images: int = 1) -> None:
        """Let the provider finish these jobs."""
        now = SystemClock().now()
        urls = tuple(f"https://cdn.example/{number}.png" for number in range(images))
        reports = [TaskReport(task_id=job.id, is_finished=True, image_urls=urls) for job in jobs]
        await self.stage.jobs.record_poll(reports, next_polls={}, asked_at=now, now=now)
        self.deliverer.delivery_ready()

    async def delivered(self, job: Job, status: DeliveryStatus = DeliveryStatus.SENT) -> None:
        for _ in range(1500):
            delivery = await self.stage.deliveries.get(job.id)
            if delivery is not None and delivery.status is status:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{status} did not come\n{self.d.story()}")

    async def until_says(self, message: Message, words: str, within: float = PATIENCE_S) -> None:
        await self.d.wait_for(lambda: words in message.text, within, what=words)

    def cards(self) -> list[Message]:
        return [message for message in self.d.channel.messages if "Delete" in message.labels]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "REST", timedelta(milliseconds=50))
    monkeypatch.setattr(posting, "SETTLES_WITHIN", timedelta(milliseconds=50))


@pytest.fixture
async def theatre(stage: Stage, quick: None) -> AsyncIterator[Theatre]:
    theatre = Theatre(stage)
    async with theatre.open():
        yield theatre


def whispers(pressed: Interaction) -> str:
    shown = [message for message in (pressed.response, *pressed.followups) if message]
    return "\n".join(message.text for message in shown if message.ephemeral)


# ── Queued, drawing, done ───────────────────────────────────────────────────────────────────────


async def test_when_drawing_begins_one_edit_says_so(theatre: Theatre) -> None:
    placeholder = await theatre.asked()
    assert placeholder.labels == ["Cancel"]
    (job,) = await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    assert placeholder.labels == ["Discard"]
    await theatre.stage.leave_note(job)
    await asyncio.sleep(0.3)
    assert [edit.via for edit in theatre.d.edits] == ["channel"]


async def test_a_job_takes_one_answer_one_edit_one_post_and_one_removal(theatre: Theatre) -> None:
    before = len(theatre.d.requests)
    placeholder = await theatre.asked()
    (job,) = await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    await theatre.done(job)
    await theatre.delivered(job)
    calls = [(call.method, call.route) for call in theatre.d.requests[before:]]
    assert calls == [
        ("POST", CALLBACK),
        ("PATCH", ONE_MESSAGE),
        ("POST", MESSAGES),
        ("DELETE", ONE_MESSAGE),
    ]


async def test_a_job_that_is_sent_back_again_and_again_takes_two_edits(theatre: Theatre) -> None:
    placeholder = await theatre.asked()
    for _ in range(3):
        (job,) = await theatre.submitting()
        now = SystemClock().now()
        await theatre.stage.jobs.record_not_started(job.id, fence=job.fence, now=now)
        theatre.stage.progress.look()
        await theatre.until_says(placeholder, "no room yet")
        await asyncio.sleep(0.2)
    await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    assert len(theatre.d.edits) == 2


async def test_a_late_note_changes_nothing_about_a_result(theatre: Theatre) -> None:
    await theatre.asked()
    (job,) = await theatre.drawing()
    theatre.d.faults.add("POST", MESSAGES, faults.status(403, 50013))
    await theatre.done(job)
    await theatre.delivered(job)
    edits = len(theatre.d.edits)
    (card,) = theatre.cards()  # the placeholder itself, as the bot may not post
    await theatre.stage.leave_note(job)
    await asyncio.sleep(0.3)
    assert theatre.cards() == [card]
    assert len(theatre.d.edits) == edits


async def test_a_throttled_channel_delays_no_other(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "MAX_AT_ONCE", 4)
    slow = theatre.d.add_channel("slow")
    for _ in range(4):
        await theatre.stage.imagine("slow", channel=slow)
    await theatre.queued(4)
    route = rf"/channels/{slow.id}/messages/\d+"
    theatre.d.faults.add("PATCH", route, faults.hang(60), times=None)
    await theatre.drawing(4)
    asked = await theatre.stage.imagine("quick")
    await theatre.queued(5)
    await theatre.drawing()
    assert asked.response is not None
    # Sooner than the bot gives up on a call that hangs.
    await theatre.until_says(asked.response, "drawing it now", within=CALL_TIMEOUT_S * 0.8)


async def test_the_placeholder_speaks_the_language_that_the_person_chose(
    theatre: Theatre,
) -> None:
    requester = f"discord:{theatre.d.ann.id}"
    await theatre.stage.personal.set_preferences(requester, Preferences(language="de"))
    await theatre.asked()
    assert (await theatre.job()).origin.locale == "de"


async def test_what_was_put_right_stays_on_the_placeholder(theatre: Theatre) -> None:
    placeholder = await theatre.asked("a red fox —ar 16:9")
    remark = placeholder.text.splitlines()[-1]
    assert remark.startswith("-# ")
    await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    assert placeholder.text.splitlines()[-1] == remark


async def test_a_result_that_cannot_be_posted_is_said_to_be_in_jobs(theatre: Theatre) -> None:
    placeholder = await theatre.asked()
    (job,) = await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    theatre.d.faults.add("POST", MESSAGES, faults.status(400, 50035), times=None)
    await theatre.done(job)
    await theatre.delivered(job, DeliveryStatus.UNDELIVERABLE)
    await theatre.until_says(placeholder, "You'll find it in /jobs")


# ── Cancel and Discard ──────────────────────────────────────────────────────────────────────────


async def test_cancel_is_free_while_the_job_waits(theatre: Theatre) -> None:
    placeholder = await theatre.asked()
    await theatre.d.press(theatre.d.ann, placeholder, "Cancel")
    assert (await theatre.job()).status is JobStatus.CANCELLED
    assert "Cancelled; nothing was charged." in placeholder.text
    assert placeholder.labels == []
    await asyncio.sleep(0.2)
    assert len(theatre.d.edits) == 1  # the answer to the press


async def test_others_may_not_cancel(theatre: Theatre) -> None:
    placeholder = await theatre.asked()
    pressed = await theatre.d.press(theatre.d.ben, placeholder, "Cancel")
    assert "Only the person who asked" in whispers(pressed)
    assert (await theatre.job()).status is JobStatus.QUEUED


async def test_who_manages_messages_may_cancel(theatre: Theatre) -> None:
    placeholder = await theatre.asked()
    theatre.d.guild.grant(theatre.d.ben, "manage_messages")
    await theatre.d.press(theatre.d.ben, placeholder, "Cancel")
    assert (await theatre.job()).status is JobStatus.CANCELLED


async def test_cancelling_elsewhere_shows_on_the_placeholder(theatre: Theatre) -> None:
    placeholder = await theatre.asked()
    job = await theatre.job()
    await theatre.stage.service.cancel(job.id, Actor(user_id=str(theatre.d.ann.id)))
    await theatre.until_says(placeholder, "Cancelled")


async def test_cancel_of_a_running_job_says_that_it_is_paid_and_offers_to_discard(
    theatre: Theatre,
) -> None:
    placeholder = await theatre.asked()
    theatre.d.faults.add("PATCH", ONE_MESSAGE, faults.status(403, 50013), times=None)
    theatre.d.faults.add("PATCH", BY_TOKEN, faults.status(403, 50013), times=None)
    await theatre.drawing()
    pressed = await theatre.d.press(theatre.d.ann, placeholder, "Cancel")
    await theatre.d.wait_for(lambda: whispers(pressed))
    assert "paid for" in whispers(pressed)
    assert placeholder.labels == ["Discard"]
    assert not (await theatre.job()).is_discarded


async def test_a_discarded_job_is_never_posted_and_its_placeholder_says_so(
    theatre: Theatre,
) -> None:
    placeholder = await theatre.asked()
    (job,) = await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    await theatre.d.press(theatre.d.ann, placeholder, "Discard")
    assert "Discarded" in placeholder.text
    assert placeholder.labels == []
    await theatre.done(job)
    await asyncio.sleep(0.3)
    assert (await theatre.job()).status is JobStatus.SUCCEEDED
    assert await theatre.stage.deliveries.get(job.id) is None
    assert theatre.d.channel.messages == [placeholder]


async def test_a_discarded_job_that_the_provider_had_no_room_for_is_cancelled(
    theatre: Theatre,
) -> None:
    placeholder = await theatre.asked()
    (job,) = await theatre.submitting()
    actor = Actor(user_id=str(theatre.d.ann.id))
    await theatre.stage.service.discard(job.id, actor)
    await theatre.until_says(placeholder, "Discarded")
    now = SystemClock().now()
    await theatre.stage.jobs.record_not_started(job.id, fence=job.fence, now=now)
    theatre.stage.progress.look()
    await theatre.until_says(placeholder, "Cancelled; nothing was charged.")
    assert (await theatre.job()).status is JobStatus.CANCELLED


async def test_discard_comes_too_late_when_the_job_has_ended(theatre: Theatre) -> None:
    placeholder = await theatre.asked()
    (job,) = await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    theatre.d.faults.add("POST", MESSAGES, faults.hang(1.0))
    await theatre.done(job)
    await theatre.d.wait_for(lambda: theatre.d.calls("POST", MESSAGES))
    pressed = await theatre.d.press(theatre.d.ann, placeholder, "Discard")
    await theatre.d.wait_for(lambda: whispers(pressed))
    assert "finished already" in whispers(pressed)
    await theatre.delivered(job)
    assert len(theatre.cards()) == 1


async def test_a_press_on_a_slow_database_is_answered_in_time(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    placeholder = await theatre.asked()
    plain = theatre.stage.service.cancel

    async def slow(job_id: str, actor: Actor) -> object:
        await asyncio.sleep(0.3)
        return await plain(job_id, actor)

    monkeypatch.setattr(theatre.stage.service, "cancel", slow)
    monkeypatch.setattr(panel_answers, "PATIENCE_S", 0.05)
    pressed = await theatre.d.press(theatre.d.ann, placeholder, "Cancel")
    assert pressed.deferred
    await theatre.until_says(placeholder, "Cancelled")


# ── The question before several jobs ────────────────────────────────────────────────────────────


async def question(
    theatre: Theatre, prompt: str = "a {red, blue} fox", **options: object
) -> Message:
    asked = await theatre.stage.imagine(prompt, **options)
    assert asked.response is not None
    assert asked.response.ephemeral
    return asked.response


async def test_several_jobs_are_asked_about_first(theatre: Theatre) -> None:
    asked = await question(theatre)
    assert "**2 jobs**" in asked.text
    assert "1. a red fox" in asked.text
    assert asked.labels == ["Start 2 jobs", "No, thanks"]
    assert await theatre.jobs() == []


async def test_yes_starts_them_under_one_placeholder_for_all(theatre: Theatre) -> None:
    asked = await question(theatre)
    pressed = await theatre.d.press(theatre.d.ann, asked, "Start 2 jobs")
    jobs = await theatre.queued(2)
    assert [job.prompt for job in jobs] == ["a red fox", "a blue fox"]
    assert {job.group_id for job in jobs} == {jobs[0].id}
    await theatre.d.wait_for(lambda: asked.deleted)
    assert theatre.d.channel.messages == [pressed.response]
    assert "0 of 2 done" in theatre.d.channel.messages[0].text


async def test_saying_yes_twice_makes_the_jobs_once(theatre: Theatre) -> None:
    asked = await question(theatre)
    first, second = await asyncio.gather(
        theatre.d.press(theatre.d.ann, asked, "Start 2 jobs"),
        theatre.d.press(theatre.d.ann, asked, "Start 2 jobs"),
    )
    await theatre.queued(2)
    shown = [pressed.response for pressed in (first, second)]
    public = [message for message in shown if message and not message.ephemeral]
    assert theatre.d.channel.messages == public
    assert len(public) == 1
    assert "started these already" in whispers(first) + whispers(second)


async def test_no_takes_the_question_away(theatre: Theatre) -> None:
    asked = await question(theatre)
    await theatre.d.press(theatre.d.ann, asked, "No, thanks")
    await theatre.d.wait_for(lambda: asked.deleted)
    assert await theatre.jobs() == []


async def test_a_draft_that_is_gone_is_one_sentence(theatre: Theatre) -> None:
    asked = await question(theatre)
    await theatre.stage.service._drafts.drop_drafts(created_before=SystemClock().now() + MINUTE)
    pressed = await theatre.d.press(theatre.d.ann, asked, "Start 2 jobs")
    assert "no longer know this request" in whispers(pressed)


async def test_the_question_is_for_one_person_even_after_thinking(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "PATIENCE_S", 0.05)
    theatre.stage.service.delay_s = 0.2
    asked = await theatre.stage.imagine("a {red, blue} fox")
    await theatre.d.wait_for(lambda: asked.followups)
    assert asked.followups[0].labels == ["Start 2 jobs", "No, thanks"]
    assert asked.followups[0].ephemeral
    assert theatre.d.channel.messages == []


# ── Groups ──────────────────────────────────────────────────────────────────────────────────────


async def group(theatre: Theatre, prompt: str = "a {red, blue, green} fox") -> Message:
    asked = await question(theatre, prompt)
    await theatre.d.press(theatre.d.ann, asked, "Start 3 jobs")
    await theatre.queued(3)
    return theatre.d.channel.messages[0]


async def test_a_group_counts_and_its_placeholder_goes_with_the_last(theatre: Theatre) -> None:
    placeholder = await group(theatre)
    jobs = await theatre.drawing(3)
    await theatre.until_says(placeholder, "0 of 3 done, 3 drawing.")
    for number, job in enumerate(jobs[:2], start=1):
        await theatre.done(job)
        await theatre.delivered(job)
        await theatre.until_says(placeholder, f"{number} of 3 done")
    assert len(theatre.cards()) == 2
    await theatre.done(jobs[2])
    await theatre.d.wait_for(lambda: placeholder.deleted)
    assert len(theatre.cards()) == 3


async def test_the_placeholder_of_a_group_is_gone_before_its_last_job_is_recorded(
    theatre: Theatre,
) -> None:
    placeholder = await group(theatre)
    jobs = await theatre.drawing(3)
    await theatre.done(*jobs[:2])
    for job in jobs[:2]:
        await theatre.delivered(job)
    await theatre.until_says(placeholder, "2 of 3 done")
    theatre.d.faults.add("DELETE", ONE_MESSAGE, faults.hang(0.5))
    await theatre.done(jobs[2])
    await theatre.d.wait_for(lambda: theatre.d.calls("DELETE", ONE_MESSAGE))
    delivery = await theatre.stage.deliveries.get(jobs[2].id)
    assert delivery is not None
    assert delivery.status is DeliveryStatus.SENDING


async def test_cancel_takes_back_what_still_waits_of_a_group(theatre: Theatre) -> None:
    placeholder = await group(theatre)
    (job,) = await theatre.drawing(1)
    await theatre.until_says(placeholder, "1 drawing")
    await theatre.d.press(theatre.d.ann, placeholder, "Cancel")
    assert "2 cancelled" in placeholder.text
    assert placeholder.labels == ["Discard"]
    await theatre.done(job)
    await theatre.d.wait_for(lambda: placeholder.deleted)
    assert len(theatre.cards()) == 1


async def test_a_group_that_is_cancelled_whole_says_so(theatre: Theatre) -> None:
    placeholder = await group(theatre)
    await theatre.d.press(theatre.d.ann, placeholder, "Cancel")
    assert "Cancelled; nothing was charged." in placeholder.text
    assert not placeholder.deleted


async def test_a_group_whose_rest_is_discarded_ends_at_once(theatre: Theatre) -> None:
    placeholder = await group(theatre)
    jobs = await theatre.drawing(3)
    await theatre.done(jobs[0])
    await theatre.delivered(jobs[0])
    await theatre.until_says(placeholder, "1 of 3 done")
    await theatre.d.press(theatre.d.ann, placeholder, "Discard")
    await theatre.d.wait_for(lambda: placeholder.deleted)
    await theatre.done(*jobs[1:])
    await asyncio.sleep(0.3)
    assert len(theatre.cards()) == 1


async def test_a_group_that_went_while_somebody_pressed_needs_no_words(theatre: Theatre) -> None:
    placeholder = await group(theatre)
    jobs = await theatre.drawing(3)
    await theatre.done(jobs[0])
    await theatre.delivered(jobs[0])
    await theatre.until_says(placeholder, "1 of 3 done")
    theatre.d.faults.add("DELETE", BY_TOKEN, faults.status(404, 10008))
    pressed = await theatre.d.press(theatre.d.ann, placeholder, "Discard")
    await theatre.d.wait_for(lambda: [c.status for c in theatre.d.calls("DELETE", BY_TOKEN)])
    await theatre.stage.imagine("a later fox")
    assert whispers(pressed) == ""


async def test_a_failed_member_of_a_group_counts_as_done(theatre: Theatre) -> None:
    placeholder = await group(theatre)
    jobs = await theatre.drawing(3)
    failure = Failure(code=FailureCode.PROMPT)
    report = TaskReport(task_id=jobs[0].id, is_finished=True, failure=failure)
    now = SystemClock().now()
    await theatre.stage.jobs.record_poll([report], next_polls={}, asked_at=now, now=now)
    await theatre.done(*jobs[1:])
    await theatre.d.wait_for(lambda: placeholder.deleted)
    assert len(theatre.cards()) == 3


async def test_a_change_that_was_given_up_covers_up_no_later_one(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placeholder_keeper, "CHANGE_TIMEOUT_S", 0.2)
    monkeypatch.setattr(progress, "SETTLES_WITHIN", timedelta(seconds=2))
    placeholder = await theatre.asked()
    theatre.d.faults.add("PATCH", ONE_MESSAGE, faults.hang(1.5))
    await theatre.drawing()
    await theatre.d.wait_for(lambda: theatre.d.calls("PATCH", ONE_MESSAGE))
    job = await theatre.job()
    await theatre.stage.service.discard(job.id, Actor(user_id=job.origin.user_id))
    await theatre.until_says(placeholder, "drawing it now")
    await theatre.until_says(placeholder, "Discarded")


async def test_what_the_answer_to_a_press_did_not_show_is_shown_all_the_same(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "REST", timedelta(seconds=1))  # so that the answer begins first
    placeholder = await theatre.asked()
    await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    theatre.d.answer_deadline_s = 1.0
    theatre.d.faults.add("POST", CALLBACK, faults.hang(2))
    await theatre.d.press(theatre.d.ann, placeholder, "Discard", wait=0)
    await theatre.until_says(placeholder, "Discarded")


# ── Private jobs ────────────────────────────────────────────────────────────────────────────────


async def test_a_private_result_takes_the_place_of_the_answer(theatre: Theatre) -> None:
    placeholder = await theatre.asked(private=True)
    assert placeholder.ephemeral
    (job,) = await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    await theatre.done(job)
    await theatre.delivered(job)
    assert placeholder.images == [picture(0)]
    assert theatre.d.channel.messages == []
    assert theatre.d.calls("POST", MESSAGES) == []


async def test_a_private_result_is_not_covered_up_by_what_was_given_up_before_it(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "SETTLES_WITHIN", timedelta(seconds=2))
    placeholder = await theatre.asked(private=True)
    theatre.d.faults.add("PATCH", BY_TOKEN, faults.hang(1))
    (job,) = await theatre.drawing()
    await theatre.d.wait_for(lambda: theatre.d.calls("PATCH", BY_TOKEN))
    await theatre.done(job)
    await theatre.d.wait_for(lambda: placeholder.images)
    await theatre.until_says(placeholder, "drawing it now")
    await theatre.delivered(job)
    assert placeholder.images == [picture(0)]


async def test_a_private_result_after_the_token_comes_as_a_direct_message(
    theatre: Theatre,
) -> None:
    asked = await theatre.stage.imagine(private=True)
    await theatre.queued()
    asked.expire_token()
    (job,) = await theatre.drawing()
    await theatre.done(job)
    await theatre.delivered(job)
    (card,) = theatre.d.dm(theatre.d.ann).messages
    assert card.images == [picture(0)]
    assert theatre.d.channel.messages == []


async def test_a_private_result_that_was_seen_and_deleted_does_not_come_again(
    theatre: Theatre,
) -> None:
    placeholder = await theatre.asked(private=True)
    (job,) = await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    theatre.d.faults.add("PATCH", BY_TOKEN, faults.lose_answer_after_effect())
    await theatre.done(job)
    await theatre.d.wait_for(lambda: placeholder.images)
    await theatre.d.press(theatre.d.ann, placeholder, "Delete")
    await theatre.delivered(job)
    assert theatre.d.dm(theatre.d.ann).messages == []


async def test_further_parts_of_a_private_result_come_as_direct_messages(
    theatre: Theatre,
) -> None:
    placeholder = await theatre.asked(private=True)
    (job,) = await theatre.drawing()
    await theatre.done(job, images=13)
    await theatre.delivered(job)
    (more,) = theatre.d.dm(theatre.d.ann).messages
    assert (len(placeholder.images), len(more.images)) == (10, 3)
    assert theatre.d.channel.messages == []


async def test_a_slow_private_answer_is_private_from_the_start(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "PATIENCE_S", 0.05)
    theatre.stage.service.delay_s = 0.2
    asked = await theatre.stage.imagine(private=True)
    assert asked.deferred
    await theatre.queued()
    assert asked.ephemeral


async def test_again_on_a_private_card_is_private_too(theatre: Theatre) -> None:
    card = await theatre.asked(private=True)
    (job,) = await theatre.drawing()
    await theatre.done(job)
    await theatre.delivered(job)
    pressed = await theatre.d.press(theatre.d.ann, card, "Again")
    assert pressed.ephemeral
    await theatre.queued(2)
    assert all(job.is_private for job in await theatre.jobs())


async def test_a_private_card_can_be_deleted(theatre: Theatre) -> None:
    card = await theatre.asked(private=True)
    (job,) = await theatre.drawing()
    await theatre.done(job)
    await theatre.delivered(job)
    await theatre.d.press(theatre.d.ann, card, "Delete")
    await theatre.d.wait_for(lambda: card.deleted)


async def test_a_private_job_can_be_cancelled(theatre: Theatre) -> None:
    placeholder = await theatre.asked(private=True)
    await theatre.d.press(theatre.d.ann, placeholder, "Cancel")
    assert "Cancelled; nothing was charged." in placeholder.text


async def test_a_private_group_comes_as_direct_messages(theatre: Theatre) -> None:
    asked = await question(theatre, private=True)
    pressed = await theatre.d.press(theatre.d.ann, asked, "Start 2 jobs")
    await theatre.queued(2)
    placeholder = pressed.response
    assert placeholder is not None
    assert placeholder.ephemeral
    await theatre.done(*await theatre.drawing(2))
    await theatre.d.wait_for(lambda: placeholder.deleted)
    assert len(theatre.d.dm(theatre.d.ann).messages) == 2
    assert theatre.d.channel.messages == []


# ── Telling when it is done ─────────────────────────────────────────────────────────────────────


async def wants_dm(personal: SqlPersonalStore, theatre: Theatre) -> None:
    await personal.set_preferences(f"discord:{theatre.d.ann.id}", Preferences(wants_dm=True))


async def test_who_wants_it_is_told_by_direct_message_with_a_link(theatre: Theatre) -> None:
    await wants_dm(theatre.stage.personal, theatre)
    await theatre.asked()
    await theatre.done(*await theatre.drawing())
    (told,) = await theatre.d.wait_for(lambda: theatre.d.dm(theatre.d.ann).messages)
    (card,) = theatre.cards()
    address = f"{theatre.d.guild.id}/{theatre.d.channel.id}/{card.id}"
    assert told.text == f"Your picture is ready: https://discord.com/channels/{address}"


async def test_a_closed_direct_message_disturbs_nothing(theatre: Theatre) -> None:
    await wants_dm(theatre.stage.personal, theatre)
    theatre.d.ann.accepts_dms = False
    await theatre.asked()
    (job,) = await theatre.drawing()
    await theatre.done(job)
    await theatre.delivered(job)
    await asyncio.sleep(0.2)
    assert len(theatre.cards()) == 1


async def test_nobody_is_told_unasked(theatre: Theatre) -> None:
    await theatre.asked()
    (job,) = await theatre.drawing()
    await theatre.done(job)
    await theatre.delivered(job)
    await asyncio.sleep(0.2)
    assert theatre.d.dm(theatre.d.ann).messages == []


async def test_a_private_result_needs_no_telling(theatre: Theatre) -> None:
    await wants_dm(theatre.stage.personal, theatre)
    await theatre.asked(private=True)
    (job,) = await theatre.drawing()
    await theatre.done(job)
    await theatre.delivered(job)
    await asyncio.sleep(0.2)
    assert theatre.d.dm(theatre.d.ann).messages == []


async def test_a_group_is_told_once_when_all_is_there(theatre: Theatre) -> None:
    await wants_dm(theatre.stage.personal, theatre)
    await group(theatre)
    jobs = await theatre.drawing(3)
    for job in jobs:
        await theatre.done(job)
        await theatre.delivered(job)
    await theatre.d.wait_for(lambda: theatre.d.dm(theatre.d.ann).messages)
    await asyncio.sleep(0.3)
    assert len(theatre.d.dm(theatre.d.ann).messages) == 1
