"""What no version of ours sends: unknown actions, and texts that nothing could keep."""

from typing import Any

import discord
import pytest
from discord import ui

from bot.domain.conversations import Person
from bot.domain.jobs import JobStatus
from tests.fixtures import Rig
from tests.standins.discord import Interaction, Message
from tests.standins.discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT

OUTDATED = "This button is from an older version of me. Please start again with /imagine."
JOB = "a" * 20

UNKNOWN = [
    "imagine:foo:bar",
    "imagine:",
    "imagine",
    f"imagine:upscale:{JOB}:1",
    "imagine:jobs:",
    "imagine:jobs:nonsense",
    f"imagine:jobs:explode:{JOB}:0:a:",
    "imagine:jobs:page::0:z:",
    "imagine:settings:mode:fast",
    "imagine:settings:volume",
    "imagine:presets:rename:x",
    "imagine:presets:show:x",
    "imagine:help:try:x",
    "imagine:help:try",
    "imagine:help:nothing:1",
    "somebody:else",
    "🦊",
]


async def posted(rig: Rig, item: ui.Item[Any]) -> Message:
    """Return a message of ours with this button or menu."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.ActionRow(item))
    view.stop()
    sent = await rig.bot.get_partial_messageable(rig.d.channel.id).send(view=view)
    message = rig.d.channel.find(sent.id)
    assert message is not None
    return message


def told(asked: Interaction) -> str:
    asked_privately = [*asked.followups, *([asked.response] if asked.response else [])]
    return "\n".join(message.text for message in asked_privately if message.ephemeral)


async def sent(rig: Rig, kind: int, data: dict[str, Any], **more: Any) -> Interaction:
    more = {"locale": None, "wait": 5, **more}
    return await rig.d._send(kind, rig.d.ann, rig.d.channel, data, **more)


# ── Unknown actions ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("custom_id", UNKNOWN)
async def test_an_unknown_button_is_answered_with_one_sentence(rig: Rig, custom_id: str) -> None:
    message = await posted(rig, ui.Button(label="Old", custom_id=custom_id))
    pressed = await rig.d.press(rig.d.ann, message, "Old")
    await rig.d.wait_for(lambda: told(pressed))
    assert told(pressed) == OUTDATED


@pytest.mark.parametrize(
    ("custom_id", "value"),
    [
        ("imagine:jobs:filter::0:a:", "gone"),
        ("imagine:settings:mode", "turbo"),
        ("imagine:settings:language", "../../etc"),
        ("imagine:unheard-of:x", "1"),
    ],
)
async def test_an_unknown_choice_is_answered_with_one_sentence(
    rig: Rig, custom_id: str, value: str
) -> None:
    options = [discord.SelectOption(label="Old", value=value)]
    message = await posted(rig, ui.Select(custom_id=custom_id, options=options))
    chosen = await rig.d.select(rig.d.ann, message, custom_id, [value])
    await rig.d.wait_for(lambda: told(chosen))
    assert told(chosen) == OUTDATED


async def test_a_button_that_its_message_does_not_carry_is_answered(rig: Rig) -> None:
    """A changed app may send any id; discord.py ignores it without a word."""
    card = await rig.card()
    data = {"custom_id": f"imagine:again:{JOB}", "component_type": 2, "id": 1}
    pressed = await sent(rig, COMPONENT, data, message=card)
    await rig.d.wait_for(lambda: told(pressed))
    assert told(pressed) == OUTDATED


@pytest.mark.parametrize("custom_id", ["imagine:x:y", "imagine::", "imagine:requests:1\n2"])
async def test_an_unknown_form_is_answered_with_one_sentence(rig: Rig, custom_id: str) -> None:
    form = await sent(rig, MODAL_SUBMIT, {"custom_id": custom_id, "components": []})
    await rig.d.wait_for(lambda: told(form))
    assert told(form) == OUTDATED


@pytest.mark.parametrize("form", ["edited", "completed", "settings.defaults", "jobs.search"])
async def test_a_form_without_its_field_is_answered_with_one_sentence(rig: Rig, form: str) -> None:
    answered = await sent(rig, MODAL_SUBMIT, {"custom_id": f"imagine:{form}:a", "components": []})
    await rig.d.wait_for(lambda: told(answered))
    assert told(answered) == OUTDATED


@pytest.mark.parametrize("custom_id", [
    "imagine:delete:{mine}:0", "imagine:takedown:{mine}:1:{ben}",
    "imagine:remove:{mine}:{channel}:{card}", "imagine:cancel:{mine}", "imagine:again:{mine}",
    "imagine:decline:x", "imagine:settings.reset", "imagine:help.try:0",
])  # fmt: skip
async def test_a_form_does_nothing_that_a_button_does(rig: Rig, custom_id: str) -> None:
    """No message carries what a form says, so that nothing could tell whether we offered it."""
    card = await rig.card()
    await rig.d.slash(rig.d.ben, rig.d.channel, "imagine", prompt="a blue fox")
    mine, channel = (await rig.job(1)).id, rig.d.channel
    custom_id = custom_id.format(mine=mine, ben=rig.d.ben.id, channel=channel.id, card=card.id)
    data = {"custom_id": custom_id, "components": []}
    form = await rig.d._send(
        MODAL_SUBMIT, rig.d.ben, channel, data, locale=None, wait=5, message=card
    )
    await rig.d.wait_for(lambda: told(form))
    assert told(form) == OUTDATED
    assert not card.deleted
    assert (await rig.job(1)).status is JobStatus.QUEUED


@pytest.mark.parametrize(
    ("form", "field"),
    [("jobs.search:a", "search"), ("settings.defaults", "parameters")],
)
async def test_a_form_changes_no_message_that_others_see(rig: Rig, form: str, field: str) -> None:
    card = await rig.card()
    before = card.text
    typed = {"type": 4, "id": 2, "custom_id": field, "value": "--ar 3:2"}
    data = {"custom_id": f"imagine:{form}", "components": [
        {"type": 18, "id": 1, "component": typed}
    ]}  # fmt: skip
    sent = await rig.d._send(
        MODAL_SUBMIT, rig.d.ben, rig.d.channel, data, locale=None, wait=5, message=card
    )
    await rig.d.wait_for(lambda: "Your" in told(sent))
    assert card.text == before


async def test_a_known_button_is_answered_once(rig: Rig) -> None:
    card = await rig.card()
    pressed = await rig.d.press(rig.d.ann, card, "Details")
    await rig.d.press(rig.d.ann, card, "Details")  # the answers to the first have come by now
    assert OUTDATED not in told(pressed)
    assert pressed.refusals == []


async def test_an_unknown_command_is_answered_with_one_sentence(rig: Rig) -> None:
    data = {"id": "1", "name": "upscale", "type": 1, "options": []}
    asked = await sent(rig, COMMAND, data)
    await rig.d.wait_for(lambda: told(asked))
    assert told(asked) == "I don't know this command any more. Type / to see mine."


# ── Texts that nothing could keep ───────────────────────────────────────────────────────────────

BAD = ["\0", "\ud800", "\udfff", "\x1b"]


def command(name: str, /, **options: str) -> dict[str, Any]:
    given = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
    return {"id": "1", "name": name, "type": 1, "options": given}


def nested(name: str, inner: str, /, **options: str) -> dict[str, Any]:
    data = command(name, **options)
    return data | {"options": [{"name": inner, "type": 1, "options": data["options"]}]}


@pytest.mark.parametrize("bad", BAD, ids=ascii)
async def test_a_prompt_and_its_options_are_clean(rig: Rig, bad: str) -> None:
    data = command("imagine", prompt=f"a red{bad}fox", no=f"te{bad}xt", aspect=f"3:2{bad}")
    await sent(rig, COMMAND, data)
    job = await rig.job_with(JobStatus.QUEUED)
    assert job.prompt.startswith("a red fox --ar 3:2 --no te xt")


@pytest.mark.parametrize("bad", BAD, ids=ascii)
async def test_the_name_and_the_words_of_a_preset_are_clean(rig: Rig, bad: str) -> None:
    data = nested("preset", "save", name=f"my{bad}preset", words=f"in{bad}oil")
    asked = await sent(rig, COMMAND, data)
    await rig.d.wait_for(lambda: "Saved" in told(asked))
    (preset,) = await rig.personal.presets(Person.of(f"discord:{rig.d.ann.id}"))
    assert (preset.name, preset.suffix) == ("my preset", "in oil")


@pytest.mark.parametrize("bad", BAD, ids=ascii)
async def test_a_search_is_clean(rig: Rig, bad: str) -> None:
    asked = await sent(rig, COMMAND, command("jobs", search=f"a{bad}fox"))
    await rig.d.wait_for(lambda: "Your jobs" in told(asked))
    assert "With “a fox” in the prompt." in told(asked)


@pytest.mark.parametrize("bad", BAD, ids=ascii)
async def test_a_field_of_a_form_is_clean(rig: Rig, bad: str) -> None:
    card = await rig.card()
    opened = await rig.d.press(rig.d.ann, card, "Edit")
    assert opened.modal is not None
    field = {"type": 4, "id": 2, "custom_id": "prompt", "value": f"a{bad}blue fox"}
    data = {"custom_id": opened.modal["custom_id"], "components": [
        {"type": 18, "id": 1, "component": field}
    ]}  # fmt: skip
    await sent(rig, MODAL_SUBMIT, data, message=card)
    assert (await rig.job_with(JobStatus.QUEUED, index=1)).prompt == "a blue fox"


@pytest.mark.parametrize("bad", BAD, ids=ascii)
async def test_what_is_being_typed_is_clean(rig: Rig, bad: str) -> None:
    options = [{"name": "prompt", "type": 3, "value": f"a{bad}", "focused": True}]
    data = {"id": "1", "name": "imagine", "type": 1, "options": options}
    typing = await sent(rig, AUTOCOMPLETE, data)
    assert typing.choices == []


@pytest.mark.parametrize(
    "locale", ["../../etc", "de\0", "\ud800", "x" * 500, "", "de_DE@euro", "klingon-" + "a" * 90]
)
async def test_a_weird_language_is_english(rig: Rig, locale: str) -> None:
    asked = await sent(rig, COMMAND, command("imagine", prompt="a fox"), locale=locale)
    assert (await rig.job_with(JobStatus.QUEUED)).origin.locale == "en-US"
    assert asked.response is not None
    assert "I'm on it" in asked.response.text


async def test_a_language_that_we_do_not_speak_is_kept(rig: Rig) -> None:
    await sent(rig, COMMAND, command("imagine", prompt="a fox"), locale="es-419")
    assert (await rig.job_with(JobStatus.QUEUED)).origin.locale == "es-419"
