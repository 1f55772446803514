"""What Discord refuses, the stand-in refuses too, and remembers."""

from typing import Any

import aiohttp
import pytest

from tests.pictures import PNG
from tests.standins.discord import DiscordStandIn


def text(content: str = "x") -> dict[str, Any]:
    return {"type": 10, "content": content}


def row(**button: Any) -> dict[str, Any]:
    made = {"type": 2, "style": 1, "label": "x", "custom_id": "a"} | button
    return {"type": 1, "components": [made]}


V2 = {"flags": 32768}
INVALID: dict[str, dict[str, Any]] = {
    "unknown field": {"content": "x", "colour": 1},
    "long nonce": {"content": "x", "nonce": "n" * 26},
    "long content": {"content": "x" * 2001},
    "empty": {"content": ""},
    "content beside V2": V2 | {"content": "x", "components": [text()]},
    "V2 component without its flag": {"components": [text()]},
    "long text": V2 | {"components": [text("x" * 2001), text("y" * 2000)]},
    "41 components": V2 | {"components": [text() for _ in range(41)]},
    "long custom id": {"components": [row(custom_id="a" * 101)]},
    "doubled custom id": {"components": [row(), row()]},
    "long label": {"components": [row(label="x" * 81)]},
    "six buttons": {"components": [{"type": 1, "components": row()["components"] * 6}]},
    "empty gallery": V2 | {"components": [{"type": 12, "items": []}]},
    "missing file": V2
    | {"components": [{"type": 12, "items": [{"media": {"url": "attachment://no.png"}}]}]},
    "nested container": V2
    | {"components": [{"type": 17, "components": [{"type": 17, "components": [text()]}]}]},
    "both ways of mentions": {
        "content": "x",
        "allowed_mentions": {"parse": ["users"], "users": [1]},
    },
    "ephemeral post": {"content": "x", "flags": 64},
}


@pytest.mark.parametrize("name", INVALID)
async def test_an_invalid_message_is_refused_and_recorded(d: DiscordStandIn, name: str) -> None:
    headers = {"Authorization": f"Bot {d.token}"}
    url = f"{d.api_url}/channels/{d.channel.id}/messages"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(url, json=INVALID[name]) as answer,
    ):
        body = await answer.json()
        assert answer.headers["Content-Type"] == "application/json"
    assert (answer.status, body["code"]) in {(400, 50035), (400, 50006)}
    assert len(d.violations) == 1
    assert d.channel.messages == []


async def upload(d: DiscordStandIn, filename: str) -> tuple[int, dict[str, Any]]:
    """Post a file as it is, past discord.py; give the status and the answer."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", '{"content": "x"}')
    form.add_field("files[0]", PNG, filename=filename)
    headers = {"Authorization": f"Bot {d.token}"}
    url = f"{d.api_url}/channels/{d.channel.id}/messages"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(url, data=form) as answer,
    ):
        return answer.status, await answer.json()


async def test_a_file_name_that_discord_would_change_is_recorded(d: DiscordStandIn) -> None:
    status, _ = await upload(d, "a b.png")
    assert status == 400
    assert "a b.png" in str(d.violations[0])


async def test_a_file_over_the_limit_is_refused_with_40005(d: DiscordStandIn) -> None:
    d.guild.upload_limit = 10
    status, body = await upload(d, "a.png")
    assert (status, body["code"]) == (413, 40005)


async def test_an_invalid_command_is_refused(d: DiscordStandIn) -> None:
    headers = {"Authorization": f"Bot {d.token}"}
    url = f"{d.api_url}/applications/{d.application_id}/commands"
    bad = [{"name": "Bad Name", "description": ""}]
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.put(url, json=bad) as answer,
    ):
        errors = (await answer.json())["errors"]
    assert errors["0"].keys() == {"name", "description"}
