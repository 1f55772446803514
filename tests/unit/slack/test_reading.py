"""What a message of Slack's shows and offers."""

from typing import Any

import pytest

from bot.domain.messages import SeenPicture
from bot.domain.views import Action
from bot.platforms.slack.rendering.reading import actions_in, file_in, link_of_file, pictures_in


def button(action_id: str) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id}


def test_actions_stand_in_rows_beside_words_and_in_fields() -> None:
    blocks = [
        {"type": "actions", "elements": [button("imagine:again:a"), button("x1")]},
        {"type": "section", "accessory": button("imagine:edit:a")},
        {"type": "input", "element": button("imagine:redo:a")},
    ]
    names = [action.name for action in actions_in({"blocks": blocks})]
    assert names == ["again", "edit", "redo"]
    assert actions_in({}) == ()
    assert Action("again", ("a",)) in actions_in({"blocks": blocks})


def image(**block: Any) -> dict[str, Any]:
    return {"blocks": [{"type": "image", **block}]}


@pytest.mark.parametrize(
    ("message", "link", "name"),
    [
        (image(block_id="a-1.png", slack_file={"id": "F1"}), link_of_file("F1"), "a-1.png"),
        (
            image(slack_file={"url": "https://files.slack.com/files-pri/T-F/a.png"}),
            "https://files.slack.com/files-pri/T-F/a.png",
            "a.png",
        ),
        (
            image(image_url="https://files.slack.com/files-pri/T-F/b.png"),
            "https://files.slack.com/files-pri/T-F/b.png",
            "b.png",
        ),
        (
            {"files": [{"mimetype": "image/gif", "url_private": "https://f/c", "name": "c.gif"}]},
            "https://f/c",
            "c.gif",
        ),
    ],
)
def test_pictures_are_files_of_slacks(message: dict[str, Any], link: str, name: str) -> None:
    assert pictures_in(message) == (SeenPicture(link=link, file_name=name),)


@pytest.mark.parametrize(
    "message",
    [
        image(image_url="https://elsewhere.example/a.png"),
        image(slack_file={"url": "https://elsewhere.example/a.png"}),
        {"files": [{"mimetype": "text/plain", "url_private": "https://f/c", "name": "c.txt"}]},
        {"files": [{"mimetype": "image/png", "name": "c.png"}]},
        {"blocks": [{"type": "section", "slack_file": {"id": "F1"}}]},
    ],
)
def test_what_nobody_can_fetch_is_no_picture(message: dict[str, Any]) -> None:
    assert pictures_in(message) == ()


def test_the_link_of_a_file_names_it() -> None:
    assert file_in(link_of_file("F0AB")) == "F0AB"
    for other in ("F0AB", "https://files.slack.com/by-id/F1/x", "https://files.slack.com/by-id/x"):
        assert file_in(other) is None
