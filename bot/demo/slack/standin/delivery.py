"""How what people do reaches the app: Socket Mode or signed HTTP, and again if it must."""

import asyncio
import hashlib
import hmac
import json
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.demo.slack.standin.api import SlackError
from bot.demo.slack.standin.chat import Responses
from bot.demo.slack.standin.interactions import Interaction
from bot.demo.slack.standin.payloads import addressed
from bot.demo.slack.standin.sockets import NotDelivered, Sockets
from bot.demo.slack.standin.state import State
from bot.demo.slack.standin.views import ViewMethods
from bot.demo.slack.standin.vocabulary import COMMANDS, EVENTS, JSON


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a request."""
    signed = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def encoded(kind: str, payload: JSON) -> tuple[bytes, str]:
    """Return the body of a request and its content type."""
    if kind == EVENTS:
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == COMMANDS else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


class Courier:
    """Delivers, waits for the acknowledgement, and lets it have its effect."""

    def __init__(self, state: State, sockets: Sockets, views: ViewMethods) -> None:
        self.state = state
        self.sockets = sockets
        self.views = views
        self.responses = Responses(state)
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    def start(self, interaction: Interaction) -> None:
        """Deliver in the background, as often as Slack does."""
        for _ in range(2 if self.state.deliver_twice else 1):
            task = asyncio.create_task(self._deliver(interaction))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Deliver nothing any more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _deliver(self, interaction: Interaction) -> None:
        """Deliver once; an event again until it is acknowledged."""
        pauses = self.state.event_retry_pauses_s if interaction.kind == EVENTS else ()
        for attempt, pause in enumerate((0.0, *pauses)):
            await asyncio.sleep(pause)
            interaction.deliveries += 1
            try:
                answer = await self._send(interaction, attempt)
            except NotDelivered as failure:
                interaction.fail(str(failure))
                self.state.changed.set()
            else:
                self.take(interaction, answer)
                self.state.changed.set()
                return

    async def _send(self, interaction: Interaction, attempt: int) -> JSON:
        payload = addressed(interaction, self.state.world.base_url)
        if self.state.request_url is None:
            deadline = self.state.ack_deadline_s
            return await self.sockets.deliver(interaction.kind, payload, attempt, deadline)
        return await self._post(interaction.kind, payload, attempt)

    async def _post(self, kind: str, payload: JSON, attempt: int) -> JSON:
        again = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_timeout"}
        headers = again if attempt else {}
        try:
            status, text = await self.post(kind, payload, headers=headers)
        except (TimeoutError, aiohttp.ClientError) as error:
            is_late = isinstance(error, TimeoutError)
            raise NotDelivered("operation_timeout" if is_late else "dispatch_failed") from None
        if status != HTTPStatus.OK:
            raise NotDelivered("dispatch_failed")
        return self._read(text)

    def _read(self, text: str) -> JSON:
        if not text.strip():
            return {}
        try:
            found: Any = json.loads(text)
        except ValueError:
            return {"text": text}
        return found if isinstance(found, dict) else {"text": text}

    async def post(
        self,
        kind: str,
        payload: JSON,
        *,
        headers: dict[str, str] | None = None,
        secret: str | None = None,
        age_s: float = 0.0,
    ) -> tuple[int, str]:
        """POST to the app's address, signed `age_s` ago with a secret, and return the answer."""
        assert self.state.request_url is not None, "this app is in Socket Mode"
        body, content_type = encoded(kind, payload)
        timestamp = str(int(self.state.world.time_of_day() - age_s))
        key = self.state.signing_secret if secret is None else secret
        signed = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(key, timestamp, body),
        }
        if self._session is None:
            self._session = aiohttp.ClientSession()
        timeout = aiohttp.ClientTimeout(total=self.state.ack_deadline_s)
        async with self._session.post(
            self.state.request_url, data=body, headers=signed | (headers or {}), timeout=timeout
        ) as answer:
            return answer.status, await answer.text()

    # What an acknowledgement does.

    def take(self, interaction: Interaction, answer: JSON) -> None:
        """Let the first acknowledgement of an interaction have its effect."""
        is_first = interaction.acked_at is None
        if not is_first:
            return  # the person's client has long gone on
        try:
            self._apply(interaction, answer)
        except SlackError as error:
            self.state.breach("acknowledgement", error.breach or error.error)
            interaction.refusals.append(error.error)
        interaction.acknowledge(answer, self.state.world.now())

    def _apply(self, interaction: Interaction, answer: JSON) -> None:
        kind = interaction.payload.get("type", COMMANDS)
        if kind == "view_submission":
            self._submitted(interaction, answer)
        elif kind == COMMANDS and answer:
            self.responses.respond(interaction, answer, method="acknowledgement")
        elif kind == "block_suggestion":
            if not answer.keys() & {"options", "option_groups"}:
                raise SlackError("invalid_arguments", breach="an answer without options")
        elif answer and kind != COMMANDS:
            what = f"{kind} is acknowledged with an empty body, not {sorted(answer)}"
            self.state.breach("acknowledgement", what)

    def _submitted(self, interaction: Interaction, answer: JSON) -> None:
        view, action = interaction.view, answer.get("response_action")
        assert view is not None
        view.errors = {}
        if action == "errors":
            self._show_errors(interaction, answer.get("errors"))
        elif action == "update":
            self.views.replace(view, self.views.checked(answer.get("view"), "modal", known=view))
        elif action == "push":
            content = self.views.checked(answer.get("view"), "modal")
            self.views.show(interaction, content, above=view)
        elif action in {None, "clear"}:
            self._close(view.root_id if action else view.id)
            if answer and action is None:
                self.state.breach("acknowledgement", f"no response_action in {sorted(answer)}")
        else:
            self.state.breach("acknowledgement", f"no such response_action: {action}")

    def _show_errors(self, interaction: Interaction, errors: Any) -> None:
        view = interaction.view
        assert view is not None
        inputs = {b["block_id"] for b in view.blocks if b["type"] == "input"}
        if not isinstance(errors, dict) or not errors or errors.keys() - inputs:
            raise SlackError("invalid_arguments", breach="errors are named by ids of input blocks")
        view.errors = errors

    def _close(self, id_: str) -> None:
        for view in self.state.views.values():
            if id_ in {view.id, view.root_id}:
                view.is_closed = True
