"""From `/imagine` to the pictures: the whole application, real discord.py, real HTTP."""

import aiohttp
import discord
import pytest

from bot.demo.faults import NO_CALLBACK, Answer, Callback, Outcome
from tests.acceptance.conftest import Rig, told
from tests.acceptance.running import ENDLESS
from tests.pictures import small_picture

FORGED = (
    b'{"status": 0, "data": {"taskId": "t", "status": 1, "images": ["http://evil.test/x.png"]}}'
)


async def test_imagine_ends_in_four_images_and_the_placeholder_is_gone(rig: Rig) -> None:
    await rig.imagine("a red fox")
    (card,) = await rig.settled(1)
    assert card.images == [small_picture("a red fox", index) for index in range(4)]
    assert {"1", "2", "3", "4", "Again", "Delete"} <= set(card.labels)


async def test_the_placeholder_says_what_was_asked_and_when_it_will_be_ready(rig: Rig) -> None:
    rig.midjourney.faults.outcomes.add(ENDLESS)
    await rig.imagine("a red fox")
    (placeholder,) = rig.messages()
    assert "a red fox" in placeholder.text
    assert "<t:" in placeholder.text


async def test_a_failed_job_becomes_a_message_that_says_so(rig: Rig) -> None:
    rig.midjourney.faults.outcomes.add(Outcome(fail_reason="Banned prompt detected: fox"))
    await rig.imagine()
    await rig.until(lambda: "failed" in "".join(seen.text.lower() for seen in rig.messages()))
    await rig.until(lambda: len(rig.messages()) == 1)


async def test_twelve_at_once_run_ten_at_a_time_and_all_arrive(rig: Rig) -> None:
    rig.midjourney.faults.outcomes.add(Outcome(seconds=0.8), times=12)
    for number in range(12):
        await rig.imagine(f"fox {number}")
    await rig.settled(12)
    assert rig.midjourney.max_in_flight <= 10
    assert len(rig.midjourney.submits) == 12


async def test_who_has_less_in_flight_goes_first(idle_rig: Rig) -> None:
    rig = idle_rig
    rig.midjourney.faults.outcomes.add(ENDLESS, ENDLESS)
    async with rig.running(midjourney_concurrency=2):
        for number in range(4):
            await rig.imagine(f"Ann's {number}")
        await rig.until(lambda: len(rig.midjourney.submits) == 2)
        await rig.imagine("Ben's", who=rig.ben)
        rig.midjourney.finish(next(iter(rig.midjourney.jobs)))
        await rig.until(lambda: len(rig.midjourney.submits) >= 3)
        assert rig.submitted_prompts[2] == "Ben's"


# ── Callbacks ───────────────────────────────────────────────────────────────────────────────────


async def test_a_result_arrives_without_its_callback(idle_rig: Rig) -> None:
    rig = idle_rig
    rig.midjourney.faults.callbacks.add(NO_CALLBACK)
    async with rig.running(poll_interval=0.2):
        await rig.imagine()
        await rig.settled(1)


async def test_six_callbacks_at_once_post_once(rig: Rig) -> None:
    rig.midjourney.faults.callbacks.add(Callback(times=6))
    await rig.imagine()
    await rig.settled(1)
    await rig.until(lambda: len(rig.midjourney.callbacks) == 6)
    await rig.quiet()
    assert len(rig.messages()) == 1
    assert {sent.status for sent in rig.midjourney.callbacks} == {200}


async def test_a_callback_before_the_submits_answer_posts_once(rig: Rig) -> None:
    rig.midjourney.faults.callbacks.add(Callback(is_before_answer=True))
    await rig.imagine()
    await rig.settled(1)
    await rig.quiet()
    assert len(rig.messages()) == 1
    assert len(rig.midjourney.submits) == 1


async def test_the_body_of_a_callback_decides_nothing(rig: Rig) -> None:
    rig.midjourney.faults.callbacks.add(Callback(body=FORGED))
    await rig.imagine("a red fox")
    (card,) = await rig.settled(1)
    assert card.images == [small_picture("a red fox", index) for index in range(4)]


async def test_a_callback_with_a_wrong_tag_is_refused_and_ends_nothing(rig: Rig) -> None:
    rig.midjourney.faults.outcomes.add(ENDLESS)
    await rig.imagine()
    await rig.until(lambda: len(rig.midjourney.submits) == 1)
    url, _, _tag = str(rig.midjourney.submits[0].payload["hookUrl"]).rpartition("/")
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{url}/{'a' * 26}", data=FORGED) as response,
    ):
        assert response.status == 404
    await rig.quiet(0.2)
    assert rig.midjourney.status_calls == []
    assert rig.cards() == []


# ── Restarts ────────────────────────────────────────────────────────────────────────────────────


async def test_a_job_under_way_survives_a_kill(idle_rig: Rig) -> None:
    rig = idle_rig
    rig.midjourney.faults.outcomes.add(ENDLESS)
    async with rig.killed_at_the_end():
        await rig.imagine()
        await rig.running_jobs(1)
    rig.midjourney.finish(next(iter(rig.midjourney.jobs)))
    async with rig.running():
        await rig.settled(1)
    assert len(rig.midjourney.submits) == 1


async def test_waiting_jobs_survive_a_kill(idle_rig: Rig) -> None:
    rig = idle_rig
    rig.midjourney.faults.outcomes.add(ENDLESS)
    async with rig.killed_at_the_end(midjourney_concurrency=1):
        await rig.imagine("the first")
        await rig.imagine("the second")
        await rig.running_jobs(1)
    rig.midjourney.finish(next(iter(rig.midjourney.jobs)))
    async with rig.running(midjourney_concurrency=1):
        await rig.settled(2)
    assert rig.submitted_prompts == ["the first", "the second"]


@pytest.fixture
async def old_card(idle_rig: Rig) -> Rig:
    """Return a channel with a card of Ann's that an earlier process has posted."""
    async with idle_rig.running():
        await idle_rig.imagine("a red fox")
        await idle_rig.settled(1)
    return idle_rig


async def test_after_a_restart_a_number_posts_that_image(old_card: Rig) -> None:
    async with old_card.running():
        (card,) = old_card.cards()
        await old_card.ben.click(card.message, label="2")
        single = old_card.messages()[-1]
        assert single.images == [small_picture("a red fox", 1)]


async def test_after_a_restart_again_starts_a_job_of_who_pressed(old_card: Rig) -> None:
    async with old_card.running():
        (card,) = old_card.cards()
        await old_card.ben.click(card.message, label="Again")
        _, card = await old_card.settled(2)
        assert old_card.ben.mention in card.text
        assert old_card.submitted_prompts == ["a red fox", "a red fox"]


async def test_after_a_restart_delete_removes_the_card(old_card: Rig) -> None:
    async with old_card.running():
        (card,) = old_card.cards()
        await old_card.ann.click(card.message, label="Delete")
        await old_card.settled(0)


async def test_a_number_works_when_the_providers_link_has_ended(rig: Rig) -> None:
    await rig.imagine("a red fox")
    (card,) = await rig.settled(1)
    rig.midjourney.faults.images.default = Answer.error(410)
    await rig.ann.click(card.message, label="3")
    assert rig.messages()[-1].images == [small_picture("a red fox", 2)]


async def test_others_cannot_delete_a_card(rig: Rig) -> None:
    await rig.imagine()
    (card,) = await rig.settled(1)
    await rig.ben.click(card.message, label="Delete")
    assert len(rig.cards()) == 1


# ── Places ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_thread_gets_its_own_result(rig: Rig) -> None:
    channel = rig.world.env.bot.get_channel(rig.world.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.create_thread(name="foxes", type=discord.ChannelType.public_thread)
    (thread,) = rig.world.channel.threads
    await rig.imagine(where=thread)
    await rig.settled(1, thread)
    assert rig.cards() == []


async def test_a_direct_message_gets_its_result(rig: Rig) -> None:
    await rig.ann.user.slash("imagine", prompt="a red fox")
    await rig.settled(1, rig.ann.user.dm_channel)


# ── Refusals: nothing is spent ──────────────────────────────────────────────────────────────────


async def test_a_missing_permission_is_named_as_discord_names_it(rig: Rig) -> None:
    quiet = rig.world.guild.create_text_channel(
        "quiet",
        overwrites={rig.world.guild.default_role: discord.PermissionOverwrite(attach_files=False)},
    )
    result = await rig.imagine(where=quiet)
    assert "Attach Files" in told(result)
    await _nothing_was_submitted(rig)


async def test_turbo_is_refused_with_a_hint(rig: Rig) -> None:
    result = await rig.imagine("a red fox --turbo")
    assert "--fast" in told(result)
    await _nothing_was_submitted(rig)


async def test_the_limit_of_a_day_holds(idle_rig: Rig) -> None:
    async with idle_rig.running(daily_jobs_per_user=1):
        await idle_rig.imagine()
        assert "24 hours" in told(await idle_rig.imagine())
        await idle_rig.imagine(who=idle_rig.ben)
        await idle_rig.settled(2)


async def test_the_limit_of_waiting_jobs_holds(idle_rig: Rig) -> None:
    rig = idle_rig
    rig.midjourney.faults.outcomes.add(ENDLESS)
    async with rig.running(midjourney_concurrency=1, max_waiting_per_user=1):
        await rig.imagine("in flight")
        await rig.until(lambda: len(rig.midjourney.submits) == 1)
        await rig.imagine("waiting")
        assert "waiting" in told(await rig.imagine("too many"))


async def test_other_servers_are_refused(idle_rig: Rig) -> None:
    async with idle_rig.running(allowed_guilds=("1",)):
        assert told(await idle_rig.imagine())
        await _nothing_was_submitted(idle_rig)


async def _nothing_was_submitted(rig: Rig) -> None:
    await rig.quiet(0.2)
    assert rig.midjourney.submits == []
    assert rig.cards() == []
