"""deploy/slack-manifest.yaml gives the app what the code uses."""

import re

import pytest

from bot.platforms.slack.commands.names import COMMAND, EVENTS, EVENTS_PATH, SCOPES, SHORTCUTS
from tests.slack_manifest import MANIFEST, listed, values
from tests.standins.process import ROOT

CODE = "\n".join(path.read_text() for path in (ROOT / "bot/platforms/slack").rglob("*.py"))

OF_EVERY_PLACE = {"channels", "groups", "im", "mpim"}
# https://docs.slack.dev/reference/methods
NEEDED = {
    "auth_test": set[str](),
    "chat_delete": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {f"{place}:history" for place in OF_EVERY_PLACE},
    "conversations_info": {f"{place}:read" for place in OF_EVERY_PLACE},
    "conversations_join": {"channels:join"},
    "conversations_open": {"im:write"},
    "conversations_replies": {f"{place}:history" for place in OF_EVERY_PLACE},
    "files_completeUploadExternal": {"files:write"},
    "files_delete": {"files:write"},
    "files_getUploadURLExternal": {"files:write"},
    "files_info": {"files:read"},
    "users_info": {"users:read"},
    "views_open": set[str](),
    "views_publish": set[str](),
    "views_update": set[str](),
}
USED = sorted(set(re.findall(r"client\.([a-z]+_[A-Za-z]+)\(", CODE)))


@pytest.mark.parametrize("method", USED)
def test_every_method_that_is_called_is_allowed(method: str) -> None:
    assert NEEDED[method] <= set(listed("bot"))


def test_no_scope_is_asked_for_that_no_method_needs() -> None:
    needed = set[str]().union(*NEEDED.values()) | {"commands"}
    assert set(listed("bot")) == needed


def test_names_are_those_of_the_code() -> None:
    assert values("command") == [COMMAND]
    assert values("callback_id") == list(SHORTCUTS)
    assert listed("bot_events") == list(EVENTS)
    assert EVENTS_PATH in MANIFEST
    assert set(listed("bot")) == SCOPES


def test_slack_takes_the_names_and_descriptions() -> None:
    names = values("name")
    assert len(names) == 4
    assert all(len(name) <= 24 for name in names[1:])
    assert all(len(each) <= 140 for each in values("description"))
