"""The stand-in's strictness: what Slack's published rules forbid is refused or noted."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack.standin.block_rules import check_blocks, check_view
from tests.integration.standins.slack.test_messages import error_of
from tests.integration.standins.slack.tiny_bot import actions, button, form, picture, plain, section
from tests.pictures import PNG
from tests.standins.slack import SlackStandIn

JSON = dict[str, Any]


def element(kind: str, **fields: Any) -> JSON:
    return {"type": kind, "action_id": "a", **fields}


def field(**fields: Any) -> JSON:
    return {"type": "input", "label": plain("L"), "element": element("plain_text_input", **fields)}


def option(text: str = "a", value: str = "a") -> JSON:
    return {"text": plain(text), "value": value}


def menu(*options: JSON, **fields: Any) -> JSON:
    return element("static_select", options=list(options), **fields)


@pytest.mark.parametrize(
    ("blocks", "line"),
    [
        ([{"type": "card"}], "unsupported type: card [json-pointer:/blocks/0/type]"),
        ([section("a")] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
        (
            [section("a" * 3001)],
            "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
        ),
        ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        ([{"type": "section"}], "missing required field: text [json-pointer:/blocks/0]"),
        (
            [section("a") | {"colour": 1}],
            "invalid additional property: colour [json-pointer:/blocks/0]",
        ),
        (
            [actions(*[button("a", str(n)) for n in range(26)])],
            "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (
            [actions(button("a" * 76, "a"))],
            "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
        ),
        (
            [actions(button("a", "a", "v" * 2001))],
            "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
        ),
        (
            [actions(button("a", "same"), button("b", "same"))],
            "`action_id` already exists for another element [json-pointer:/blocks/0/elements]",
        ),
        (
            [section("a") | {"block_id": "x"}, section("b") | {"block_id": "x"}],
            "`block_id` already exists [json-pointer:/blocks/1/block_id]",
        ),
        (
            [{"type": "image", "alt_text": "a"}],
            "must have exactly one of: image_url, slack_file [json-pointer:/blocks/0]",
        ),
        (
            [actions(element("plain_text_input"))],
            "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
        ),
        (
            [actions(menu())],
            "no less than 1 items allowed [json-pointer:/blocks/0/elements/0/options]",
        ),
        (
            [actions(menu(option(), option("b")))],
            "option values must be unique [json-pointer:/blocks/0/elements/0/options]",
        ),
        (
            [actions(menu(option(), initial_option=option("b", "b")))],
            (
                "initial_option must exactly match one of the options "
                "[json-pointer:/blocks/0/elements/0]"
            ),
        ),
    ],
)
def test_blocks_that_break_a_rule(blocks: list[JSON], line: str) -> None:
    assert check_blocks(blocks).lines() == [line]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"title": plain("t" * 25)},
            "must be less than 25 characters [json-pointer:/view/title/text]",
        ),
        ({"type": "home"}, "unsupported type: home [json-pointer:/view/type]"),
        (
            {"private_metadata": "x" * 3001},
            "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        (
            {"blocks": [section("a")] * 101},
            "no more than 100 items allowed [json-pointer:/view/blocks]",
        ),
        (
            {"blocks": [field(initial_value="abc", max_length=2)]},
            "must be less than 3 characters [json-pointer:/view/blocks/0/element/initial_value]",
        ),
        (
            {"blocks": [{"type": "markdown", "text": "a"}]},
            "unsupported type: markdown [json-pointer:/view/blocks/0/type]",
        ),
    ],
)
def test_views_that_break_a_rule(changes: JSON, line: str) -> None:
    assert check_view(form() | changes, "modal").lines() == [line]


def test_form_with_fields_needs_a_button_to_send_it() -> None:
    view = form()
    del view["submit"]
    assert check_view(view, "modal").lines() == [
        "missing required field: submit [json-pointer:/view]"
    ]


def test_every_kind_of_block_that_is_right_passes() -> None:
    rich = [{"type": "rich_text_section", "elements": [{"type": "text", "text": "a"}]}]
    group = {"label": plain("g"), "options": [option()]}
    blocks = [
        section("a") | {"accessory": element("overflow", options=[option()])},
        {"type": "section", "fields": [plain("a"), plain("b")]},
        {"type": "context", "elements": [plain("a"), picture("F1")]},
        {"type": "header", "text": plain("a")},
        {"type": "divider"},
        {"type": "rich_text", "elements": rich},
        picture("F1") | {"title": plain("a")},
        actions(element("static_select", option_groups=[group])),
        actions(element("checkboxes", options=[option()], initial_options=[option()])),
        actions(element("external_select", min_query_length=0, placeholder=plain("p"))),
    ]
    assert check_blocks(blocks).lines() == []


@pytest.fixture
def client(s: SlackStandIn) -> AsyncWebClient:
    return AsyncWebClient(s.bot_token, base_url=s.api_url)


async def test_broken_blocks_are_refused_in_slacks_words(
    s: SlackStandIn, client: AsyncWebClient
) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=s.channel.id, text="x", blocks=[section("")])
    answer = refused.value.response
    assert answer["error"] == "invalid_blocks"
    line = "must be more than 0 characters [json-pointer:/blocks/0/text/text]"
    assert answer["errors"] == [line]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {line}"]
    assert s.channel.messages == []
    assert len(s.violations) == 1


async def test_unknown_methods_and_arguments_are_noted(
    s: SlackStandIn, client: AsyncWebClient
) -> None:
    assert await error_of(client.api_call("chat.shout")) == "unknown_method"
    await client.api_call("chat.postMessage", json={"channel": s.channel.id, "text": "x", "zip": 1})
    await client.api_call("auth.test", params={"team_id": s.world.team_id})
    assert list(map(str, s.violations)) == [
        "chat.shout: no such method",
        "chat.postMessage: no such argument: zip",
    ]


async def test_missing_arguments_are_refused(s: SlackStandIn, client: AsyncWebClient) -> None:
    assert await error_of(client.api_call("chat.delete", json={"ts": "1"})) == "invalid_arguments"
    in_json = client.api_call("users.info", json={"user": s.ann.id})
    assert await error_of(in_json) == "invalid_arguments"
    assert "users.info: reads no arguments from a JSON body" in map(str, s.violations)


async def test_tokens_and_scopes_are_checked(s: SlackStandIn, client: AsyncWebClient) -> None:
    for token, error in (
        ("", "not_authed"),
        ("xoxb-wrong", "invalid_auth"),
        (s.app_token, "not_allowed_token_type"),
    ):
        other = AsyncWebClient(token, base_url=s.api_url)
        assert await error_of(other.auth_test()) == error
    s.scopes.discard("chat:write")
    sent = client.chat_postMessage(channel=s.channel.id, text="x")
    assert await error_of(sent) == "missing_scope"


async def test_texts_and_metadata_have_limits(s: SlackStandIn, client: AsyncWebClient) -> None:
    channel = s.channel.id
    sent = await client.chat_postMessage(channel=channel, text="x" * 40_000)
    longer = client.chat_update(channel=channel, ts=sent["ts"], text="x" * 4001)
    assert await error_of(longer) == "msg_too_long"
    assert await error_of(client.api_call("chat.postMessage", json={"channel": channel})) == (
        "no_text"
    )
    for metadata, error in (
        ({"event_type": "result"}, "invalid_metadata_format"),
        ({"event_type": "result", "event_payload": {"x": "y" * 9000}}, "metadata_too_large"),
    ):
        told = client.chat_postMessage(channel=channel, text="x", metadata=metadata)
        assert await error_of(told) == error


async def test_uploads_are_what_was_announced(s: SlackStandIn, client: AsyncWebClient) -> None:
    empty = client.files_getUploadURLExternal(filename="a.png", length=0)
    assert await error_of(empty) == "invalid_arguments"
    got = await client.files_getUploadURLExternal(filename="a.png", length=len(PNG))
    early = client.files_completeUploadExternal(files=[{"id": got["file_id"]}])
    assert await error_of(early) == "file_not_found"


async def test_files_of_other_kinds_are_no_pictures(
    s: SlackStandIn, client: AsyncWebClient
) -> None:
    s.say(s.ann, s.channel, "look", ("a.webp", PNG))
    (file,) = s.world.files.values()
    sent = client.chat_postMessage(channel=s.channel.id, text="x", blocks=[picture(file.id)])
    assert await error_of(sent) == "invalid_blocks"
    assert "is no png" in str(s.violations[0])


async def test_pictures_of_home_must_be_processed(s: SlackStandIn, client: AsyncWebClient) -> None:
    view = {"type": "home", "blocks": [picture("F0")]}
    with pytest.raises(SlackApiError) as refused:
        await client.views_publish(user_id=s.ann.id, view=view)
    line = "invalid slack file [json-pointer:/view/blocks/0/slack_file]"
    assert refused.value.response["errors"] == [line]
