"""Routes by which a bot answers an interaction: the callback and the token's webhook."""

from collections.abc import Callable

from aiohttp import web

from tests.standins.discord.api import BODY, ApiError, Body, answer
from tests.standins.discord.command_rules import check_choices
from tests.standins.discord.component_rules import check_modal
from tests.standins.discord.content import Message
from tests.standins.discord.interactions import (
    ALLOWED_CALLBACKS,
    CHOICES,
    DEFERRED_REPLY,
    DEFERRED_UPDATE,
    MODAL,
    REPLY,
    UPDATE,
    Interaction,
)
from tests.standins.discord.messages import (
    edit,
    is_ephemeral,
    new_message,
    number,
    payload_of,
    publish,
    remove,
    write_message,
)
from tests.standins.discord.problems import Problems
from tests.standins.discord.routes import BY_TOKEN, CALLBACK, WEBHOOK
from tests.standins.discord.state import State
from tests.standins.discord.vocabulary import EPHEMERAL, JSON, LOADING

# Where only a user-installed app is at work, an interaction may have this many followups.
USER_INSTALL_FOLLOWUPS = 5


class CallbackRoutes:
    """`/interactions/…` and `/webhooks/…`."""

    def __init__(self, state: State) -> None:
        self.state = state

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(CALLBACK, self.callback),
            web.post(WEBHOOK, self.follow_up),
            web.get(BY_TOKEN, self.get),
            web.patch(BY_TOKEN, self.edit),
            web.delete(BY_TOKEN, self.delete),
        ]

    async def callback(self, request: web.Request) -> web.Response:
        state, now = self.state, self.state.world.now()
        interaction = state.interactions.get(number(request, "interaction_id"))
        if interaction is None or interaction.token != request.match_info["token"]:
            raise ApiError(10062)
        try:
            self._check_in_time(interaction, now)
            kind = self._apply(interaction, request[BODY])
        except ApiError as error:
            interaction.refusals.append(error.code)
            raise
        interaction.acknowledge(kind, now)
        if request.query.get("with_response", "").lower() not in {"1", "true"}:
            return web.Response(status=204)
        return answer(self._callback_json(interaction))

    def _check_in_time(self, interaction: Interaction, now: float) -> None:
        if interaction.callback_type is not None:
            raise ApiError(40060)
        if now - interaction.sent_at > self.state.answer_deadline_s:
            raise ApiError(10062)

    def _apply(self, interaction: Interaction, body: Body) -> int:
        payload = payload_of(body)
        kind, data = payload.get("type"), payload.get("data") or {}
        problems = Problems()
        problems.only((), payload, {"type", "data"})
        allowed = ALLOWED_CALLBACKS[interaction.kind]
        if kind not in allowed or (kind in {6, 7} and interaction.message is None):
            problems.add(("type",), "BASE_TYPE_CHOICES", f"Type {kind} may not answer this.")
        self.state.refuse(problems)
        appliers: dict[int, Callable[[Interaction, JSON, Body], None]] = {
            REPLY: self._reply,
            DEFERRED_REPLY: self._defer,
            DEFERRED_UPDATE: self._defer_update,
            UPDATE: self._update,
            CHOICES: self._choose,
            MODAL: self._open_modal,
        }
        assert isinstance(kind, int)
        appliers[kind](interaction, data, body)
        return kind

    def _reply(self, interaction: Interaction, data: JSON, body: Body) -> None:
        interaction.response = self._post(interaction, data, body, kind="callback")

    def _defer(self, interaction: Interaction, data: JSON, _body: Body) -> None:
        problems = Problems()
        problems.only(("data",), data, {"flags", "tts"})
        self.state.refuse(problems)
        message = self._blank(interaction, ephemeral=is_ephemeral(data))
        message.flags |= LOADING
        interaction.response = message
        self.state.world.post(message)

    def _defer_update(self, interaction: Interaction, _data: JSON, _body: Body) -> None:
        interaction.response = interaction.message

    def _update(self, interaction: Interaction, data: JSON, body: Body) -> None:
        assert interaction.message is not None
        edit(self.state, interaction.message, data, body, kind="callback", via="callback")
        interaction.response = interaction.message

    def _choose(self, interaction: Interaction, data: JSON, _body: Body) -> None:
        self.state.refuse(check_choices(data))
        interaction.choices = data["choices"]

    def _open_modal(self, interaction: Interaction, data: JSON, _body: Body) -> None:
        self.state.refuse(check_modal(data))
        interaction.modal = data

    def _blank(self, interaction: Interaction, *, ephemeral: bool) -> Message:
        message = new_message(self.state, interaction.channel)
        message.interaction_metadata = interaction.metadata()
        if ephemeral:
            message.visible_to = interaction.user
            message.flags |= EPHEMERAL
        return message

    def _post(self, interaction: Interaction, payload: JSON, body: Body, *, kind: str) -> Message:
        message = self._blank(interaction, ephemeral=is_ephemeral(payload))
        write_message(self.state, message, payload, body, kind)
        publish(self.state, message, payload)
        return message

    def _callback_json(self, interaction: Interaction) -> JSON:
        made: JSON = {"id": str(interaction.id), "type": interaction.kind}
        kind, message = interaction.callback_type, interaction.response
        if message is None:
            return {"interaction": made, "resource": {"type": kind}}
        made |= {
            "response_message_id": str(message.id),
            "response_message_loading": message.loading,
            "response_message_ephemeral": message.ephemeral,
        }
        resource: JSON = {"type": kind}
        if kind != DEFERRED_UPDATE:
            resource["message"] = message.to_json()
        return {"interaction": made, "resource": resource}

    # The webhook of the interaction's token.

    def _interaction(self, request: web.Request) -> Interaction:
        if number(request, "application_id") != self.state.application_id:
            raise ApiError(10015)
        return self.state.interaction_of(request.match_info["token"])

    def _message(self, request: web.Request) -> tuple[Interaction, Message]:
        interaction = self._interaction(request)
        name = request.match_info["message_id"]
        mine = [interaction.response, interaction.message, *interaction.followups]
        if name == "@original":
            message = interaction.response
        else:
            wanted = number(request, "message_id")
            message = next((m for m in mine if m is not None and m.id == wanted), None)
        if message is None or message.deleted or message.channel.deleted:
            raise ApiError(10008)
        return interaction, message

    async def follow_up(self, request: web.Request) -> web.Response:
        interaction, body = self._interaction(request), request[BODY]
        payload = payload_of(body)
        guild = interaction.channel.guild
        alone = guild is not None and not guild.bot_is_member
        if alone and len(interaction.followups) >= USER_INSTALL_FOLLOWUPS:
            raise ApiError(40094)
        original = interaction.response
        if original is not None and original.loading and not original.deleted:
            # The first followup of a deferred answer takes its place.
            write_message(self.state, original, payload, body, "followup")
            self.state.world.tell("MESSAGE_UPDATE", original)
            return answer(original.to_json())
        message = self._post(interaction, payload, body, kind="followup")
        interaction.followups.append(message)
        return answer(message.to_json())

    async def get(self, request: web.Request) -> web.Response:
        return answer(self._message(request)[1].to_json())

    async def edit(self, request: web.Request) -> web.Response:
        _, message = self._message(request)
        body = request[BODY]
        edit(self.state, message, payload_of(body), body, kind="webhook_edit", via="token")
        return answer(message.to_json())

    async def delete(self, request: web.Request) -> web.Response:
        remove(self.state, self._message(request)[1])
        return web.Response(status=204)
