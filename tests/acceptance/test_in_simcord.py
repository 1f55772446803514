"""From `/imagine` to the pictures: the whole application, real discord.py, real HTTP."""

import aiohttp
import discord
import pytest

from bot.demo.faults import NO_CALLBACK, Answer, Callback, Outcome
from tests.acceptance.conftest import ENDLESS, Stage, draw_small, told

FORGED = (
    b'{"status": 0, "data": {"taskId": "t", "status": 1, "images": ["http://evil.test/x.png"]}}'
)


async def test_imagine_ends_in_four_images_and_the_placeholder_is_gone(stage: Stage) -> None:
    await stage.imagine("a red fox")
    (card,) = await stage.settled(1)
    assert card.images == [draw_small("a red fox", index) for index in range(4)]
    assert {"1", "2", "3", "4", "Again", "Delete"} <= set(card.labels)


async def test_the_placeholder_says_what_was_asked_and_when_it_will_be_ready(stage: Stage) -> None:
    stage.midjourney.faults.outcomes.add(ENDLESS)
    await stage.imagine("a red fox")
    (placeholder,) = stage.messages()
    assert "a red fox" in placeholder.text
    assert "<t:" in placeholder.text


async def test_a_failed_job_becomes_a_message_that_says_so(stage: Stage) -> None:
    stage.midjourney.faults.outcomes.add(Outcome(fail_reason="Banned prompt detected: fox"))
    await stage.imagine()
    await stage.until(lambda: "failed" in "".join(seen.text.lower() for seen in stage.messages()))
    await stage.until(lambda: len(stage.messages()) == 1)


async def test_twelve_at_once_run_ten_at_a_time_and_all_arrive(stage: Stage) -> None:
    stage.midjourney.faults.outcomes.add(Outcome(seconds=0.8), times=12)
    for number in range(12):
        await stage.imagine(f"fox {number}")
    await stage.settled(12)
    assert stage.midjourney.max_in_flight <= 10
    assert len(stage.midjourney.submits) == 12


async def test_who_has_less_in_flight_goes_first(idle_stage: Stage) -> None:
    stage = idle_stage
    stage.midjourney.faults.outcomes.add(ENDLESS, ENDLESS)
    async with stage.running(midjourney_concurrency=2):
        for number in range(4):
            await stage.imagine(f"Ann's {number}")
        await stage.until(lambda: len(stage.midjourney.submits) == 2)
        await stage.imagine("Ben's", who=stage.ben)
        stage.midjourney.finish(next(iter(stage.midjourney.jobs)))
        await stage.until(lambda: len(stage.midjourney.submits) >= 3)
        assert stage.submitted_prompts[2] == "Ben's"


# ── Callbacks ───────────────────────────────────────────────────────────────────────────────────


async def test_a_result_arrives_without_its_callback(idle_stage: Stage) -> None:
    stage = idle_stage
    stage.midjourney.faults.callbacks.add(NO_CALLBACK)
    async with stage.running(poll_interval=0.2):
        await stage.imagine()
        await stage.settled(1)


async def test_six_callbacks_at_once_post_once(stage: Stage) -> None:
    stage.midjourney.faults.callbacks.add(Callback(times=6))
    await stage.imagine()
    await stage.settled(1)
    await stage.quiet()
    assert len(stage.messages()) == 1
    assert [sent.status for sent in stage.midjourney.callbacks] == [200] * 6


async def test_a_callback_before_the_submits_answer_posts_once(stage: Stage) -> None:
    stage.midjourney.faults.callbacks.add(Callback(is_before_answer=True))
    await stage.imagine()
    await stage.settled(1)
    await stage.quiet()
    assert len(stage.messages()) == 1
    assert len(stage.midjourney.submits) == 1


async def test_the_body_of_a_callback_decides_nothing(stage: Stage) -> None:
    stage.midjourney.faults.callbacks.add(Callback(body=FORGED))
    await stage.imagine("a red fox")
    (card,) = await stage.settled(1)
    assert card.images == [draw_small("a red fox", index) for index in range(4)]


async def test_a_callback_with_a_wrong_tag_is_refused_and_ends_nothing(stage: Stage) -> None:
    stage.midjourney.faults.outcomes.add(ENDLESS)
    await stage.imagine()
    await stage.until(lambda: len(stage.midjourney.submits) == 1)
    url, _, _tag = str(stage.midjourney.submits[0].payload["hookUrl"]).rpartition("/")
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{url}/{'a' * 26}", data=FORGED) as response,
    ):
        assert response.status == 404
    await stage.quiet(0.2)
    assert stage.midjourney.status_calls == []
    assert stage.cards() == []


# ── Restarts ────────────────────────────────────────────────────────────────────────────────────


async def test_a_job_under_way_survives_a_kill(idle_stage: Stage) -> None:
    stage = idle_stage
    stage.midjourney.faults.outcomes.add(ENDLESS)
    async with stage.killed_at_the_end():
        await stage.imagine()
        await stage.running_jobs(1)
    stage.midjourney.finish(next(iter(stage.midjourney.jobs)))
    async with stage.running():
        await stage.settled(1)
    assert len(stage.midjourney.submits) == 1


async def test_waiting_jobs_survive_a_kill(idle_stage: Stage) -> None:
    stage = idle_stage
    stage.midjourney.faults.outcomes.add(ENDLESS)
    async with stage.killed_at_the_end(midjourney_concurrency=1):
        await stage.imagine("the first")
        await stage.imagine("the second")
        await stage.running_jobs(1)
    stage.midjourney.finish(next(iter(stage.midjourney.jobs)))
    async with stage.running(midjourney_concurrency=1):
        await stage.settled(2)
    assert stage.submitted_prompts == ["the first", "the second"]


@pytest.fixture
async def old_card(idle_stage: Stage) -> Stage:
    """Give a channel with a card of Ann's that an earlier process has posted."""
    async with idle_stage.running():
        await idle_stage.imagine("a red fox")
        await idle_stage.settled(1)
    return idle_stage


async def test_after_a_restart_a_number_posts_that_image(old_card: Stage) -> None:
    async with old_card.running():
        (card,) = old_card.cards()
        await old_card.ben.click(card.message, label="2")
        single = old_card.messages()[-1]
        assert single.images == [draw_small("a red fox", 1)]


async def test_after_a_restart_again_starts_a_job_of_who_pressed(old_card: Stage) -> None:
    async with old_card.running():
        (card,) = old_card.cards()
        await old_card.ben.click(card.message, label="Again")
        _, card = await old_card.settled(2)
        assert old_card.ben.mention in card.text
        assert old_card.submitted_prompts == ["a red fox", "a red fox"]


async def test_after_a_restart_delete_removes_the_card(old_card: Stage) -> None:
    async with old_card.running():
        (card,) = old_card.cards()
        await old_card.ann.click(card.message, label="Delete")
        await old_card.settled(0)


async def test_a_number_works_when_the_providers_link_has_ended(stage: Stage) -> None:
    await stage.imagine("a red fox")
    (card,) = await stage.settled(1)
    stage.midjourney.faults.images.default = Answer.error(410)
    await stage.ann.click(card.message, label="3")
    assert stage.messages()[-1].images == [draw_small("a red fox", 2)]


async def test_others_cannot_delete_a_card(stage: Stage) -> None:
    await stage.imagine()
    (card,) = await stage.settled(1)
    await stage.ben.click(card.message, label="Delete")
    assert len(stage.cards()) == 1


# ── Places ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_thread_gets_its_own_result(stage: Stage) -> None:
    channel = stage.world.env.bot.get_channel(stage.world.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.create_thread(name="foxes", type=discord.ChannelType.public_thread)
    (thread,) = stage.world.channel.threads
    await stage.imagine(where=thread)
    await stage.settled(1, thread)
    assert stage.cards() == []


async def test_a_direct_message_gets_its_result(stage: Stage) -> None:
    await stage.ann.user.slash("imagine", prompt="a red fox")
    await stage.settled(1, stage.ann.user.dm_channel)


# ── Refusals: nothing is spent ──────────────────────────────────────────────────────────────────


async def test_a_missing_permission_is_named_as_discord_names_it(stage: Stage) -> None:
    quiet = stage.world.guild.create_text_channel(
        "quiet",
        overwrites={
            stage.world.guild.default_role: discord.PermissionOverwrite(attach_files=False)
        },
    )
    result = await stage.imagine(where=quiet)
    assert "Attach Files" in told(result)
    await _nothing_was_submitted(stage)


async def test_turbo_is_refused_with_a_hint(stage: Stage) -> None:
    result = await stage.imagine("a red fox --turbo")
    assert "--fast" in told(result)
    await _nothing_was_submitted(stage)


async def test_the_limit_of_a_day_holds(idle_stage: Stage) -> None:
    async with idle_stage.running(daily_jobs_per_user=1):
        await idle_stage.imagine()
        assert "24 hours" in told(await idle_stage.imagine())
        await idle_stage.imagine(who=idle_stage.ben)
        await idle_stage.settled(2)


async def test_the_limit_of_waiting_jobs_holds(idle_stage: Stage) -> None:
    stage = idle_stage
    stage.midjourney.faults.outcomes.add(ENDLESS)
    async with stage.running(midjourney_concurrency=1, max_waiting_per_user=1):
        await stage.imagine("in flight")
        await stage.until(lambda: len(stage.midjourney.submits) == 1)
        await stage.imagine("waiting")
        assert "waiting" in told(await stage.imagine("too many"))


async def test_other_servers_are_refused(idle_stage: Stage) -> None:
    async with idle_stage.running(allowed_guilds=("1",)):
        assert told(await idle_stage.imagine())
        await _nothing_was_submitted(idle_stage)


async def _nothing_was_submitted(stage: Stage) -> None:
    await stage.quiet(0.2)
    assert stage.midjourney.submits == []
    assert stage.cards() == []
