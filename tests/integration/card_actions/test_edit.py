"""Edit of a card: a form with the prompt, which makes a new job."""

from pathlib import Path

from bot.domain.conversations import Person
from bot.domain.jobs import JobStatus, Mode
from bot.domain.people import Preferences
from tests.fixtures import Rig
from tests.integration.card_actions.fixtures import private_answer, process, prompt_in
from tests.standins.discord import DiscordStandIn


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
    await rig.services.personal.change_preferences(
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
