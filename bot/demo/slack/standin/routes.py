"""The web application: routes, and what happens to every request around its route."""

import asyncio
import time
from collections.abc import Callable

from aiohttp import web

from bot.demo.chat_faults import Lost, cut, disturb_after, disturb_before
from bot.demo.slack.standin.api import (
    RequestRecord,
    SlackError,
    answer,
    decoded,
    read_request,
    too_many_requests,
)
from bot.demo.slack.standin.chat import ChatMethods, Responses
from bot.demo.slack.standin.faults import Action, Hollow, RateLimited, Refuse
from bot.demo.slack.standin.files import FileMethods
from bot.demo.slack.standin.methods import ConversationMethods, Method, Methods, method
from bot.demo.slack.standin.sockets import Sockets
from bot.demo.slack.standin.state import State
from bot.demo.slack.standin.views import ViewMethods
from bot.demo.slack.standin.vocabulary import JSON, MIB

# bolt adds it to every call of a listener's client; Slack ignores it.
IGNORED = frozenset({"team_id"})
LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Sign in to Slack</title></head></html>"

Effect = Callable[[RequestRecord], web.Response]


class Pipeline:
    """Record, delay, disturb, answer."""

    def __init__(self, state: State) -> None:
        self.state = state

    async def run(
        self, request: web.Request, record: RequestRecord, effect: Effect
    ) -> web.StreamResponse:
        """Answer a request whose effect is `effect`, unless a fault strikes it."""
        self.state.requests.append(record)
        action = self.state.faults.take(record.method, record.args)
        record.fault = action
        try:
            await asyncio.sleep(self.state.latency)
            response = await self._disturbed(request, record, action, effect)
        except Lost:
            cut(request)
            return web.Response()
        finally:
            self.state.changed.set()
        record.status = response.status
        return response

    async def _disturbed(
        self,
        request: web.Request,
        record: RequestRecord,
        action: Action | None,
        effect: Effect,
    ) -> web.StreamResponse:
        instead = _refusal(action) or await disturb_before(action, request, self.state.hang)
        if instead is not None:
            return instead
        response = self._limited(record, effect)
        self.state.changed.set()
        if isinstance(action, Refuse):
            return SlackError(action.error, status=action.status).answer()
        if isinstance(action, Hollow):
            return web.json_response({"ok": True})
        return await disturb_after(action, response, self.state.hang)

    def _limited(self, record: RequestRecord, effect: Effect) -> web.Response:
        limit = self.state.rate_limits.get(record.method)
        if limit is not None:
            is_post = record.method == "chat.postMessage"
            channel = str(record.args.get("channel")) if is_post else ""
            wait = limit.take(channel, time.monotonic())
            if wait:
                record.error = "ratelimited"
                return too_many_requests(wait)
        try:
            return effect(record)
        except SlackError as error:
            record.error = error.error
            if error.breach is not None:
                self.state.breach(record.method, error.breach)
            return error.answer()
        except Exception as error:  # noqa: BLE001 - a payload of a shape nobody foresaw
            what = f"the stand-in could not make sense of this: {error!r}"
            self.state.breach(record.method, what)
            record.error = "invalid_arguments"
            return SlackError("invalid_arguments").answer()


def _refusal(action: Action | None) -> web.Response | None:
    match action:
        case RateLimited():
            return too_many_requests(action.retry_after)
        case Refuse(after_effect=False):
            return SlackError(action.error, status=action.status).answer()
    return None


class Routes:
    """The Web API, uploads and downloads, and the addresses of answers."""

    def __init__(self, state: State, sockets: Sockets, views: ViewMethods) -> None:
        self.state = state
        self.sockets = sockets
        self.pipeline = Pipeline(state)
        self.files = FileMethods(state)
        self.responses = Responses(state)
        self.methods: Methods = {
            "apps.connections.open": method(self.open_connection, token="xapp-"),  # noqa: S106 - how it begins
            **ConversationMethods(state).methods(),
            **ChatMethods(state).methods(),
            **self.files.methods(),
            **views.methods(),
        }

    def app(self) -> web.Application:
        """Return the application that serves everything but what people do."""
        app = web.Application(client_max_size=64 * MIB)
        app.router.add_route("*", "/api/{method}", self.call)
        app.router.add_post("/upload/{file}", self.upload)
        app.router.add_get("/files-pri/{file}/{name}", self.download)
        app.router.add_post("/response/{secret}", self.respond)
        app.router.add_get("/link/", self.sockets.handle)
        return app

    def open_connection(self, _args: JSON) -> JSON:
        """`apps.connections.open`."""
        return {"url": self.sockets.issue()}

    # The Web API.

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Answer a call of the Web API."""
        name = request.match_info["method"]
        record = await read_request(request, name, time.monotonic())
        return await self.pipeline.run(request, record, self._call)

    def _call(self, record: RequestRecord) -> web.Response:
        known = self.methods.get(record.method)
        if known is None:
            raise SlackError("unknown_method", breach="no such method")
        self._authorise(known, record)
        record.args = self._arguments(known, record)
        response = answer({"ok": True, **known.handle(record.args)})
        response.headers["x-oauth-scopes"] = ",".join(sorted(self.state.scopes))
        return response

    def _authorise(self, known: Method, record: RequestRecord) -> None:
        if not known.token:
            return
        if not record.token:
            raise SlackError("not_authed")
        if record.token not in {self.state.bot_token, self.state.app_token}:
            raise SlackError("invalid_auth")
        if not record.token.startswith(known.token):
            kind = record.token.partition("-")[0]
            raise SlackError("not_allowed_token_type", breach=f"called with an {kind} token")
        if known.scopes and not known.scopes & self.state.scopes:
            raise SlackError("missing_scope")

    def _arguments(self, known: Method, record: RequestRecord) -> JSON:
        if record.is_json and not known.takes_json and record.args:
            self.state.breach(record.method, "reads no arguments from a JSON body")
            record.args = {}
        args = decoded(record.args)
        for unknown in args.keys() - known.required - known.optional - IGNORED:
            self.state.breach(record.method, f"no such argument: {unknown}")
        missing = sorted(known.required - args.keys())
        if missing:
            lines = [f"missing required field: {name}" for name in missing]
            raise SlackError("invalid_arguments", errors=lines, breach="; ".join(lines))
        return args

    # Files.

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Take the bytes of a file."""
        content = await _uploaded(request)
        record = self._record(request, "upload", {"file": request.match_info["file"]})

        def effect(record: RequestRecord) -> web.Response:
            return web.Response(text=self.files.upload(record.args["file"], content))

        return await self.pipeline.run(request, record, effect)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Answer with the bytes of a file, or the login page."""
        id_ = request.match_info["file"].rpartition("-")[2]
        record = self._record(request, "file", {"file": id_})
        return await self.pipeline.run(request, record, self._download)

    def _download(self, record: RequestRecord) -> web.Response:
        file = self.state.world.files.get(record.args["file"])
        may = record.token == self.state.bot_token and "files:read" in self.state.scopes
        if not may or file is None:
            return web.Response(text=LOGIN_PAGE, content_type="text/html")
        if file.deleted or file.content is None:
            return web.Response(status=404)
        return web.Response(body=file.content, content_type=file.mimetype)

    # Answers.

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """Take a message by a `response_url`."""
        record = await read_request(request, "response_url", time.monotonic())
        secret = request.match_info["secret"]
        if not record.is_json:
            self.state.breach("response_url", f"sent as {request.content_type}")

        def effect(record: RequestRecord) -> web.Response:
            found = [i for i in self.state.interactions if i.secret == secret]
            if not found:
                raise SlackError("expired_url", status=404, breach="no such response_url")
            self.responses.by_url(found[0], decoded(record.args))
            return web.Response(text="ok")

        return await self.pipeline.run(request, record, effect)

    def _record(self, request: web.Request, name: str, args: JSON) -> RequestRecord:
        return RequestRecord(
            method=name,
            path=request.path,
            at=time.monotonic(),
            args=args,
            token=request.headers.get("Authorization", "").removeprefix("Bearer "),
            user_agent=request.headers.get("User-Agent", ""),
        )


async def _uploaded(request: web.Request) -> bytes:
    """Return the bytes of a file, sent raw or as the one part of a form."""
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    form = await request.post()
    found = [part.file.read() for part in form.values() if isinstance(part, web.FileField)]
    return found[0] if found else b""
