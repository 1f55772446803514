"""What no version of ours sends: unknown actions, and texts that nothing could keep."""

from typing import Any

import discord
import pytest
from discord import ui

from bot.domain.jobs import JobStatus
from tests.stage import Stage
from tests.standins.discord import Interaction, Message
from tests.standins.discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT

OUTDATED = "This button is from an older version of me. Please start again with /imagine."
JOB = "a" * 20

UNKNOWN = [
    "imagine:foo:bar",
    "imagine:",
    "imagine",
    f"imagine:upscale:{JOB}:1",
    "imagine:again:short",
    f"imagine:again:{JOB}:1234",
    f"imagine:again:{JOB}@1-",
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


async def posted(stage: Stage, item: ui.Item[Any]) -> Message:
    """Give a message of ours with this button or menu."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.ActionRow(item))
    view.stop()
    sent = await stage.bot.get_partial_messageable(stage.d.channel.id).send(view=view)
    message = stage.d.channel.find(sent.id)
    assert message is not None
    return message


def told(asked: Interaction) -> str:
    whispered = [*asked.followups, *([asked.response] if asked.response else [])]
    return "\n".join(message.text for message in whispered if message.ephemeral)


async def sent(stage: Stage, kind: int, data: dict[str, Any], **more: Any) -> Interaction:
    more = {"locale": None, "wait": 5, **more}
    return await stage.d._send(kind, stage.d.ann, stage.d.channel, data, **more)


# ── Unknown actions ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("custom_id", UNKNOWN)
async def test_an_unknown_button_is_answered_with_one_sentence(
    stage: Stage, custom_id: str
) -> None:
    message = await posted(stage, ui.Button(label="Old", custom_id=custom_id))
    pressed = await stage.d.press(stage.d.ann, message, "Old")
    await stage.d.wait_for(lambda: told(pressed))
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
    stage: Stage, custom_id: str, value: str
) -> None:
    options = [discord.SelectOption(label="Old", value=value)]
    message = await posted(stage, ui.Select(custom_id=custom_id, options=options))
    chosen = await stage.d.select(stage.d.ann, message, custom_id, [value])
    await stage.d.wait_for(lambda: told(chosen))
    assert told(chosen) == OUTDATED


async def test_a_button_that_its_message_does_not_carry_is_answered(stage: Stage) -> None:
    """A changed app may send any id; discord.py ignores it without a word."""
    card = await stage.card()
    data = {"custom_id": f"imagine:again:{JOB}", "component_type": 2, "id": 1}
    pressed = await sent(stage, COMPONENT, data, message=card)
    await stage.d.wait_for(lambda: told(pressed))
    assert told(pressed) == OUTDATED


@pytest.mark.parametrize("custom_id", ["form:x:y", "form::", "form:requests:1\n2"])
async def test_an_unknown_form_is_answered_with_one_sentence(stage: Stage, custom_id: str) -> None:
    form = await sent(stage, MODAL_SUBMIT, {"custom_id": custom_id, "components": []})
    await stage.d.wait_for(lambda: told(form))
    assert told(form) == OUTDATED


@pytest.mark.parametrize("form", ["edit", "wish", "defaults", "find"])
async def test_a_form_without_its_field_is_answered_with_one_sentence(
    stage: Stage, form: str
) -> None:
    answered = await sent(stage, MODAL_SUBMIT, {"custom_id": f"form:{form}:a", "components": []})
    await stage.d.wait_for(lambda: told(answered))
    assert told(answered) == OUTDATED


async def test_a_known_button_is_answered_once(stage: Stage) -> None:
    card = await stage.card()
    pressed = await stage.d.press(stage.d.ann, card, "Details")
    await stage.d.press(stage.d.ann, card, "Details")  # the answers to the first have come by now
    assert OUTDATED not in told(pressed)
    assert pressed.refusals == []


async def test_an_unknown_command_is_answered_with_one_sentence(stage: Stage) -> None:
    data = {"id": "1", "name": "upscale", "type": 1, "options": []}
    asked = await sent(stage, COMMAND, data)
    await stage.d.wait_for(lambda: told(asked))
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
async def test_a_prompt_and_its_options_are_clean(stage: Stage, bad: str) -> None:
    data = command("imagine", prompt=f"a red{bad}fox", no=f"te{bad}xt", aspect=f"3:2{bad}")
    await sent(stage, COMMAND, data)
    job = await stage.job_with(JobStatus.QUEUED)
    assert job.prompt.startswith("a red fox --ar 3:2 --no te xt")


@pytest.mark.parametrize("bad", BAD, ids=ascii)
async def test_the_name_and_the_words_of_a_preset_are_clean(stage: Stage, bad: str) -> None:
    data = nested("preset", "save", name=f"my{bad}preset", words=f"in{bad}oil")
    asked = await sent(stage, COMMAND, data)
    await stage.d.wait_for(lambda: "Saved" in told(asked))
    (preset,) = await stage.personal.presets(f"discord:{stage.d.ann.id}")
    assert (preset.name, preset.suffix) == ("my preset", "in oil")


@pytest.mark.parametrize("bad", BAD, ids=ascii)
async def test_a_search_is_clean(stage: Stage, bad: str) -> None:
    asked = await sent(stage, COMMAND, command("jobs", search=f"a{bad}fox"))
    await stage.d.wait_for(lambda: "Your jobs" in told(asked))
    assert "With “a fox” in the prompt." in told(asked)


@pytest.mark.parametrize("bad", BAD, ids=ascii)
async def test_a_field_of_a_form_is_clean(stage: Stage, bad: str) -> None:
    card = await stage.card()
    opened = await stage.d.press(stage.d.ann, card, "Edit")
    assert opened.modal is not None
    field = {"type": 4, "id": 2, "custom_id": "prompt", "value": f"a{bad}blue fox"}
    data = {"custom_id": opened.modal["custom_id"], "components": [
        {"type": 18, "id": 1, "component": field}
    ]}  # fmt: skip
    await sent(stage, MODAL_SUBMIT, data, message=card)
    assert (await stage.job_with(JobStatus.QUEUED, index=1)).prompt == "a blue fox"


@pytest.mark.parametrize("bad", BAD, ids=ascii)
async def test_what_is_being_typed_is_clean(stage: Stage, bad: str) -> None:
    options = [{"name": "prompt", "type": 3, "value": f"a{bad}", "focused": True}]
    data = {"id": "1", "name": "imagine", "type": 1, "options": options}
    typing = await sent(stage, AUTOCOMPLETE, data)
    assert typing.choices == []


@pytest.mark.parametrize(
    "locale", ["../../etc", "de\0", "\ud800", "x" * 500, "", "de_DE@euro", "klingon-" + "a" * 90]
)
async def test_a_weird_language_is_english(stage: Stage, locale: str) -> None:
    asked = await sent(stage, COMMAND, command("imagine", prompt="a fox"), locale=locale)
    assert (await stage.job_with(JobStatus.QUEUED)).origin.locale == "en-US"
    assert asked.response is not None
    assert "I'm on it" in asked.response.text


async def test_a_language_that_we_do_not_speak_is_kept(stage: Stage) -> None:
    await sent(stage, COMMAND, command("imagine", prompt="a fox"), locale="es-419")
    assert (await stage.job_with(JobStatus.QUEUED)).origin.locale == "es-419"
