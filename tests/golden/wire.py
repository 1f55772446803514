"""What real discord.py sends, taken down instead of sent. It is answered as Discord would."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import discord
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

from tests.golden.samples import ANN, CARD, CHANNEL

JSON: TypeAlias = Any

_DM_CHANNEL = "999999999999999999"
_USER = {"id": ANN, "username": "ann", "discriminator": "0", "avatar": None, "global_name": "Ann"}
_CHANNEL = {"id": _DM_CHANNEL, "type": 1, "recipients": [_USER], "last_message_id": None}
_MESSAGE: dict[str, JSON] = {
    "id": CARD,
    "channel_id": CHANNEL,
    "author": _USER,
    "content": "",
    "timestamp": "2026-03-01T12:00:00+00:00",
    "edited_timestamp": None,
    "tts": False,
    "mention_everyone": False,
    "mentions": [],
    "mention_roles": [],
    "attachments": [],
    "embeds": [],
    "pinned": False,
    "type": 0,
    "flags": 0,
    "components": [],
}


class _NoSession:
    """Only there, for who asks; every call is taken down before it needs one."""

    async def close(self) -> None:
        """Be done."""


class Wire:
    """Stands where the network would be, for one client and the task that made this."""

    def __init__(self, client: discord.Client) -> None:
        self._sent: list[JSON] = []
        client._connection.application_id = 2
        client.http._HTTPClient__session = _NoSession()  # type: ignore[attr-defined]
        client.http.request = self._request  # type: ignore[assignment]
        async_context.set(_Adapter(self._note))

    def taken(self) -> list[JSON]:
        """Return the messages that were sent or changed since the last look, and forget them."""
        taken, self._sent = self._sent, []
        return taken

    async def _request(
        self,
        route: discord.http.Route,
        *,
        form: Sequence[Mapping[str, Any]] | None = None,
        **options: Any,
    ) -> JSON:
        self._note(_content(options.get("json"), form))
        return _CHANNEL if route.path == "/users/@me/channels" else _MESSAGE

    def _note(self, body: JSON) -> None:
        if body is not None and ("content" in body or "components" in body):
            self._sent.append(body)


class _Adapter(AsyncWebhookAdapter):
    """discord.py's own way of answering interactions, but for the last step."""

    def __init__(self, note: Callable[[JSON], None]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._note_body = note

    async def request(
        self,
        route: discord.http.Route,
        session: Any,
        *,
        payload: JSON = None,
        multipart: Sequence[Mapping[str, Any]] | None = None,
        **_options: Any,
    ) -> JSON:
        body = _content(payload, multipart)
        if not route.path.startswith("/interactions/"):
            self._note_body(body)
            return _MESSAGE
        self._note_body(body.get("data"))
        return {"interaction": {"id": "1"}}


def _content(body: JSON, form: Sequence[Mapping[str, Any]] | None) -> JSON:
    """Return the JSON of a call, wherever it stands."""
    if not form:
        return body
    (text,) = (part["value"] for part in form if part["name"] == "payload_json")
    return json.loads(text)


def press(client: discord.Client, *, by: str, locale: str) -> "discord.Interaction[Any]":
    """Return a person's press on a button of a message, not answered yet."""
    data: JSON = {
        "id": "1",
        "application_id": "2",
        "type": 3,
        "token": "a-token",
        "version": 1,
        "attachment_size_limit": 10 * 1024 * 1024,
        "app_permissions": "0",
        "locale": locale,
        "channel": _CHANNEL,
        "channel_id": _DM_CHANNEL,
        "user": {**_USER, "id": by},
        "data": {"component_type": 2, "custom_id": "anything"},
        "message": _MESSAGE,
    }
    return discord.Interaction(data=data, state=client._connection)
