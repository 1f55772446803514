"""A private job answers its owner alone, on every action; the copy that was posted is public."""

import pytest
from sqlalchemy import update

from bot.domain.jobs import Job, JobStatus
from bot.platforms.discord.cards.custom_ids import Action, ButtonId, Form, FormId
from bot.platforms.discord.panels.job_list import JobPress, Verb, Wanted
from bot.store.tables import jobs
from tests.pictures import picture
from tests.stage import Stage
from tests.standins.discord import Interaction, Message, User
from tests.standins.discord.content import walk
from tests.standins.discord.interactions import COMPONENT, MODAL_SUBMIT

NOT_YOURS = "This isn't one of your jobs, or it's too old for me to remember."
ON_A_CARD = ["1", "V2", "Again", "Edit", "Details"]


def told(pressed: Interaction) -> str:
    """Give what only the person who pressed reads, in new messages."""
    whispered = list(pressed.followups)
    if pressed.response is not None and pressed.response is not pressed.message:
        whispered.append(pressed.response)
    return "\n".join(message.text for message in whispered if message.ephemeral)


async def is_refused(stage: Stage, pressed: Interaction) -> bool:
    await stage.d.wait_for(lambda: told(pressed))
    return told(pressed) == NOT_YOURS and pressed.modal is None


async def jobs_of(stage: Stage, user: User) -> list[Job]:
    return list((await stage.bot.personal.page(f"discord:{user.id}")).jobs)


async def forged(stage: Stage, user: User, message: Message, custom_id: str) -> Interaction:
    """Press a button of somebody else's message that carries this id."""
    button = next(part for part in walk(message.components) if part["type"] == 2)
    button["custom_id"] = custom_id
    data = {"custom_id": custom_id, "component_type": 2, "id": button.get("id", 1)}
    return await stage.d._send(
        COMPONENT, user, message.channel, data, locale=None, wait=3, message=message
    )


async def keep_pictures(stage: Stage) -> None:
    """Let the provider's links of the job work."""
    world = stage.d.world
    files = [world.store_file(stage.d.channel, f"{n}.png", picture(n)) for n in range(4)]
    urls = [file.media_json(stage.d.cdn_url)["url"] for file in files]
    kept = update(jobs).where(jobs.c.id == (await stage.job()).id).values(image_urls=urls)
    await stage.database.run(lambda connection: connection.execute(kept))


async def copy_of(stage: Stage) -> Message:
    """Let Ann ask privately, and post the result into the channel."""
    await stage.card(private=True)
    await keep_pictures(stage)
    listed = (await stage.d.slash(stage.d.ann, stage.d.channel, "jobs")).response
    assert listed is not None
    posted = await stage.d.press(stage.d.ann, listed, "Post here")
    await stage.d.wait_for(lambda: posted.response is not None and posted.response.images)
    assert posted.response is not None
    assert not posted.response.ephemeral
    return posted.response


# ── The owner alone ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("label", [*ON_A_CARD, "Delete"])
async def test_a_card_of_a_private_job_answers_nobody_else(stage: Stage, label: str) -> None:
    card = await stage.card(private=True)
    pressed = await stage.d.press(stage.d.ben, card, label)
    assert await is_refused(stage, pressed)
    assert not card.deleted
    assert await jobs_of(stage, stage.d.ben) == []


async def test_nor_does_it_answer_who_manages_messages(stage: Stage) -> None:
    stage.d.guild.grant(stage.d.ben, "manage_messages")
    card = await stage.card(private=True)
    for label in ("Delete", "Details", "Again"):
        pressed = await stage.d.press(stage.d.ben, card, label)
        assert await is_refused(stage, pressed)


@pytest.mark.parametrize("action", [Action.CANCEL, Action.DISCARD])
async def test_a_private_job_that_waits_is_not_taken_back_by_others(
    stage: Stage, action: Action
) -> None:
    asked = await stage.imagine(private=True)
    job = await stage.job_with(JobStatus.QUEUED, has_placeholder=True)
    assert asked.response is not None
    press = str(ButtonId(action=action, job_id=job.id))
    pressed = await forged(stage, stage.d.ben, asked.response, press)
    assert await is_refused(stage, pressed)
    assert (await stage.job()).status is JobStatus.QUEUED


@pytest.mark.parametrize("verb", [Verb.DETAILS, Verb.POST, Verb.CANCEL])
async def test_a_private_job_in_a_list_answers_nobody_else(stage: Stage, verb: Verb) -> None:
    await stage.card(private=True)
    listed = (await stage.d.slash(stage.d.ann, stage.d.channel, "jobs")).response
    assert listed is not None
    press = JobPress(verb=verb, wanted=Wanted(), job_id=(await stage.job()).id)
    assert await is_refused(stage, await forged(stage, stage.d.ben, listed, press.custom_id))


async def test_a_form_about_a_private_job_takes_nothing_from_others(stage: Stage) -> None:
    card = await stage.card(private=True)
    job = await stage.job()
    field = {"type": 18, "id": 1, "component": {
        "type": 4, "id": 2, "custom_id": "prompt", "value": "a blue fox"
    }}  # fmt: skip
    for state in (job.id, f"{job.id}:private"):
        data = {"custom_id": str(FormId(form=Form.EDIT, state=state)), "components": [field]}
        sent = await stage.d._send(
            MODAL_SUBMIT, stage.d.ben, card.channel, data, locale=None, wait=3
        )
        assert await is_refused(stage, sent)
    assert await jobs_of(stage, stage.d.ben) == []


async def test_the_menu_of_a_message_tells_nobody_else(stage: Stage) -> None:
    card = await stage.card(private=True)
    chosen = await stage.d.choose_from_menu(stage.d.ben, card, "Job details")
    assert await is_refused(stage, chosen)


async def test_a_token_in_a_prompt_recalls_nothing_of_others(stage: Stage) -> None:
    await stage.card(private=True)
    token = f"↩{(await stage.job()).id}"
    asked = await stage.d.slash(stage.d.ben, stage.d.channel, "imagine", prompt=token)
    assert await is_refused(stage, asked)


@pytest.mark.parametrize("label", ON_A_CARD)
async def test_the_owner_is_answered(stage: Stage, label: str) -> None:
    card = await stage.card(private=True)
    pressed = await stage.d.press(stage.d.ann, card, label)
    await stage.d.wait_for(lambda: pressed.response is not None or pressed.modal is not None)
    assert NOT_YOURS not in told(pressed)


async def test_the_owners_jobs_from_a_private_card_are_private(stage: Stage) -> None:
    card = await stage.card(private=True)
    await stage.d.press(stage.d.ann, card, "Again")
    assert (await stage.job_with(JobStatus.QUEUED, index=1)).is_private


# ── The copy ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("label", ["Again", "V2"])
@pytest.mark.parametrize("name", ["ann", "ben"])
async def test_the_buttons_of_a_copy_make_public_jobs(stage: Stage, label: str, name: str) -> None:
    copy = await copy_of(stage)
    pressed = await stage.d.press(getattr(stage.d, name), copy, label)
    job = await stage.job_with(JobStatus.QUEUED, index=1)
    assert not job.is_private
    assert job.origin.user_id == str(getattr(stage.d, name).id)
    await stage.d.wait_for(lambda: pressed.response is not None)
    assert not pressed.ephemeral


@pytest.mark.parametrize("name", ["ann", "ben"])
async def test_edit_on_a_copy_makes_a_public_job(stage: Stage, name: str) -> None:
    user: User = getattr(stage.d, name)
    opened = await stage.d.press(user, await copy_of(stage), "Edit")
    sent = await stage.d.submit_modal(opened, {"prompt": "a blue fox"})
    job = await stage.job_with(JobStatus.QUEUED, index=1)
    assert not job.is_private
    assert job.prompt == "a blue fox"
    assert not sent.ephemeral


async def test_others_may_look_at_the_details_of_a_copy_and_go_on_from_there(
    stage: Stage,
) -> None:
    copy = await copy_of(stage)
    shown = (await stage.d.press(stage.d.ben, copy, "Details")).response
    assert shown is not None
    assert "Go to message" not in shown.labels
    await stage.d.press(stage.d.ben, shown, "Again")
    assert not (await stage.job_with(JobStatus.QUEUED, index=1)).is_private
    opened = await stage.d.press(stage.d.ben, shown, "Edit")
    await stage.d.submit_modal(opened, {"prompt": "a blue fox"})
    assert not (await stage.job_with(JobStatus.QUEUED, index=2)).is_private


async def test_a_single_picture_of_a_copy_is_public_too(stage: Stage) -> None:
    copy = await copy_of(stage)
    posted = await stage.d.press(stage.d.ben, copy, "2")
    await stage.d.wait_for(lambda: posted.response is not None and posted.response.images)
    assert posted.response is not None
    assert not posted.response.ephemeral
    await stage.d.press(stage.d.ann, posted.response, "Again")
    assert not (await stage.job_with(JobStatus.QUEUED, index=1)).is_private


async def test_a_copy_is_removed_by_its_owner_and_by_who_manages_messages_alone(
    stage: Stage,
) -> None:
    copy = await copy_of(stage)
    refused = await stage.d.press(stage.d.ben, copy, "Delete")
    await stage.d.wait_for(lambda: "Only the person who asked" in told(refused))
    assert not copy.deleted
    await stage.d.press(stage.d.ann, copy, "Delete")
    await stage.d.wait_for(lambda: copy.deleted)


async def test_a_copy_makes_no_other_message_of_the_job_public(stage: Stage) -> None:
    await copy_of(stage)
    card = stage.d.channel.messages[0]
    assert "Again" in card.labels
    assert await is_refused(stage, await stage.d.press(stage.d.ben, card, "Again"))
