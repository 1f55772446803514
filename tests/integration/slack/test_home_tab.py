"""The Home tab from end to end: what a person does there is answered there."""

import pytest
import structlog

from bot.demo.slack.standin.content import shown_text
from tests.integration.slack.rig import Rig
from tests.standins.slack import View, faults


async def opened(rig: Rig) -> View:
    """Let Ann open her Home."""
    await rig.hear(await rig.s.open_home(rig.s.ann, wait=0))
    return home(rig)


def home(rig: Rig) -> View:
    shown = rig.s.home(rig.s.ann)
    assert shown is not None
    return shown


def words(rig: Rig) -> str:
    """Return all that stands in Ann's Home."""
    return shown_text(home(rig).blocks)


async def form_of(rig: Rig, name: str) -> View:
    """Press a button of Ann's Home that opens a form."""
    return (await rig.press(rig.s.ann, home(rig), name)).form


async def test_home_opens_with_the_jobs_of_the_person(rig: Rig) -> None:
    await rig.command(rig.s.ben, "a blue whale")
    await rig.command(rig.s.ann, "a red fox")
    await opened(rig)
    shown = words(rig)
    assert "Your jobs" in shown
    assert "a red fox" in shown
    assert "a blue whale" not in shown


@pytest.mark.parametrize(
    ("tab", "title"),
    [
        ("🔖 Presets", "Your presets"),
        ("⚙️ Settings", "Your settings"),
        ("⏳ Queue", "The queue"),
        ("❔ Help", "Hello! I draw pictures."),
    ],
)
async def test_every_tab_shows_its_screen_and_leads_back(rig: Rig, tab: str, title: str) -> None:
    await rig.press(rig.s.ann, await opened(rig), tab)
    assert title in words(rig)
    await rig.press(rig.s.ann, home(rig), "🗂️ My jobs")
    assert "Your jobs" in words(rig)


async def test_what_is_drawn_from_home_comes_as_a_direct_message(rig: Rig) -> None:
    await opened(rig)
    await rig.submit(await form_of(rig, "🎨 Draw something"), prompt="a red fox", aspect="2:3")
    [job] = await rig.all_jobs()
    assert job.prompt == "a red fox --ar 2:3"
    assert job.origin.conversation.is_direct
    assert "a red fox" in words(rig), "the list shows the new job"


async def test_a_refusal_of_what_was_asked_in_home_stands_in_home(rig: Rig) -> None:
    await opened(rig)
    file = [("a.png", b"no picture")]
    await rig.submit(await form_of(rig, "🎨 Draw something"), prompt="a fox", image=file)
    assert await rig.all_jobs() == []
    form = await form_of(rig, "✏️ Edit")
    assert form.values["prompt"]["prompt"]["value"] == "a fox"
    await rig.submit(form, prompt="a fox --ar 2:3")
    [job] = await rig.all_jobs()
    assert job.prompt == "a fox --ar 2:3"


async def test_a_question_in_home_is_answered_there_and_goes(rig: Rig) -> None:
    await opened(rig)
    await rig.submit(await form_of(rig, "🎨 Draw something"), prompt="a {red, blue} fox")
    await rig.press(rig.s.ann, home(rig), "Start 2 jobs")
    assert len(await rig.all_jobs()) == 2
    assert "Your jobs" in words(rig)


async def test_a_question_that_is_declined_goes(rig: Rig) -> None:
    await opened(rig)
    await rig.submit(await form_of(rig, "🎨 Draw something"), prompt="a {red, blue} fox")
    await rig.press(rig.s.ann, home(rig), "No, thanks")
    assert await rig.all_jobs() == []
    assert "Your jobs" in words(rig)


async def test_a_job_is_cancelled_in_home(rig: Rig) -> None:
    await rig.command(rig.s.ann, "a red fox")
    await rig.press(rig.s.ann, await opened(rig), "Cancel")
    assert "🚫 Cancelled" in words(rig)


async def test_jobs_are_found_in_home(rig: Rig) -> None:
    await rig.command(rig.s.ann, "a red fox")
    await rig.command(rig.s.ann, "a grey wolf")
    await opened(rig)
    await rig.submit(await form_of(rig, "🔍 Search"), search="wolf")
    assert "a grey wolf" in words(rig)
    assert "a red fox" not in words(rig)


async def test_details_stand_in_home(rig: Rig) -> None:
    await rig.command(rig.s.ann, "a red fox")
    await rig.press(rig.s.ann, await opened(rig), "Details")
    assert "Requested by" in words(rig)


async def test_a_preset_is_saved_used_and_deleted(rig: Rig) -> None:
    await rig.press(rig.s.ann, await opened(rig), "🔖 Presets")
    typed = {"name": "poster", "parameters": "--ar 2:3", "words": ""}
    await rig.submit(await form_of(rig, "🔖 New preset"), **typed)
    assert "Saved." in words(rig)
    form = (await rig.command(rig.s.ann)).form
    await rig.submit(form, prompt="a fox", preset="poster")
    [job] = await rig.all_jobs()
    assert job.prompt == "a fox --ar 2:3"
    await rig.press(rig.s.ann, home(rig), "🗑️ Delete")
    assert "None yet" in words(rig)


async def test_a_refusal_stands_above_the_list_where_it_was_met(rig: Rig) -> None:
    await rig.command(rig.s.ann, "a red fox")
    await rig.command(rig.s.ann, "a grey wolf")
    await opened(rig)
    await rig.submit(await form_of(rig, "🔍 Search"), search="wolf")
    done = await rig.s.press(rig.s.ann, home(rig), "Details", wait=0)
    of_an_older_version = {**done.payload["actions"][0], "action_id": "imagine:none"}
    await rig.hear(done, actions=[of_an_older_version])
    assert "older version" in words(rig)
    assert "a grey wolf" in words(rig)
    assert "a red fox" not in words(rig)
    await rig.press(rig.s.ann, home(rig), "❔ Help")
    assert "older version" not in words(rig)


async def test_after_a_refused_form_the_jobs_stand_below_the_sentence(rig: Rig) -> None:
    await rig.command(rig.s.ann, "a red fox")
    await opened(rig)
    file = [("a.png", b"no picture")]
    await rig.submit(await form_of(rig, "🎨 Draw something"), prompt="a wolf", image=file)
    shown = words(rig)
    assert shown.index("as a picture") < shown.index("Your jobs")
    assert "a red fox" in shown


async def test_a_form_of_home_that_is_refused_stays_open_above_it(rig: Rig) -> None:
    await opened(rig)
    before = words(rig)
    form = await form_of(rig, "🎨 Draw something")
    await rig.submit(form, prompt="a wolf --ar lots")
    assert list(form.errors) == ["prompt"]
    assert not form.is_closed
    assert words(rig) == before


async def test_a_home_that_slack_refuses_is_one_line_and_one_sentence(rig: Rig) -> None:
    shown = await opened(rig)
    rig.s.faults.add("views.publish", faults.refuse("invalid_arguments"))
    with structlog.testing.capture_logs() as logs:
        await rig.press(rig.s.ann, shown, "❔ Help")
    [line] = [entry for entry in logs if entry["event"] == "interaction_failed"]
    assert "invalid_arguments" in line["reason"]
    assert "exc_info" not in line
    assert line["reference"] in words(rig)
    assert "Your jobs" in words(rig)


async def test_a_setting_is_changed_in_home(rig: Rig) -> None:
    await rig.press(rig.s.ann, await opened(rig), "⚙️ Settings")
    await rig.submit(await form_of(rig, "Change"), parameters="--ar 2:3")
    assert "--ar 2:3" in words(rig)


async def test_home_speaks_the_language_of_the_person(rig: Rig) -> None:
    rig.s.ann.locale = "de-DE"
    await opened(rig)
    assert "Deine Aufträge" in words(rig)
