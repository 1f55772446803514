"""A private job answers its owner alone, on every action; the copy that was posted is public."""

import pytest
from sqlalchemy import update

from bot.domain.conversations import Person
from bot.domain.jobs import Job, JobStatus
from bot.domain.views import Action
from bot.screens import actions
from bot.screens.job_list import Wanted
from bot.store.tables import jobs
from tests.fixtures import Rig
from tests.pictures import picture
from tests.standins.discord import Interaction, Message, User
from tests.standins.discord.content import walk
from tests.standins.discord.interactions import COMPONENT, MODAL_SUBMIT

NOT_YOURS = "This isn't one of your jobs, or it's too old for me to remember."
ON_A_CARD = ["1", "V2", "Again", "Edit", "Details"]


def told(pressed: Interaction) -> str:
    """Return what only the person who pressed reads, in new messages."""
    asked_privately = list(pressed.followups)
    if pressed.response is not None and pressed.response is not pressed.message:
        asked_privately.append(pressed.response)
    return "\n".join(message.text for message in asked_privately if message.ephemeral)


async def is_refused(rig: Rig, pressed: Interaction) -> bool:
    await rig.d.wait_for(lambda: told(pressed))
    return told(pressed) == NOT_YOURS and pressed.modal is None


async def jobs_of(rig: Rig, user: User) -> list[Job]:
    return list((await rig.services.personal.page(Person.of(f"discord:{user.id}"))).jobs)


async def forged(rig: Rig, user: User, message: Message, custom_id: str) -> Interaction:
    """Press a button of somebody else's message that carries this id."""
    button = next(part for part in walk(message.components) if part["type"] == 2)
    button["custom_id"] = custom_id
    data = {"custom_id": custom_id, "component_type": 2, "id": button.get("id", 1)}
    return await rig.d._send(
        COMPONENT, user, message.channel, data, locale=None, wait=3, message=message
    )


async def keep_pictures(rig: Rig) -> None:
    """Let the provider's links of the job work."""
    world = rig.d.world
    files = [world.store_file(rig.d.channel, f"{n}.png", picture(n)) for n in range(4)]
    urls = [file.media_json(rig.d.cdn_url)["url"] for file in files]
    kept = update(jobs).where(jobs.c.id == (await rig.job()).id).values(image_urls=urls)
    await rig.database.run(lambda connection: connection.execute(kept))


async def copy_of(rig: Rig) -> Message:
    """Let Ann ask privately, and post the result into the channel."""
    await rig.card(private=True)
    await keep_pictures(rig)
    listed = (await rig.d.slash(rig.d.ann, rig.d.channel, "jobs")).response
    assert listed is not None
    posted = await rig.d.press(rig.d.ann, listed, "Post here")
    await rig.d.wait_for(lambda: posted.response is not None and posted.response.images)
    assert posted.response is not None
    assert not posted.response.ephemeral
    return posted.response


# ── The owner alone ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("label", [*ON_A_CARD, "Delete"])
async def test_a_card_of_a_private_job_answers_nobody_else(rig: Rig, label: str) -> None:
    card = await rig.card(private=True)
    pressed = await rig.d.press(rig.d.ben, card, label)
    assert await is_refused(rig, pressed)
    assert not card.deleted
    assert await jobs_of(rig, rig.d.ben) == []


async def test_nor_does_it_answer_who_manages_messages(rig: Rig) -> None:
    rig.d.guild.grant(rig.d.ben, "manage_messages")
    card = await rig.card(private=True)
    for label in ("Delete", "Details", "Again"):
        pressed = await rig.d.press(rig.d.ben, card, label)
        assert await is_refused(rig, pressed)


@pytest.mark.parametrize("action", [actions.CANCEL, actions.DISCARD])
async def test_a_private_job_that_waits_is_not_taken_back_by_others(rig: Rig, action: str) -> None:
    asked = await rig.imagine(private=True)
    job = await rig.job_with(JobStatus.QUEUED, has_placeholder=True)
    assert asked.response is not None
    press = str(Action(action, (job.id,)))
    pressed = await forged(rig, rig.d.ben, asked.response, press)
    assert await is_refused(rig, pressed)
    assert (await rig.job()).status is JobStatus.QUEUED


@pytest.mark.parametrize("verb", [actions.JOBS_DETAILS, actions.JOBS_POST, actions.JOBS_CANCEL])
async def test_a_private_job_in_a_list_answers_nobody_else(rig: Rig, verb: str) -> None:
    await rig.card(private=True)
    listed = (await rig.d.slash(rig.d.ann, rig.d.channel, "jobs")).response
    assert listed is not None
    press = Wanted().action(verb, (await rig.job()).id)
    assert await is_refused(rig, await forged(rig, rig.d.ben, listed, str(press)))


async def test_a_form_about_a_private_job_takes_nothing_from_others(rig: Rig) -> None:
    card = await rig.card(private=True)
    job = await rig.job()
    field = {"type": 18, "id": 1, "component": {
        "type": 4, "id": 2, "custom_id": "prompt", "value": "a blue fox"
    }}  # fmt: skip
    for values in ((job.id, ""), (job.id, "1")):
        data = {"custom_id": str(Action(actions.EDITED, values)), "components": [field]}
        sent = await rig.d._send(MODAL_SUBMIT, rig.d.ben, card.channel, data, locale=None, wait=3)
        assert await is_refused(rig, sent)
    assert await jobs_of(rig, rig.d.ben) == []


async def test_the_menu_of_a_message_tells_nobody_else(rig: Rig) -> None:
    card = await rig.card(private=True)
    chosen = await rig.d.choose_from_menu(rig.d.ben, card, "Job details")
    assert await is_refused(rig, chosen)


async def test_a_token_in_a_prompt_recalls_nothing_of_others(rig: Rig) -> None:
    await rig.card(private=True)
    token = f"↩{(await rig.job()).id}"
    asked = await rig.d.slash(rig.d.ben, rig.d.channel, "imagine", prompt=token)
    assert await is_refused(rig, asked)


@pytest.mark.parametrize("label", ON_A_CARD)
async def test_the_owner_is_answered(rig: Rig, label: str) -> None:
    card = await rig.card(private=True)
    pressed = await rig.d.press(rig.d.ann, card, label)
    await rig.d.wait_for(lambda: pressed.response is not None or pressed.modal is not None)
    assert NOT_YOURS not in told(pressed)


async def test_the_owners_jobs_from_a_private_card_are_private(rig: Rig) -> None:
    card = await rig.card(private=True)
    await rig.d.press(rig.d.ann, card, "Again")
    assert (await rig.job_with(JobStatus.QUEUED, index=1)).is_private


# ── The copy ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("label", ["Again", "V2"])
@pytest.mark.parametrize("name", ["ann", "ben"])
async def test_the_buttons_of_a_copy_make_public_jobs(rig: Rig, label: str, name: str) -> None:
    copy = await copy_of(rig)
    pressed = await rig.d.press(getattr(rig.d, name), copy, label)
    job = await rig.job_with(JobStatus.QUEUED, index=1)
    assert not job.is_private
    assert job.origin.person.id == str(getattr(rig.d, name).id)
    await rig.d.wait_for(lambda: pressed.response is not None)
    assert not pressed.ephemeral


@pytest.mark.parametrize("name", ["ann", "ben"])
async def test_edit_on_a_copy_makes_a_public_job(rig: Rig, name: str) -> None:
    user: User = getattr(rig.d, name)
    opened = await rig.d.press(user, await copy_of(rig), "Edit")
    sent = await rig.d.submit_modal(opened, {"prompt": "a blue fox"})
    job = await rig.job_with(JobStatus.QUEUED, index=1)
    assert not job.is_private
    assert job.prompt == "a blue fox"
    assert not sent.ephemeral


async def test_others_may_look_at_the_details_of_a_copy_and_go_on_from_there(
    rig: Rig,
) -> None:
    copy = await copy_of(rig)
    shown = (await rig.d.press(rig.d.ben, copy, "Details")).response
    assert shown is not None
    assert "Go to message" not in shown.labels
    await rig.d.press(rig.d.ben, shown, "Again")
    assert not (await rig.job_with(JobStatus.QUEUED, index=1)).is_private
    opened = await rig.d.press(rig.d.ben, shown, "Edit")
    await rig.d.submit_modal(opened, {"prompt": "a blue fox"})
    assert not (await rig.job_with(JobStatus.QUEUED, index=2)).is_private


async def test_a_single_picture_of_a_copy_is_public_too(rig: Rig) -> None:
    copy = await copy_of(rig)
    posted = await rig.d.press(rig.d.ben, copy, "2")
    await rig.d.wait_for(lambda: posted.response is not None and posted.response.images)
    assert posted.response is not None
    assert not posted.response.ephemeral
    await rig.d.press(rig.d.ann, posted.response, "Again")
    assert not (await rig.job_with(JobStatus.QUEUED, index=1)).is_private


async def test_a_copy_is_removed_by_its_owner_and_by_who_manages_messages_alone(
    rig: Rig,
) -> None:
    copy = await copy_of(rig)
    refused = await rig.d.press(rig.d.ben, copy, "Delete")
    await rig.d.wait_for(lambda: "Only the person who asked" in told(refused))
    assert not copy.deleted
    await rig.d.press(rig.d.ann, copy, "Delete")
    await rig.d.wait_for(lambda: copy.deleted)


async def test_a_copy_makes_no_other_message_of_the_job_public(rig: Rig) -> None:
    await copy_of(rig)
    card = rig.d.channel.messages[0]
    assert "Again" in card.labels
    assert await is_refused(rig, await rig.d.press(rig.d.ben, card, "Again"))
