"""The web application: routes, and what happens to every request around its route."""

import asyncio
import time
from contextlib import suppress

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.demo.chat_faults import Lost, cut, disturb_after, disturb_before
from tests.standins.discord.api import (
    BODY,
    ERRORS,
    ApiError,
    RequestRecord,
    Violation,
    answer,
    read_body,
    too_many_requests,
)
from tests.standins.discord.callbacks import CallbackRoutes
from tests.standins.discord.command_rules import check_command, check_commands
from tests.standins.discord.faults import Empty, Status, Trickle
from tests.standins.discord.messages import MessageRoutes, number, payload_of
from tests.standins.discord.problems import Problems
from tests.standins.discord.routes import COMMANDS
from tests.standins.discord.state import State
from tests.standins.discord.vocabulary import JSON, MEMBER_PERMISSIONS, MIB

BASE = "/api/v10"


def build_app(state: State) -> web.Application:
    """Return the application that serves REST, the CDN and the gateway."""
    app = web.Application(middlewares=[Pipeline(state).handle], client_max_size=64 * MIB)
    routes = [
        *CommandRoutes(state).routes(),
        *ObjectRoutes(state).routes(),
        *MessageRoutes(state).routes(),
        *CallbackRoutes(state).routes(),
    ]
    app.add_routes(
        web.RouteDef(route.method, BASE + route.path, route.handler, route.kwargs)
        for route in routes
    )
    app.router.add_get("/attachments/{channel_id}/{file_id}/{name}", Cdn(state).get)
    app.router.add_get("/gateway", state.gateway.handle)
    app.router.add_get("/gateway/", state.gateway.handle)
    return app


class Pipeline:
    """Record, authorise, delay, disturb, answer."""

    def __init__(self, state: State) -> None:
        self.state = state

    @property
    def handle(self) -> Middleware:
        @web.middleware
        async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path.rstrip("/") == "/gateway":
                return await handler(request)
            return await self._handle(request, handler)

        return middleware

    async def _handle(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        record = await self._record(request)
        try:
            response = await self._answer(request, handler, record)
        except Lost:
            cut(request)
            return web.Response()
        finally:
            self.state.changed.set()
        record.status = response.status
        return response

    async def _record(self, request: web.Request) -> RequestRecord:
        body = request[BODY] = await read_body(request)
        resource = request.match_info.route.resource
        route = request.path if resource is None else resource.canonical
        record = RequestRecord(
            method=request.method,
            route=route.removeprefix(BASE),
            path=request.path.removeprefix(BASE),
            query=dict(request.query),
            at=time.monotonic(),
            json=body.json,
            files={u.filename: len(u.content) for u in body.uploads.values()},
            user_agent=request.headers.get("User-Agent", ""),
        )
        self.state.requests.append(record)
        return record

    async def _answer(
        self, request: web.Request, handler: Handler, record: RequestRecord
    ) -> web.StreamResponse:
        await asyncio.sleep(self.state.latency)
        faults = self.state.faults
        action = faults.take(record.method, record.route, record.path, record.json)
        record.fault = action
        if isinstance(action, Status):
            return _failure(action)
        instead = await disturb_before(action, request, self.state.hang)
        if instead is not None:
            return instead
        response = await self._limited(request, handler, record)
        self.state.changed.set()
        match action:
            case Empty():
                return web.Response(status=204)
            case Trickle():
                return await _trickle(action, request, response)
        return await disturb_after(action, response, self.state.hang)

    async def _limited(
        self, request: web.Request, handler: Handler, record: RequestRecord
    ) -> web.StreamResponse:
        limit = self.state.rate_limits.get((record.method, record.route))
        if limit is None:
            return await self._effect(request, handler, record)
        bucket = "/".join(record.path.split("/")[:4])
        headers, wait = limit.take(bucket, time.monotonic())
        if wait:
            response: web.StreamResponse = too_many_requests(round(wait, 3))
        else:
            response = await self._effect(request, handler, record)
        response.headers.update(headers)
        return response

    async def _effect(
        self, request: web.Request, handler: Handler, record: RequestRecord
    ) -> web.StreamResponse:
        try:
            if _needs_bot(record.route) and not self._is_bot(request):
                return answer({"message": "401: Unauthorized", "code": 0}, status=401)
            return await handler(request)
        except ApiError as error:
            record.code = error.code
            if error.breach is not None:
                self._breach(record, error.breach)
            return error.answer()
        except web.HTTPException as error:
            self._breach(record, f"no such route ({error.status})")
            text = f"{error.status}: {error.reason}"
            return answer({"message": text, "code": 0}, status=error.status)

        except Exception as error:  # noqa: BLE001 - a payload of a shape nobody foresaw
            self._breach(record, f"the stand-in could not make sense of this: {error!r}")
            return ApiError(50035, errors={}).answer()

    def _is_bot(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bot {self.state.token}"

    def _breach(self, record: RequestRecord, what: str) -> None:
        self.state.violations.append(Violation(record.method, record.route, what))


def _needs_bot(route: str) -> bool:
    return not route.startswith(("/interactions/", "/webhooks/", "/attachments/"))


def _failure(action: Status) -> web.Response:
    if action.status == 429:
        return too_many_requests(
            action.retry_after or 0.0,
            is_global=action.is_global,
            from_discord=action.from_discord,
        )
    known = ERRORS.get(action.code, (0, f"{action.status}: error"))[1] if action.code else ""
    text = action.message or known or f"{action.status}: error"
    headers = {} if action.retry_after is None else {"Retry-After": str(action.retry_after)}
    return answer({"message": text, "code": action.code}, status=action.status, headers=headers)


async def _trickle(
    action: Trickle, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    body = response.body if isinstance(response, web.Response) else b""
    whole = body if isinstance(body, bytes) else b""
    slow = web.StreamResponse(status=response.status, headers=response.headers)
    slow.content_length = len(whole)
    await slow.prepare(request)
    steps = 10
    size = max(1, -(-len(whole) // steps))
    with suppress(ConnectionResetError):  # the caller did not wait for the end
        for start in range(0, len(whole), size):
            await asyncio.sleep(action.seconds / steps)
            await slow.write(whole[start : start + size])
        await slow.write_eof()
    return slow


class Cdn:
    """The links of attachments."""

    def __init__(self, state: State) -> None:
        self.state = state

    async def get(self, request: web.Request) -> web.Response:
        file = self.state.world.file_at(str(request.rel_url))
        if self.state.cdn_status is not None:
            return web.Response(status=self.state.cdn_status, text="")
        if file is None or not {"ex", "is", "hm"} <= request.query.keys():
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=file.content, content_type=file.content_type)


class ObjectRoutes:
    """Users, guilds, the application, direct messages, the gateway's address."""

    def __init__(self, state: State) -> None:
        self.state = state

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/users/@me", self.me),
            web.get("/users/@me/guilds", self.my_guilds),
            web.post("/users/@me/channels", self.open_dm),
            web.get("/users/{user_id}", self.user),
            web.get("/oauth2/applications/@me", self.application),
            web.get("/applications/@me", self.application),
            web.get("/gateway", self.gateway),
            web.get("/gateway/bot", self.gateway),
            web.get("/guilds/{guild_id}", self.guild),
            web.get("/guilds/{guild_id}/channels", self.channels),
            web.get("/guilds/{guild_id}/members/{user_id}", self.member),
        ]

    async def me(self, _request: web.Request) -> web.Response:
        me = {"verified": True, "mfa_enabled": True, "flags": 0, "locale": "en-US"}
        return answer(self.state.world.bot.to_json() | me)

    async def my_guilds(self, _request: web.Request) -> web.Response:
        guilds = [guild for guild in self.state.world.guilds.values() if guild.bot_is_member]
        granted = {"owner": False, "permissions": str(int(MEMBER_PERMISSIONS)), "features": []}
        return answer([{"id": str(g.id), "name": g.name, "icon": None} | granted for g in guilds])

    async def user(self, request: web.Request) -> web.Response:
        user = self.state.world.users.get(number(request, "user_id"))
        if user is None:
            raise ApiError(10013)
        return answer(user.to_json())

    async def open_dm(self, request: web.Request) -> web.Response:
        payload = payload_of(request[BODY])
        problems = Problems()
        problems.only((), payload, {"recipient_id"})
        self.state.refuse(problems)
        user = self.state.world.users.get(int(payload["recipient_id"]))
        if user is None or user.bot:
            raise ApiError(10013)
        return answer(self.state.world.dm(user).to_json())

    async def application(self, _request: web.Request) -> web.Response:
        owner = self.state.world.bot.to_json() | {"id": "1", "username": "owner", "bot": False}
        return answer(
            {
                "id": str(self.state.application_id),
                "name": "imagine",
                "description": "",
                "icon": None,
                "bot_public": self.state.is_public,
                "interactions_endpoint_url": self.state.interactions_endpoint_url,
                "bot_require_code_grant": False,
                "owner": owner,
                "team": None,
                "verify_key": "0" * 64,
                "flags": 1 << 23,
                "integration_types_config": {"0": {}},
            }
        )

    async def gateway(self, _request: web.Request) -> web.Response:
        limit = {
            "total": 1000,
            "remaining": self.state.sessions_left,
            "reset_after": 0,
            "max_concurrency": 1,
        }
        found = {"url": self.state.gateway.url, "shards": 1, "session_start_limit": limit}
        return answer(found)

    async def guild(self, request: web.Request) -> web.Response:
        guild = self.state.world.guilds.get(number(request, "guild_id"))
        if guild is None or not guild.bot_is_member:
            raise ApiError(10004)
        return answer(guild.to_json())

    async def channels(self, request: web.Request) -> web.Response:
        guild = self.state.world.guilds.get(number(request, "guild_id"))
        if guild is None or not guild.bot_is_member:
            raise ApiError(10004)
        alive = [each for each in guild.channels if not each.deleted and not each.is_thread]
        return answer([each.to_json() for each in alive])

    async def member(self, request: web.Request) -> web.Response:
        guild = self.state.world.guilds.get(number(request, "guild_id"))
        if guild is None or not guild.bot_is_member:
            raise ApiError(10004)
        user = guild.members.get(number(request, "user_id"))
        if number(request, "user_id") == self.state.world.bot.id:
            user = self.state.world.bot
        if user is None:
            raise ApiError(10007)
        return answer(guild.member_json(user))


class CommandRoutes:
    """Registering application commands, global or of a guild."""

    def __init__(self, state: State) -> None:
        self.state = state

    def routes(self) -> list[web.RouteDef]:
        made = []
        for base in (COMMANDS, "/applications/{application_id}/guilds/{guild_id}/commands"):
            made += [
                web.get(base, self.list),
                web.put(base, self.replace),
                web.post(base, self.create),
                web.patch(base + "/{command_id}", self.edit),
                web.delete(base + "/{command_id}", self.delete),
            ]
        made.append(web.get(base + "/permissions", self.list_permissions))
        return made

    def _scope(self, request: web.Request) -> int | None:
        if number(request, "application_id") != self.state.application_id:
            raise ApiError(50001)
        guild = number(request, "guild_id") if "guild_id" in request.match_info else None
        if guild is not None and guild not in self.state.world.guilds:
            raise ApiError(50001)
        return guild

    async def list(self, request: web.Request) -> web.Response:
        return answer(self.state.commands.get(self._scope(request), []))

    async def list_permissions(self, request: web.Request) -> web.Response:
        return answer(self.state.command_permissions.get(self._scope(request), []))

    async def replace(self, request: web.Request) -> web.Response:
        scope, body = self._scope(request), request[BODY]
        self.state.refuse(check_commands(body.json))
        self.state.commands[scope] = [self._registered(scope, c) for c in body.json]
        return answer(self.state.commands[scope])

    async def create(self, request: web.Request) -> web.Response:
        scope, payload = self._scope(request), payload_of(request[BODY])
        self.state.refuse(check_commands([payload]))
        made = self._registered(scope, payload)
        others = [c for c in self.state.commands.get(scope, []) if c["id"] != made["id"]]
        self.state.commands[scope] = [*others, made]
        return answer(made, status=201)

    async def edit(self, request: web.Request) -> web.Response:
        command, payload = self._command(request), payload_of(request[BODY])
        problems = Problems()
        before = {k: v for k, v in command.items() if k not in {"application_id", "version"}}
        check_command(problems, (), before | payload)
        self.state.refuse(problems)
        command.update(payload)
        return answer(command)

    async def delete(self, request: web.Request) -> web.Response:
        self.state.commands[self._scope(request)].remove(self._command(request))
        return web.Response(status=204)

    def _command(self, request: web.Request) -> JSON:
        for command in self.state.commands.get(self._scope(request), []):
            if command["id"] == request.match_info["command_id"]:
                return command
        raise ApiError(10063)

    def _registered(self, scope: int | None, payload: JSON) -> JSON:
        """Return a command as stored; one of the same name and type keeps its id."""
        key = (payload["name"], payload.get("type", 1))
        old = [c for c in self.state.commands.get(scope, []) if (c["name"], c["type"]) == key]
        made = {
            "id": old[0]["id"] if old else str(self.state.world.snowflakes.next()),
            "application_id": str(self.state.application_id),
            "version": str(self.state.world.snowflakes.next()),
            "type": 1,
            "description": "",
        } | payload
        permissions = payload.get("default_member_permissions")
        if permissions is not None:
            made["default_member_permissions"] = str(permissions)
        return made if scope is None else made | {"guild_id": str(scope)}
