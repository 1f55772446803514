"""The form with a prompt to edit."""

from dataclasses import replace

import pytest

from bot.domain.jobs import Mode
from bot.domain.texts import msg
from bot.platforms.discord.cards.custom_ids import (
    Form,
    FormId,
)
from bot.platforms.discord.cards.forms import prompt_form
from bot.services.requests import Request, read_request, typed
from tests.unit.cards.samples import JOB_ID, job


async def test_a_form_is_never_remembered() -> None:
    form = prompt_form(FormId(form=Form.EDIT, state=JOB_ID), "en", title=msg("Edit the prompt"))
    assert form.is_finished()


async def test_the_longest_prompt_stands_whole_in_its_form() -> None:
    form_id = FormId(form=Form.EDIT, state=f"{JOB_ID}:private")
    form = prompt_form(form_id, "en", title=msg("Edit the prompt"), prompt="🦊" * 4000)
    (label,) = form.to_dict()["components"]
    assert label["component"]["value"] == "🦊" * 4000
    assert label["component"]["max_length"] == 4000
    assert FormId.parse(form.custom_id) == form_id


@pytest.mark.parametrize(
    ("prompt", "mode", "expected"),
    [
        ("a fox --ar 16:9", Mode.FAST, "a fox --ar 16:9"),
        ("a fox", Mode.RELAXED, "a fox --relax"),
        ("a {red, blue} fox", Mode.FAST, r"a \{red, blue\} fox"),
        ("a {red} fox", Mode.FAST, "a {red} fox"),
    ],
)
def test_a_job_is_edited_as_one_would_type_it(prompt: str, mode: Mode, expected: str) -> None:
    asked = replace(job(prompt), mode=mode)
    assert typed(asked) == expected
    assert read_request(Request(prompt=expected), limit=1).prompts == (prompt,)


def test_a_refused_request_is_kept_as_one_would_type_it() -> None:
    request = Request(prompt="a fox", options={"ar": "16:0", "image": "https://x.example/a.png"})
    assert request.as_typed() == Request(
        prompt="a fox --ar 16:0", options={"image": "https://x.example/a.png"}
    )
