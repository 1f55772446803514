"""What the gateway tells and discord.py cannot read: the connection goes on, with one sentence."""

from typing import Any

import pytest

from bot.platforms.discord.client.events import read_with_care
from tests.fixtures import Rig
from tests.standins.discord import Interaction
from tests.standins.discord.interactions import COMMAND
from tests.standins.discord.vocabulary import Intent

# A voice channel without what every one has; discord.py meets a KeyError.
ODD_CHANNEL = {"id": "77", "type": 2, "name": "odd", "position": 0, "permission_overwrites": []}


def tell_of_odd_channel(rig: Rig) -> None:
    channel = {**ODD_CHANNEL, "guild_id": str(rig.d.channel.guild.id)}
    rig.d.gateway.emit("CHANNEL_CREATE", channel, Intent.GUILDS)


def told(asked: Interaction) -> str:
    messages = [*asked.followups, *([asked.response] if asked.response else [])]
    return "\n".join(message.text for message in messages)


async def heard(rig: Rig, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> Interaction:
    """Send `/queue` as an interaction with these changes, and wait until it is answered."""
    complete = Interaction.to_json
    monkeypatch.setattr(Interaction, "to_json", lambda self: complete(self) | changes)
    data = {"id": "1", "name": "queue", "type": 1, "options": []}
    asked = await rig.d._send(COMMAND, rig.d.ann, rig.d.channel, data, locale=None, wait=5)
    await rig.d.wait_for(lambda: told(asked))
    return asked


async def test_an_event_that_cannot_be_read_ends_no_connection(rig: Rig) -> None:
    sessions = rig.d.gateway.live_sessions
    tell_of_odd_channel(rig)
    asked = await rig.d.slash(rig.d.ann, rig.d.channel, "queue")
    assert "The queue" in told(asked)
    assert rig.d.gateway.live_sessions == sessions


async def test_an_interaction_with_empty_fields_is_answered(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await heard(rig, monkeypatch, entitlements=None, authorizing_integration_owners=None)
    assert "The queue" in told(asked)


async def test_an_interaction_from_an_odd_channel_is_answered(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await heard(rig, monkeypatch, channel=ODD_CHANNEL)
    assert told(asked) == "I can't post in this kind of channel."


async def test_an_interaction_that_nobody_can_read_ends_no_connection(rig: Rig) -> None:
    sessions = rig.d.gateway.live_sessions
    rig.d.gateway.emit("INTERACTION_CREATE", {"id": "1"}, Intent.NONE)
    asked = await rig.d.slash(rig.d.ann, rig.d.channel, "queue")
    assert "The queue" in told(asked)
    assert rig.d.gateway.live_sessions == sessions


async def test_a_command_with_nothing_where_attachments_are_named_is_answered(rig: Rig) -> None:
    data = {"id": "1", "name": "queue", "type": 1, "options": [], "resolved": None}
    asked = await rig.d._send(COMMAND, rig.d.ann, rig.d.channel, data, locale=None, wait=5)
    await rig.d.wait_for(lambda: told(asked))
    assert "The queue" in told(asked)


def test_an_interaction_that_is_read_again_keeps_its_file_limit() -> None:
    read: list[dict[str, Any]] = []

    def parse(data: dict[str, Any]) -> None:
        read.append(data)
        if "entitlements" in data:
            raise TypeError

    parsers = {"INTERACTION_CREATE": parse}
    read_with_care(parsers)
    parsers["INTERACTION_CREATE"]({"id": "1", "attachment_size_limit": 5, "entitlements": None})
    assert read[-1]["attachment_size_limit"] == 5
