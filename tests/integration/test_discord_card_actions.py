"""What can be done with a card, a refusal and any message, over the wire and after a restart."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.clock import SystemClock
from bot.domain.conversations import Person
from bot.domain.errors import ImageError
from bot.domain.jobs import Failure, FailureCode, JobStatus, Mode, Variation
from bot.domain.people import Preferences
from bot.domain.pictures import FetchedImage
from bot.platforms.discord.cards.custom_ids import card_mark
from bot.platforms.discord.messenger.history import find_card
from bot.platforms.discord.messenger.rendering import message_fields
from bot.ports.messenger import ResultContent
from tests.fixtures import Rig, parts, running
from tests.haste import set_limits
from tests.jobs import command_of
from tests.pictures import picture, png
from tests.standins.discord import DiscordStandIn, Interaction, Message, User, faults
from tests.standins.discord.routes import BY_TOKEN, ONE_MESSAGE
from tests.timing import TIMEOUT_S

IMAGE_MENU, STYLE_MENU, DETAILS_MENU = "Imagine from this image", "Use as style", "Job details"


def prompt_in(opened: Interaction) -> str:
    """Return what stands in the form that was opened."""
    assert opened.modal is not None, opened
    label, *_ = opened.modal["components"]
    value: str = label["component"].get("value", "")
    return value


def private_answer(asked: Interaction) -> Message:
    """Return the message that only the person who acted sees."""
    private_words = [m for m in (*asked.followups, asked.response) if m and m.ephemeral]
    assert private_words, f"{asked}: {asked.response}"
    return private_words[0]


@asynccontextmanager
async def process(d: DiscordStandIn, folder: Path) -> AsyncIterator[Rig]:
    """Let one process run the bot; the next one finds its database."""
    url = f"sqlite:///{folder / 'jobs.db'}"
    async with parts(d, database_url=url) as rig, running(rig.bot, d.token):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        yield rig
    await d.wait_for(lambda: not d.gateway.live_sessions)


# ── Vary ────────────────────────────────────────────────────────────────────────────────────────


async def test_v3_draws_the_prompt_again_with_the_third_image(rig: Rig) -> None:
    card = await rig.card("a red fox --ar 16:9")
    pressed = await rig.d.press(rig.d.ben, card, "V3")
    first, varied = await rig.job(0), await rig.job(1)
    assert varied.prompt == f"{first.image_urls[2]} a red fox --ar 16:9"
    assert varied.origin.person.id == str(rig.d.ben.id)
    assert pressed.response is not None
    assert rig.d.ben.mention in pressed.response.text


async def test_a_variation_says_which_picture_of_which_message_it_varies(rig: Rig) -> None:
    card = await rig.card()
    pressed = await rig.d.press(rig.d.ben, card, "V2")
    url = f"https://discord.com/channels/{rig.d.guild.id}/{rig.d.channel.id}/{card.id}"
    assert (await rig.job(1)).variation == Variation(number=2, message_url=url)
    assert pressed.response is not None
    assert f"[Variation of image 2]({url})" in pressed.response.text
    assert rig.d.cdn_url not in pressed.response.text


async def test_a_variation_from_a_message_for_one_person_has_no_link(rig: Rig) -> None:
    card = await rig.card()
    card.visible_to, card.flags = rig.d.ann, card.flags | 1 << 6
    await rig.d.press(rig.d.ann, card, "V2")
    assert (await rig.job(1)).variation == Variation(number=2)


async def test_a_variation_of_a_variation_starts_from_the_new_picture_alone(rig: Rig) -> None:
    card = await rig.card("a red fox --ar 16:9")
    await rig.d.press(rig.d.ben, card, "V2")
    varied = await rig.end_job(index=1)
    shown = [FetchedImage(index=0, url="", data=picture(0))]
    content = ResultContent(job=varied, number=0, pictures=shown)
    channel = rig.bot.get_partial_messageable(rig.d.channel.id)
    sent = await channel.send(**message_fields(content))
    await rig.d.press(rig.d.ben, rig.d.channel.messages[-1], "V1")
    job = await rig.job(2)
    url = f"https://discord.com/channels/{rig.d.guild.id}/{rig.d.channel.id}/{sent.id}"
    assert job.prompt == f"{varied.image_urls[0]} a red fox --ar 16:9"
    assert job.variation == Variation(number=1, message_url=url)


async def test_again_of_a_variation_is_the_same_variation(rig: Rig) -> None:
    card = await rig.card()
    await rig.d.press(rig.d.ben, card, "V2")
    varied = await rig.job(1)
    command = command_of(varied, "discord:1")
    again = await rig.service.again(varied.id, command)
    assert (again.job.prompt, again.job.variation) == (varied.prompt, varied.variation)


async def test_vary_works_after_a_restart(d: DiscordStandIn, tmp_path: Path) -> None:
    async with process(d, tmp_path) as rig:
        card = await rig.card()
    async with process(d, tmp_path) as rig:
        await d.press(d.ben, card, "V1")
        assert (await rig.job()).prompt.endswith(" a red fox")


async def test_a_refused_variation_says_why_to_this_person_only(rig: Rig) -> None:
    card = await rig.card()
    rig.d.channel.deny("attach_files")
    pressed = await rig.d.press(rig.d.ben, card, "V1")
    assert "“Attach Files”" in private_answer(pressed).text


# ── Edit ────────────────────────────────────────────────────────────────────────────────────────


async def test_edit_opens_a_form_with_the_prompt(rig: Rig) -> None:
    card = await rig.card("a red fox —ar 16x9")
    opened = await rig.d.press(rig.d.ben, card, "Edit")
    assert prompt_in(opened) == "a red fox --ar 16:9"


async def test_the_form_of_a_relaxed_job_says_so(rig: Rig) -> None:
    card = await rig.card("a red fox --relax")
    opened = await rig.d.press(rig.d.ben, card, "Edit")
    assert prompt_in(opened) == "a red fox --relax"


async def test_the_form_says_a_speed_that_is_not_the_usual_one_of_who_edits(rig: Rig) -> None:
    card = await rig.card("a red fox")
    await rig.bot.personal.change_preferences(
        Person.of(f"discord:{rig.d.ben.id}"), lambda _: Preferences(mode=Mode.RELAXED)
    )
    assert prompt_in(await rig.d.press(rig.d.ben, card, "Edit")) == "a red fox --fast"


async def test_a_changed_prompt_is_a_new_job_of_the_person_who_changed_it(rig: Rig) -> None:
    card = await rig.card()
    opened = await rig.d.press(rig.d.ben, card, "Edit")
    sent = await rig.d.submit_modal(opened, {"prompt": "a blue fox --relax"})
    job = await rig.job_with(JobStatus.QUEUED, index=1, has_placeholder=True)
    assert (job.prompt, job.mode) == ("a blue fox", Mode.RELAXED)
    assert job.origin.person.id == str(rig.d.ben.id)
    assert sent.response is not None
    assert job.origin.placeholder_id == str(sent.response.id)


async def test_a_form_may_be_sent_off_after_a_restart(d: DiscordStandIn, tmp_path: Path) -> None:
    async with process(d, tmp_path) as rig:
        opened = await d.press(d.ann, await rig.card(), "Edit")
    async with process(d, tmp_path) as rig:
        await d.submit_modal(opened, {"prompt": "a blue fox"})
        assert (await rig.job()).prompt == "a blue fox"


async def test_the_form_of_a_private_job_makes_a_private_job(rig: Rig) -> None:
    card = await rig.card(private=True)
    opened = await rig.d.press(rig.d.ann, card, "Edit")
    sent = await rig.d.submit_modal(opened, {"prompt": "a blue fox"})
    assert (await rig.job(1)).is_private
    assert sent.ephemeral


async def test_a_refused_private_request_stays_private(rig: Rig) -> None:
    asked = await rig.imagine("a red fox --ar 16:0", private=True)
    opened = await rig.d.press(rig.d.ann, private_answer(asked), "Edit")
    sent = await rig.d.submit_modal(opened, {"prompt": "a red fox"})
    assert (await rig.job()).is_private
    assert sent.ephemeral


async def test_a_refused_public_request_becomes_a_public_job(rig: Rig) -> None:
    asked = await rig.imagine("a red fox --ar 16:0")
    opened = await rig.d.press(rig.d.ann, private_answer(asked), "Edit")
    sent = await rig.d.submit_modal(opened, {"prompt": "a red fox"})
    assert not sent.ephemeral


async def test_several_jobs_from_a_form_are_asked_about_first(rig: Rig) -> None:
    opened = await rig.d.press(rig.d.ben, await rig.card(), "Edit")
    sent = await rig.d.submit_modal(opened, {"prompt": "a {red, blue} fox"})
    assert private_answer(sent).buttons
    assert len(rig.service.job_ids) == 1


async def test_a_wrong_prompt_in_the_form_is_refused_like_any_other(rig: Rig) -> None:
    card = await rig.card()
    opened = await rig.d.press(rig.d.ben, card, "Edit")
    sent = await rig.d.submit_modal(opened, {"prompt": "a fox --ar 16:0"})
    assert "both numbers must be at least 1" in private_answer(sent).text
    assert len(rig.service.job_ids) == 1


async def test_a_form_leaves_nothing_in_memory(rig: Rig) -> None:
    card = await rig.card()
    await rig.d.press(rig.d.ben, card, "Edit")
    assert not rig.bot._connection._view_store._modals


async def test_a_form_of_somebody_elses_making_is_left_alone(rig: Rig) -> None:
    card = await rig.card()
    opened = await rig.d.press(rig.d.ben, card, "Edit")
    assert opened.modal is not None
    opened.modal["custom_id"] = "form:unheard-of"
    sent = await rig.d.submit_modal(opened, wait=0.2)
    assert sent.callback_type is None


async def test_a_failure_in_a_form_is_told_with_a_reference(rig: Rig) -> None:
    card = await rig.card()
    opened = await rig.d.press(rig.d.ben, card, "Edit")
    rig.service.is_broken = True
    sent = await rig.d.submit_modal(opened, {"prompt": "a blue fox"})
    assert "reference" in private_answer(sent).text


# ── Details ─────────────────────────────────────────────────────────────────────────────────────


async def test_details_are_for_this_person_only(rig: Rig) -> None:
    card = await rig.card("a red fox --seed 42")
    pressed = await rig.d.press(rig.d.ben, card, "Details")
    text = private_answer(pressed).text
    assert "```\na red fox --seed 42\n```" in text
    assert "Seed: 42" in text


async def test_who_asked_may_delete_the_card_from_the_details(rig: Rig) -> None:
    card = await rig.card()
    pressed = await rig.d.press(rig.d.ann, card, "Details")
    deleted = await rig.d.press(rig.d.ann, private_answer(pressed), "Delete")
    await rig.d.wait_for(lambda: card.deleted)
    await rig.d.wait_for(lambda: deleted.response and "deleted" in deleted.response.text)


async def test_others_find_no_delete_in_the_details(rig: Rig) -> None:
    card = await rig.card()
    pressed = await rig.d.press(rig.d.ben, card, "Details")
    assert private_answer(pressed).labels == ["Again", "Edit"]


async def test_who_manages_messages_finds_delete_in_the_details(rig: Rig) -> None:
    card = await rig.card()
    rig.d.guild.grant(rig.d.ben, "manage_messages")
    pressed = await rig.d.press(rig.d.ben, card, "Details")
    assert "Delete" in private_answer(pressed).labels


async def test_a_card_that_is_gone_already_counts_as_deleted(rig: Rig) -> None:
    card = await rig.card()
    pressed = await rig.d.press(rig.d.ann, card, "Details")
    card.deleted = True
    deleted = await rig.d.press(rig.d.ann, private_answer(pressed), "Delete")
    await rig.d.wait_for(lambda: deleted.response and "deleted" in deleted.response.text)


async def test_a_card_that_discord_does_not_delete_now_is_no_defect_of_ours(rig: Rig) -> None:
    card = await rig.card()
    pressed = await rig.d.press(rig.d.ann, card, "Details")
    rig.d.faults.add("DELETE", ONE_MESSAGE, faults.status(503), times=None)
    with capture_logs() as logs:
        refused = await rig.d.press(rig.d.ann, private_answer(pressed), "Delete")
        await rig.d.wait_for(lambda: refused.followups)
    assert [answer_privately.text for answer_privately in refused.followups] == [
        "Discord didn't answer me just now. Please try again."
    ]
    assert "interaction_failed" not in [log["event"] for log in logs]


@pytest.mark.parametrize("label", ["1", "Again", "Edit", "Details", "Delete"])
async def test_a_button_of_a_forgotten_job_says_so(rig: Rig, label: str) -> None:
    card = await rig.card()
    now = SystemClock().now()
    ((delivery, job),) = await rig.deliveries.claim(
        owner="test", lease_until=now, busy_channels=(), limit=1, now=now
    )
    await rig.deliveries.record_sent(job.id, fence=delivery.fence, now=now)
    assert await rig.jobs.drop_finished(finished_before=SystemClock().now(), limit=10) == 1
    pressed = await rig.d.press(rig.d.ann, card, label)
    said = await rig.d.wait_for(
        lambda: [m.text for m in (pressed.response, *pressed.followups) if m and m.ephemeral]
    )
    assert said == [
        "This picture is too old for me to remember. Please start a new one with /imagine."
    ]
    assert not card.deleted


# ── Failures ────────────────────────────────────────────────────────────────────────────────────


async def test_a_failed_prompt_can_be_edited_and_tried_again(rig: Rig) -> None:
    card = await rig.card("a red fox", failure=Failure(code=FailureCode.PROMPT))
    assert "failed" in card.text
    opened = await rig.d.press(rig.d.ann, card, "Edit & retry")
    assert prompt_in(opened) == "a red fox"
    await rig.d.submit_modal(opened, {"prompt": "a blue fox"})
    assert (await rig.job(1)).prompt == "a blue fox"


async def test_a_hiccup_can_be_tried_again_as_it_is(rig: Rig) -> None:
    card = await rig.card(failure=Failure(code=FailureCode.PROVIDER))
    await rig.d.press(rig.d.ann, card, "Again")
    assert (await rig.job(1)).prompt == "a red fox"


# ── Refusals ────────────────────────────────────────────────────────────────────────────────────


async def test_a_refused_prompt_is_shown_with_a_caret(rig: Rig) -> None:
    asked = await rig.imagine("a red fox --ar 16:0")
    text = private_answer(asked).text
    assert "`--ar 16:0`: both numbers must be at least 1." in text
    assert "```\na red fox --ar 16:0\n          ^^^^^^^^^\n```" in text


async def test_a_refused_prompt_need_not_be_typed_again(rig: Rig) -> None:
    asked = await rig.imagine("a red fox --ar 16:0")
    opened = await rig.d.press(rig.d.ann, private_answer(asked), "Edit")
    assert prompt_in(opened) == "a red fox --ar 16:0"
    await rig.d.submit_modal(opened, {"prompt": "a red fox --ar 16:9"})
    assert (await rig.job()).prompt == "a red fox --ar 16:9"


async def test_a_refusal_leaves_nothing_in_memory(rig: Rig) -> None:
    await rig.imagine("a red fox --ar 16:0")
    assert not rig.bot._connection._view_store._views


async def test_an_empty_prompt_leaves_nothing_to_edit(rig: Rig) -> None:
    answer_privately = private_answer(await rig.imagine("   "))
    assert "empty" in answer_privately.text
    assert answer_privately.labels == []


async def test_a_prompt_cannot_break_out_of_its_refusal(rig: Rig) -> None:
    text = private_answer(await rig.imagine("a ``` fox @everyone --ar 16:0")).text
    assert text.count("```") == 2


async def test_a_limit_says_when_there_is_room_in_the_readers_own_time(d: DiscordStandIn) -> None:
    async with parts(d, daily=1) as rig, running(rig.bot, d.token):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        await rig.imagine()
        assert "<t:" in private_answer(await rig.imagine()).text


# ── Single images ───────────────────────────────────────────────────────────────────────────────


async def test_a_dead_link_is_given_up_soon_for_the_cards_own_image(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await rig.card()
    set_limits(rig.bot, image_link_timeout_s=0.1)
    real = rig.bot.images.fetch

    async def slow(url: str) -> tuple[bytes, str]:
        if "gone" in url:
            await asyncio.sleep(3600)
            raise ImageError("gone")
        return await real(url)

    monkeypatch.setattr(rig.bot.images, "fetch", slow)
    pressed = await rig.d.press(rig.d.ben, card, "2")
    await rig.d.wait_for(lambda: pressed.response and pressed.response.images)
    assert pressed.response is not None
    assert pressed.response.images == [picture(1)]


async def test_an_image_of_a_card_that_only_one_person_sees_stays_with_that_person(
    rig: Rig,
) -> None:
    card = await rig.card()
    card.visible_to, card.flags = rig.d.ann, card.flags | 1 << 6
    pressed = await rig.d.press(rig.d.ann, card, "2")
    await rig.d.wait_for(lambda: pressed.response and pressed.response.images)
    assert pressed.ephemeral


async def posted(rig: Rig, card: Message, number: int, user: User) -> Message:
    """Return the picture that this person posted by itself."""
    pressed = await rig.d.press(user, card, str(number))
    await rig.d.wait_for(lambda: pressed.response and pressed.response.images)
    assert pressed.response is not None
    return pressed.response


async def test_a_posted_picture_carries_its_prompt_people_and_buttons(rig: Rig) -> None:
    single = await posted(rig, await rig.card("a red fox --ar 3:2"), 2, rig.d.ben)
    assert single.text.startswith(">>> a red fox\n")
    assert rig.d.ann.mention in single.text
    assert rig.d.ben.mention in single.text
    assert single.labels == ["Vary", "Again", "Delete"]


async def test_vary_of_a_posted_picture_varies_exactly_that_one(rig: Rig) -> None:
    single = await posted(rig, await rig.card(), 3, rig.d.ben)
    await rig.d.press(rig.d.ann, single, "Vary")
    first, varied = await rig.job(0), await rig.job(1)
    assert varied.prompt == f"{first.image_urls[2]} a red fox"
    assert varied.variation is not None
    assert varied.variation.number == 3
    assert str(varied.variation.message_url).endswith(f"/{single.id}")


async def test_again_of_a_posted_picture_draws_the_prompt_again(rig: Rig) -> None:
    single = await posted(rig, await rig.card(), 3, rig.d.ben)
    await rig.d.press(rig.d.ben, single, "Again")
    assert (await rig.job(1)).prompt == "a red fox"


async def test_a_posted_picture_is_deleted_by_who_posted_it_also_after_a_restart(
    d: DiscordStandIn, tmp_path: Path
) -> None:
    async with process(d, tmp_path) as rig:
        card = await rig.card()
        single = await posted(rig, card, 1, d.ben)
    async with process(d, tmp_path):
        await d.press(d.ben, single, "Delete")
        await d.wait_for(lambda: single.deleted)
    assert not card.deleted


async def test_a_posted_picture_is_deleted_by_who_asked_for_it(rig: Rig) -> None:
    single = await posted(rig, await rig.card(), 1, rig.d.ben)
    await rig.d.press(rig.d.ann, single, "Delete")
    await rig.d.wait_for(lambda: single.deleted)


async def test_a_posted_picture_is_deleted_by_who_manages_messages(rig: Rig) -> None:
    single = await posted(rig, await rig.card(), 1, rig.d.ann)
    rig.d.guild.grant(rig.d.ben, "manage_messages")
    await rig.d.press(rig.d.ben, single, "Delete")
    await rig.d.wait_for(lambda: single.deleted)


async def test_a_posted_picture_is_deleted_by_nobody_else(rig: Rig) -> None:
    single = await posted(rig, await rig.card(), 1, rig.d.ann)
    pressed = await rig.d.press(rig.d.ben, single, "Delete")
    said = await rig.d.wait_for(lambda: [message.text for message in pressed.followups])
    assert "Only the person who asked" in str(said)
    assert not single.deleted


async def test_a_posted_picture_is_not_found_as_the_result(rig: Rig) -> None:
    card = await rig.card()
    single = await posted(rig, card, 1, rig.d.ann)
    job = await rig.job()
    channel = rig.bot.get_partial_messageable(rig.d.channel.id)
    assert rig.bot.user is not None
    search = partial(
        find_card,
        channel,
        mark=card_mark(job.id, 0),
        author_id=rig.bot.user.id,
        is_direct=False,
        timeout_s=TIMEOUT_S,
    )
    assert await search(after=0) == str(card.id)
    assert single.id > card.id
    assert await search(after=card.id) is None


# ── The menu of a message ───────────────────────────────────────────────────────────────────────


async def test_an_answer_that_somebody_deleted_before_it_was_complete_is_no_failure(
    rig: Rig,
) -> None:
    card = await rig.card()
    rig.d.faults.add("PATCH", BY_TOKEN, faults.status(404, 10008))
    with capture_logs() as logs:
        pressed = await rig.d.press(rig.d.ann, card, "1")
        await rig.d.wait_for(lambda: "interaction_given_up" in [log["event"] for log in logs])
    assert "interaction_failed" not in [log["event"] for log in logs]
    assert not pressed.followups


async def test_the_first_image_of_a_message_becomes_an_image_prompt(rig: Rig) -> None:
    files = [("notes.txt", b"words"), ("cat.png", png())]
    message = rig.d.world.say(rig.d.ann, rig.d.channel, "look", *files)
    opened = await rig.d.choose_from_menu(rig.d.ben, message, IMAGE_MENU)
    await rig.d.submit_modal(opened, {"prompt": "in the snow --ar 16:9"})
    link, _, words = (await rig.job()).prompt.partition(" ")
    assert words == "in the snow --ar 16:9"
    assert link.startswith("https://bot.example/reference/")


async def test_without_a_public_address_discords_link_is_used(d: DiscordStandIn) -> None:
    async with parts(d, has_public_url=False) as rig, running(rig.bot, d.token):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        message = d.world.say(d.ann, d.channel, "look", ("cat.png", png()))
        opened = await d.choose_from_menu(d.ann, message, IMAGE_MENU)
        await d.submit_modal(opened, {"prompt": "in the snow"})
        assert (await rig.job()).prompt.startswith(f"{d.cdn_url}/attachments/")


async def test_an_image_becomes_a_style(rig: Rig) -> None:
    message = rig.d.world.say(rig.d.ann, rig.d.channel, "look", ("cat.png", png()))
    opened = await rig.d.choose_from_menu(rig.d.ben, message, STYLE_MENU)
    await rig.d.submit_modal(opened, {"prompt": "a red fox"})
    prompt = (await rig.job()).prompt
    assert prompt.startswith("a red fox --sref https://bot.example/reference/")


async def test_an_image_of_our_own_card_may_be_used(rig: Rig) -> None:
    card = await rig.card()
    opened = await rig.d.choose_from_menu(rig.d.ben, card, STYLE_MENU)
    assert opened.modal is not None
    assert opened.modal["title"] == "Use as style"


async def test_a_message_without_an_image_is_told_in_a_sentence(rig: Rig) -> None:
    message = rig.d.say(rig.d.ann, rig.d.channel, "hello")
    asked = await rig.d.choose_from_menu(rig.d.ben, message, IMAGE_MENU)
    assert "no picture in this message" in private_answer(asked).text


async def test_a_file_that_only_claims_to_be_an_image_is_refused(rig: Rig) -> None:
    message = rig.d.world.say(rig.d.ann, rig.d.channel, "look", ("cat.png", b"no image"))
    opened = await rig.d.choose_from_menu(rig.d.ben, message, IMAGE_MENU)
    sent = await rig.d.submit_modal(opened, {"prompt": "in the snow"})
    assert "isn't a picture" in private_answer(sent).text
    assert rig.service.job_ids == ()


async def test_wrong_words_for_an_image_can_be_corrected_and_keep_the_image(rig: Rig) -> None:
    message = rig.d.world.say(rig.d.ann, rig.d.channel, "look", ("cat.png", png()))
    opened = await rig.d.choose_from_menu(rig.d.ben, message, IMAGE_MENU)
    refused = await rig.d.submit_modal(opened, {"prompt": "in the snow --ar 16:0"})
    corrected = await rig.d.press(rig.d.ben, private_answer(refused), "Edit")
    await rig.d.submit_modal(corrected, {"prompt": "in the snow --ar 16:9"})
    assert (await rig.job()).prompt.startswith("https://bot.example/reference/")


async def test_somebody_elses_form_cannot_be_sent_off(rig: Rig) -> None:
    message = rig.d.world.say(rig.d.ann, rig.d.channel, "look", ("cat.png", png()))
    opened = await rig.d.choose_from_menu(rig.d.ben, message, IMAGE_MENU)
    opened.user = rig.d.ann
    sent = await rig.d.submit_modal(opened, {"prompt": "in the snow"})
    assert "no longer have" in private_answer(sent).text


async def test_a_card_tells_its_job_from_the_menu(rig: Rig) -> None:
    card = await rig.card()
    asked = await rig.d.choose_from_menu(rig.d.ben, card, DETAILS_MENU)
    assert rig.service.job_ids[0] in private_answer(asked).text


async def test_a_single_image_tells_its_job_from_the_menu(rig: Rig) -> None:
    pressed = await rig.d.press(rig.d.ben, await rig.card(), "2")
    single = await rig.d.wait_for(lambda: pressed.response and pressed.response.images)
    assert single
    assert pressed.response is not None
    asked = await rig.d.choose_from_menu(rig.d.ben, pressed.response, DETAILS_MENU)
    assert rig.service.job_ids[0] in private_answer(asked).text


async def test_another_message_tells_of_no_job(rig: Rig) -> None:
    message = rig.d.say(rig.d.ann, rig.d.channel, "hello")
    asked = await rig.d.choose_from_menu(rig.d.ben, message, DETAILS_MENU)
    assert "isn't one of my pictures" in private_answer(asked).text


async def test_the_menus_are_for_guilds_and_direct_messages(rig: Rig) -> None:
    menus = [c for c in rig.d.commands[None] if c["type"] == 3]
    assert {menu["name"] for menu in menus} == {IMAGE_MENU, STYLE_MENU, DETAILS_MENU}
    assert all((m["integration_types"], m["contexts"]) == ([0], [0, 1]) for m in menus)
    assert all(len(menu["name"]) <= 32 for menu in menus)
