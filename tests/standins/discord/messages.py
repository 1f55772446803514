"""Routes of channels and messages, and the making and changing of messages for all routes."""

from collections.abc import Iterable
from datetime import UTC, datetime

from aiohttp import web

from tests.standins.discord.api import BODY, MAX_REQUEST, ApiError, Body, Edit, answer
from tests.standins.discord.content import Message, StoredFile
from tests.standins.discord.message_rules import check_message
from tests.standins.discord.places import Channel
from tests.standins.discord.problems import Problems
from tests.standins.discord.routes import MESSAGES, ONE_MESSAGE
from tests.standins.discord.state import State
from tests.standins.discord.vocabulary import (
    COMPONENTS_V2,
    EPHEMERAL,
    JSON,
    LOADING,
    ChannelKind,
    Permission,
)
from tests.standins.discord.world import pings

# The first kind names the rules of `checks`, the others do too.
_STORED_FLAGS = 1 << 2 | 1 << 12 | COMPONENTS_V2


def write_message(state: State, message: Message, payload: JSON, body: Body, kind: str) -> None:
    """Fill a new message, or change one, from a payload; nothing changes if it is refused.

    Raises:
        ApiError: 50035, 40005 or 50006.
    """
    kept = {file.id: file.filename for file in message.files}
    _check_sizes(message.channel, body)
    problems = check_message(
        payload, kind=kind, uploads=body.names, kept=kept, was_v2=message.is_v2
    )
    flags = message.flags | ((payload.get("flags") or 0) & _STORED_FLAGS)
    content = (payload["content"] or "") if "content" in payload else message.content
    embeds = (payload["embeds"] or []) if "embeds" in payload else message.embeds
    if flags & COMPONENTS_V2 and (content or embeds):
        what = "Content and embeds of the old message must be set to null."
        problems.add(("content",), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", what)
    state.refuse(problems)
    listed = payload.get("attachments")
    total = len(listed) if listed is not None else len(body.uploads) or len(message.files)
    components = (payload["components"] or []) if "components" in payload else message.components
    if not (content or embeds or components or total or payload.get("poll")):
        raise ApiError(50006, breach="an empty message")
    message.files = list(_files_after(state, message, payload, body))
    message.flags = flags & ~LOADING
    message.content, message.embeds, message.components = content, embeds, components


def _check_sizes(channel: Channel, body: Body) -> None:
    limit = channel.guild.upload_limit if channel.guild else 10 * 1024 * 1024
    for upload in body.uploads.values():
        if len(upload.content) > limit:
            size = len(upload.content)
            raise ApiError(40005, breach=f"{upload.filename} has {size} bytes, over {limit}")
    if body.size > MAX_REQUEST:
        raise ApiError(40005, breach=f"a request of {body.size} bytes, over {MAX_REQUEST}")


def _files_after(state: State, message: Message, payload: JSON, body: Body) -> Iterable[StoredFile]:
    """Yield the files the message has afterwards.

    An `attachments` list is complete: what it does not name goes. Without one, new files replace
    the old ones.
    """
    listed = payload.get("attachments")
    if listed is None:
        if not body.uploads:
            yield from message.files
        listed = [{"id": index} for index in body.uploads]
    old = {file.id: file for file in message.files}
    for entry in listed:
        id_ = int(entry["id"])
        if id_ in old:
            file = old[id_]
        else:
            upload = body.uploads[id_]
            name = entry.get("filename") or upload.filename
            file = state.world.store_file(message.channel, name, upload.content)
        file.description = entry.get("description", file.description)
        yield file


def new_message(state: State, channel: Channel) -> Message:
    return Message(id=state.world.snowflakes.next(), channel=channel, author=state.world.bot)


def publish(state: State, message: Message, payload: JSON) -> None:
    """Put a written message into its channel and notify those it mentions."""
    if not message.ephemeral:
        message.pinged, message.pinged_everyone = pings(message, payload.get("allowed_mentions"))
    state.world.post(message)


def edit(state: State, message: Message, payload: JSON, body: Body, *, kind: str, via: str) -> None:
    """Change a message and record the edit."""
    write_message(state, message, payload, body, kind)
    message.edited_at = datetime.now(UTC)
    state.edits.append(Edit(message, via, state.world.now(), payload))
    state.world.tell("MESSAGE_UPDATE", message)


def remove(state: State, message: Message) -> None:
    message.deleted = True
    state.world.tell("MESSAGE_DELETE", message)


def payload_of(body: Body) -> JSON:
    """Return a request's JSON object.

    Raises:
        ApiError: 50109 or 50035.
    """
    if body.breach is not None:
        raise ApiError(50109, breach=body.breach)
    if not isinstance(body.json, dict):
        raise ApiError(50035, errors={}, breach="the body is no JSON object")
    return body.json


class MessageRoutes:
    """`/channels/…`."""

    def __init__(self, state: State) -> None:
        self.state = state

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/channels/{channel_id}", self.get_channel),
            web.post("/channels/{channel_id}/typing", self.type),
            web.get(MESSAGES, self.list),
            web.post(MESSAGES, self.create),
            web.get(ONE_MESSAGE, self.get),
            web.patch(ONE_MESSAGE, self.edit),
            web.delete(ONE_MESSAGE, self.delete),
        ]

    def _channel(self, request: web.Request) -> Channel:
        channel = self.state.world.channels.get(number(request, "channel_id"))
        if channel is None or channel.deleted:
            raise ApiError(10003)
        if not channel.bot_may_see:
            raise ApiError(50001)
        return channel

    def _message(self, request: web.Request) -> Message:
        message = self._channel(request).find(number(request, "message_id"))
        if message is None or message.ephemeral:
            raise ApiError(10008)
        return message

    async def get_channel(self, request: web.Request) -> web.Response:
        return answer(self._channel(request).to_json())

    async def type(self, request: web.Request) -> web.Response:
        self._check_may_send(self._channel(request), has_files=False)
        return web.Response(status=204)

    async def create(self, request: web.Request) -> web.Response:
        state, body = self.state, request[BODY]
        channel = self._channel(request)
        payload = payload_of(body)
        self._check_may_send(channel, has_files=bool(body.uploads))
        message = new_message(state, channel)
        write_message(state, message, payload, body, "create")
        nonce = None if payload.get("nonce") is None else str(payload["nonce"])
        if nonce and payload.get("enforce_nonce"):
            posted = state.message_by_nonce(nonce)
            if posted is not None:
                return answer(posted.to_json())
            state.nonces[nonce] = (message, state.world.now())
        message.nonce = nonce
        publish(state, message, payload)
        return answer(message.to_json())

    def _check_may_send(self, channel: Channel, *, has_files: bool) -> None:
        if channel.recipient is not None and not channel.recipient.accepts_dms:
            raise ApiError(50007)
        if channel.locked:
            raise ApiError(50083)
        if not channel.bot_may_send:
            raise ApiError(50013)
        if has_files and not channel.bot_permissions & Permission.ATTACH_FILES:
            raise ApiError(50013)

    async def list(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        query = request.query
        limit = int(query.get("limit", 50))
        problems = Problems()
        problems.only((), dict(query), {"before", "after", "around", "limit"})
        problems.number(("limit",), limit, 1, 100)
        self.state.refuse(problems)
        if not channel.bot_permissions & Permission.READ_MESSAGE_HISTORY:
            return answer([])
        found = channel.messages
        if "after" in query:
            found = [m for m in found if m.id > int(query["after"])][:limit]
        elif "before" in query:
            found = [m for m in found if m.id < int(query["before"])][-limit:]
        elif "around" in query:
            near = sorted(found, key=lambda m: abs(m.id - int(query["around"])))[:limit]
            found = [m for m in found if m in near]
        else:
            found = found[-limit:]
        return answer([self._as_the_bot_sees(m) for m in reversed(found)])

    async def get(self, request: web.Request) -> web.Response:
        message = self._message(request)
        if not message.channel.bot_permissions & Permission.READ_MESSAGE_HISTORY:
            raise ApiError(50013)
        return answer(self._as_the_bot_sees(message))

    def _as_the_bot_sees(self, message: Message) -> JSON:
        """Return a message without what needs the privileged message content intent."""
        shown = message.to_json()
        bot = self.state.world.bot
        mine = message.author is bot or message.channel.kind is ChannelKind.DM
        if not mine and bot.mention not in message.content:
            shown |= {"content": "", "embeds": [], "components": [], "attachments": []}
        return shown

    async def edit(self, request: web.Request) -> web.Response:
        message = self._message(request)
        if message.author is not self.state.world.bot:
            raise ApiError(50005)
        body = request[BODY]
        edit(self.state, message, payload_of(body), body, kind="edit", via="channel")
        return answer(message.to_json())

    async def delete(self, request: web.Request) -> web.Response:
        message = self._message(request)
        mine = message.author is self.state.world.bot
        if not mine and not message.channel.bot_permissions & Permission.MANAGE_MESSAGES:
            raise ApiError(50013)
        remove(self.state, message)
        return web.Response(status=204)


def number(request: web.Request, name: str) -> int:
    """Return an id of the path.

    Raises:
        ApiError: it is none.
    """
    text = request.match_info[name]
    if not text.isdecimal():
        errors = {name: {"_errors": [{"code": "NUMBER_TYPE_COERCE", "message": text}]}}
        raise ApiError(50035, errors=errors, breach=f"{text!r} is not snowflake")
    return int(text)


def is_ephemeral(payload: JSON) -> bool:
    return bool((payload.get("flags") or 0) & EPHEMERAL)
