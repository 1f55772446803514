"""Asking for images: by the command, by a button, and with the forms for a prompt."""

from dataclasses import dataclass
from typing import Any

import pytest

from bot.domain.errors import NotYourJobError, OutdatedError, UserError
from bot.domain.jobs import Job, Mode
from bot.domain.messages import SeenPicture
from bot.domain.people import Preferences, Preset
from bot.domain.pictures import Upload
from bot.domain.texts import msg
from bot.domain.views import Action, FileField, Form, MenuField, TextField
from bot.ports.reply import Place
from bot.screens import actions
from bot.screens.asking import Asking
from bot.screens.compose import LATEST_FIELD
from bot.screens.imagine import ImagineScreen
from bot.screens.languages import Languages
from bot.screens.router import Router
from bot.screens.suggestions import Suggestions
from bot.services.estimates import Estimates
from bot.services.imagine import ImagineService
from bot.services.jobs import JobService
from bot.services.personal import PersonalService
from bot.services.references import MAX_BYTES
from bot.services.requests import IMAGE_OPTIONS, Request
from bot.store import Database
from bot.wiring import Role
from tests.clocks import SteppedClock
from tests.jobs import JobStores
from tests.replies import NOW, RecordingReply, interaction, seen
from tests.timing import TIMEOUT_S
from tests.wiring import parts_on, services_of

LARGE = Upload(url="https://cdn.example/attachments/1/2/fox.png", size_bytes=MAX_BYTES + 1)
FOX = "https://cdn.example/attachments/1/2/fox.png"
MESSAGE_MENU = msg("Use as style")


@dataclass
class Desk:
    """A person at the bot."""

    screen: ImagineScreen
    router: Router
    service: ImagineService
    personal: PersonalService
    stores: JobStores

    async def imagine(self, prompt: str = "a fox", **request: Any) -> RecordingReply:
        reply = RecordingReply()
        asked = interaction(reply=reply, id=prompt)
        await self.screen.imagine(asked, Request(prompt=prompt, **request))
        return reply

    async def do(self, name: str, *values: str, **changes: Any) -> RecordingReply:
        """Let somebody press a button, or send a form off."""
        reply = RecordingReply()
        pressed = interaction(Action(name, values), **{"reply": reply, "id": name, **changes})
        await self.router.answer(pressed)
        return reply

    async def form(self, name: str, *values: str, **changes: Any) -> Form:
        (form,) = (await self.do(name, *values, **changes)).opened
        return form

    async def send(self, form: Form, prompt: str, **changes: Any) -> RecordingReply:
        """Send off a form with another prompt in it."""
        fields = {"fields": {"prompt": prompt}, **changes}
        return await self.do(form.action.name, *form.action.values, **fields)

    async def job(self, of: str) -> Job:
        """Return the job that an interaction of this id made."""
        (job,) = await self.stores.of_command(f"discord:{of}:0")
        return job


@pytest.fixture
async def desk(database: Database) -> Desk:
    clock = SteppedClock(NOW)
    parts = await parts_on(database, roles=frozenset({Role.GATEWAY}), clock=clock)
    stores, service = parts.stores, services_of(parts).imagine
    jobs = JobService(
        requests=stores.requests,
        progress=stores.progress,
        deliveries=stores.deliveries,
        access=services_of(parts).access,
        estimates=Estimates(history=stores.history, clock=clock),
        clock=clock,
        slots=10,
    )
    personal = PersonalService(history=stores.history, personal=stores.personal)
    languages = Languages(personal, within_s=TIMEOUT_S)
    screen = ImagineScreen(
        service=service,
        jobs=jobs,
        personal=personal,
        asking=Asking(service=service, languages=languages, clock=clock),
        languages=languages,
        suggestions=Suggestions(personal=personal, within_s=TIMEOUT_S),
    )
    return Desk(screen, Router(screen), service, personal, JobStores(database))


def prompt_in(form: Form) -> str:
    field = form.fields[0]
    assert isinstance(field, TextField)
    return field.value


async def draft_after(desk: Desk, prompt: str, **request: Any) -> str:
    """Return the draft of a request that was refused or asked about."""
    reply = await desk.imagine(prompt, **request)
    (notice,) = reply.told
    assert notice.button is not None
    assert notice.button.action is not None
    return notice.button.action.values[0]


# ── The command and the buttons ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("prompt", "request_", "place"),
    [
        ("a fox", {}, Place.HERE),
        ("a fox", {"is_private": True}, Place.ALONE),
        ("a fox --private", {}, Place.ALONE),
    ],
)
async def test_what_may_be_private_is_waited_for_where_nobody_else_looks(
    desk: Desk, prompt: str, request_: dict[str, Any], place: Place
) -> None:
    reply = await desk.imagine(prompt, **request_)
    assert reply.waited == [place]
    assert [each for _, each in reply.shown] == [place]


async def test_again_asks_for_the_same_whatever_else_the_button_says(desk: Desk) -> None:
    await desk.imagine("a fox --relax")
    job = await desk.job("a fox --relax")
    await desk.do(actions.AGAIN, job.id, "7", "60", person="2")
    again = await desk.job(actions.AGAIN)
    assert (again.prompt, again.mode, again.origin.person.id) == ("a fox", Mode.RELAXED, "2")


async def test_a_picture_that_is_not_there_cannot_be_varied(desk: Desk) -> None:
    await desk.imagine()
    job = await desk.job("a fox")
    assert (await desk.do(actions.VARY, job.id, "1")).said == ["I no longer have this picture."]
    with pytest.raises(OutdatedError):
        await desk.do(actions.VARY, job.id, "x")


@pytest.mark.parametrize("name", [actions.AGAIN, actions.EDIT, actions.REDO, actions.EDITED])
async def test_a_button_about_nothing_is_of_another_version(desk: Desk, name: str) -> None:
    with pytest.raises(OutdatedError):
        await desk.do(name)


# ── Forms ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_job_is_edited_in_a_form_with_its_prompt_and_fields_for_pictures(
    desk: Desk,
) -> None:
    await desk.imagine("a fox --relax")
    job = await desk.job("a fox --relax")
    form = await desk.form(actions.EDIT, job.id, "7", "60")
    assert prompt_in(form) == "a fox --relax"
    assert form.action == Action(actions.EDITED, (job.id, "0"))
    pictures = [each.name for each in form.fields if isinstance(each, FileField)]
    assert sorted(pictures) == sorted(IMAGE_OPTIONS)
    await desk.send(form, "a dog")
    assert (await desk.job(actions.EDITED)).prompt == "a dog"


async def test_the_form_says_a_speed_that_is_not_the_usual_one_of_who_edits(desk: Desk) -> None:
    await desk.imagine()
    job = await desk.job("a fox")
    person = job.origin.person
    await desk.personal.change_preferences(person, lambda _: Preferences(mode=Mode.RELAXED))
    assert prompt_in(await desk.form(actions.EDIT, job.id)) == "a fox --fast"


async def test_a_private_job_is_edited_in_private_and_by_nobody_else(desk: Desk) -> None:
    await desk.imagine(is_private=True)
    job = await desk.job("a fox")
    form = await desk.form(actions.EDIT, job.id)
    with pytest.raises(NotYourJobError):
        await desk.do(actions.EDIT, job.id, person="2")
    others = await desk.send(form, "a cat", person="2")
    assert (others.said, others.shown) == ([str(NotYourJobError().text)], [])
    reply = await desk.send(form, "a dog")
    assert reply.waited == [Place.ALONE]
    assert (await desk.job(actions.EDITED)).is_private


async def test_a_refused_request_is_corrected_in_a_form_and_forgotten(desk: Desk) -> None:
    draft_id = await draft_after(desk, "a fox --ar 16:0", options={"stylize": 9})
    form = await desk.form(actions.REDO, draft_id)
    assert prompt_in(form) == "a fox --ar 16:0 --s 9"
    reply = await desk.send(form, "a fox --s 9")
    assert (await desk.job(actions.COMPLETED)).prompt == "a fox --s 9"
    assert reply.dismissed == 1
    with pytest.raises(UserError, match="no longer have this request"):
        await desk.do(actions.REDO, draft_id)


async def test_a_form_that_is_refused_again_keeps_what_was_refused_before(desk: Desk) -> None:
    draft_id = await draft_after(desk, "a fox --ar 16:0")
    reply = await desk.send(await desk.form(actions.REDO, draft_id), "a dog --ar 16:0")
    assert reply.dismissed == 0
    assert await desk.form(actions.REDO, draft_id)


async def test_several_jobs_from_a_form_are_asked_about_for_the_person_alone(desk: Desk) -> None:
    draft_id = await draft_after(desk, "a fox --ar 16:0")
    reply = await desk.send(await desk.form(actions.REDO, draft_id), "a {red, blue} fox")
    assert [place for _, place in reply.shown] == [Place.ALONE]
    assert reply.dismissed == 1


async def test_a_picture_too_large_is_refused_and_the_words_are_kept(desk: Desk) -> None:
    draft_id = await draft_after(desk, "a fox --ar 16:0")
    form = await desk.form(actions.REDO, draft_id)
    reply = await desk.send(form, "a dog", uploads={"image": LARGE, "other": LARGE})
    (notice,) = reply.told
    assert "larger than 8 MiB" in str(notice.text)
    assert notice.button is not None
    assert notice.button.action is not None
    kept = await desk.form(actions.REDO, *notice.button.action.values)
    assert prompt_in(kept) == "a dog"


async def test_a_prompt_too_long_for_a_form_is_given_back(desk: Desk) -> None:
    reply = RecordingReply()
    reply.max_field_length = 30
    fits, too_long = "x" * 30, "y" * 31
    await desk.imagine(fits)
    job = await desk.job(of=fits)
    await desk.do(actions.EDIT, job.id, reply=reply)
    assert prompt_in(reply.opened[0]) == fits
    await desk.imagine(too_long)
    job = await desk.job(of=too_long)
    with pytest.raises(UserError, match="longer than the 30 characters") as refused:
        await desk.do(actions.EDIT, job.id, reply=reply)
    assert refused.value.typed == too_long


async def test_a_refused_request_too_long_for_a_form_is_given_back(desk: Desk) -> None:
    prompt = f"{'x' * 3000} --ar 16:0"
    draft_id, reply = await draft_after(desk, prompt), RecordingReply()
    reply.max_field_length = 3000
    with pytest.raises(UserError) as refused:
        await desk.do(actions.REDO, draft_id, reply=reply)
    assert refused.value.typed == prompt


# ── The form for a new request ──────────────────────────────────────────────────────────────────


async def test_the_form_opens_before_anything_is_known_of_the_person(desk: Desk) -> None:
    await desk.imagine("a red fox")
    reply = await desk.do(actions.COMPOSE)
    (opened,), (updated,) = reply.opened, reply.updated
    assert opened.action == updated.action
    assert LATEST_FIELD not in names_in(opened)
    assert options_in(updated, LATEST_FIELD) == ["a red fox"]


async def test_the_form_stays_as_it_is_where_the_person_keeps_nothing(desk: Desk) -> None:
    assert (await desk.do(actions.COMPOSE)).updated == []


async def test_the_form_offers_presets_in_the_language_of_the_person(desk: Desk) -> None:
    person = interaction().person
    await desk.personal.save_preset(person, Preset(name="poster", parameters="--ar 2:3"))
    await desk.personal.change_preferences(person, lambda _: Preferences(language="de"))
    (updated,) = (await desk.do(actions.COMPOSE)).updated
    assert options_in(updated, "preset") == ["poster"]
    assert updated.locale == "de"


async def test_the_form_asks_for_the_same_as_the_command(desk: Desk) -> None:
    person = interaction().person
    await desk.personal.save_preset(person, Preset(name="ink", suffix="in ink"))
    filled = {
        "prompt": "a fox", "latest": "", "aspect": "16:9", "version": "7", "mode": "relaxed",
        "stylize": " 250 ", "no": "text", "preset": "ink", "private": "on",
    }  # fmt: skip
    reply = await desk.do(actions.COMPOSED, fields=filled)
    job = await desk.job(of=actions.COMPOSED)
    assert job.prompt == "a fox in ink --ar 16:9 --v 7 --s 250 --no text"
    assert (job.mode, job.is_private) == (Mode.RELAXED, True)
    assert [place for _, place in reply.shown] == [Place.ALONE]


async def test_a_latest_prompt_is_taken_where_none_was_typed(desk: Desk) -> None:
    prompt = "a red fox " * 20
    await desk.do(actions.COMPOSED, id="first", fields={"prompt": prompt})
    (updated,) = (await desk.do(actions.COMPOSE)).updated
    (latest,) = options_in(updated, LATEST_FIELD)
    await desk.do(actions.COMPOSED, fields={"prompt": " ", "latest": latest, "aspect": "2:3"})
    job = await desk.job(of=actions.COMPOSED)
    assert job.prompt == f"{prompt.strip()} --ar 2:3"


async def test_a_prompt_that_was_typed_wins_over_a_latest_one(desk: Desk) -> None:
    await desk.do(actions.COMPOSED, fields={"prompt": "a dog", "latest": "a fox"})
    assert (await desk.job(of=actions.COMPOSED)).prompt == "a dog"


async def test_a_form_that_is_refused_can_be_edited_with_all_that_it_says(desk: Desk) -> None:
    refused = {"prompt": "a fox", "aspect": "2:3", "stylize": "lots"}
    (notice,) = (await desk.do(actions.COMPOSED, fields=refused)).told
    assert notice.place is not None
    assert notice.button is not None
    assert notice.button.action is not None
    form = await desk.form(notice.button.action.name, *notice.button.action.values)
    assert prompt_in(form) == "a fox --ar 2:3 --s lots"


async def test_a_form_without_a_prompt_is_refused(desk: Desk) -> None:
    (notice,) = (await desk.do(actions.COMPOSED, fields={"prompt": ""})).told
    assert notice.button is None


def names_in(form: Form) -> list[str]:
    return [each.name for each in form.fields]


def options_in(form: Form, name: str) -> list[str]:
    (field,) = (each for each in form.fields if each.name == name)
    assert isinstance(field, MenuField)
    return [option.value for option in field.options]


# ── The menu of a message ───────────────────────────────────────────────────────────────────────


async def test_the_words_for_a_picture_are_asked_for_and_the_picture_is_kept(desk: Desk) -> None:
    reply = RecordingReply()
    pictures = (SeenPicture(link=FOX, file_name="fox.png"), SeenPicture(link="", file_name="b.png"))
    chosen = interaction(reply=reply, seen=seen(pictures=pictures))
    await desk.screen.ask_for_words(chosen, "style", MESSAGE_MENU)
    (form,) = reply.opened
    assert [each.name for each in form.fields] == ["prompt"]
    draft_id, _ = form.action.values
    draft = await desk.service.drafts.get(draft_id, chosen.person)
    assert draft.request == Request(prompt="", options={"style": FOX})


@pytest.mark.parametrize("message", [None, seen()], ids=["no message", "no picture"])
async def test_a_message_without_a_picture_asks_for_no_words(desk: Desk, message: Any) -> None:
    with pytest.raises(UserError, match="no picture in this message"):
        await desk.screen.ask_for_words(interaction(seen=message), "image", MESSAGE_MENU)
