"""A Slack of a few calls: real sockets, an answer for each method, and faults on request."""

import asyncio
import itertools
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from aiohttp import web

from tests.unit.slack.limits import check_blocks

Call: TypeAlias = tuple[str, dict[str, Any]]
Answer: TypeAlias = dict[str, Any] | web.Response | Callable[[], Any]


class FakeSlack:
    """What stands in the channels, and all that was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[Call] = []
        self.messages: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        self.files: dict[str, bytes] = {}
        self.posted_to_url: list[dict[str, Any]] = []
        self.responded = asyncio.Event()
        self._faults: dict[str, deque[Answer]] = defaultdict(deque)
        self._clock = itertools.count(1000)
        self._file_ids = itertools.count(1)

    def next(self, method: str, *answers: Answer) -> None:
        """Answer the next calls of a method like that, without any effect."""
        self._faults[method].extend(answers)

    def refuse(self, method: str, error: str, **more: Any) -> None:
        self.next(method, {"ok": False, "error": error, **more})

    def lose_after(self, method: str) -> None:
        """Let the next call take effect, and its answer get lost."""
        self.next(method, lambda: None)

    def called(self, method: str) -> list[dict[str, Any]]:
        return [arguments for name, arguments in self.calls if name == method]

    @property
    def methods(self) -> list[str]:
        return [name for name, _ in self.calls]

    # ── Over the wire ──

    async def api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        assert request.headers["Authorization"] == "Bearer xoxb-1"
        arguments = {**request.query, **await _body(request)}
        self.calls.append((method, arguments))
        fault = self._faults[method].popleft() if self._faults[method] else None
        if isinstance(fault, web.Response):
            return fault
        if isinstance(fault, dict):
            return web.json_response(fault)
        answer = getattr(self, method.replace(".", "_"))(arguments)
        if fault is not None:
            fault()
            assert request.transport is not None
            request.transport.close()
            await asyncio.sleep(0)
        return web.json_response({"ok": True, **answer})

    async def upload(self, request: web.Request) -> web.Response:
        self.files[request.match_info["id"]] = await request.read()
        fault = self._faults["upload"].popleft() if self._faults["upload"] else None
        return fault if isinstance(fault, web.Response) else web.Response(text="OK")

    async def respond(self, request: web.Request) -> web.Response:
        self.posted_to_url.append(await request.json())
        self.responded.set()
        fault = self._faults["response_url"].popleft() if self._faults["response_url"] else None
        return fault if isinstance(fault, web.Response) else web.Response(text="ok")

    # ── Methods ──

    def chat_postMessage(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's
        check_blocks(given["blocks"])
        assert given["text"]
        assert (given["unfurl_links"], given["unfurl_media"]) == (False, False)
        ts = f"{next(self._clock)}.000100"
        self.messages[given["channel"]][ts] = {**given, "ts": ts, "bot_id": "B1"}
        return {"ts": ts, "channel": given["channel"]}

    def chat_postEphemeral(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's
        check_blocks(given["blocks"])
        return {"message_ts": "1.2"}

    def chat_update(self, given: dict[str, Any]) -> dict[str, Any]:
        check_blocks(given["blocks"])
        assert len(given["text"]) <= 4000
        self.messages[given["channel"]][given["ts"]].update(given)
        return {"ts": given["ts"]}

    def chat_delete(self, given: dict[str, Any]) -> dict[str, Any]:
        del self.messages[given["channel"]][given["ts"]]
        return {"ts": given["ts"]}

    def conversations_history(self, given: dict[str, Any]) -> dict[str, Any]:
        is_inclusive = given.get("inclusive") in {"1", "true", True}
        after, before = float(given["oldest"]), float(given.get("latest", "inf"))
        found = [
            message
            for ts, message in reversed(self.messages[given["channel"]].items())
            if (after < float(ts) < before) or (is_inclusive and float(ts) in {after, before})
        ]
        start, limit = int(given.get("cursor", 0)), int(given["limit"])
        page, rest = found[start : start + limit], found[start + limit :]
        cursor = str(start + limit) if rest else ""
        more = {"has_more": bool(rest), "response_metadata": {"next_cursor": cursor}}
        return {"messages": page, **more}

    def conversations_replies(self, given: dict[str, Any]) -> dict[str, Any]:
        answer = self.conversations_history(given)
        of_thread = [m for m in answer["messages"] if m.get("thread_ts") == given["ts"]]
        return {**answer, "messages": of_thread}

    def conversations_open(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"channel": {"id": f"D{given['users']}"}}

    def files_getUploadURLExternal(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert int(given["length"]) > 0
        assert len(given["alt_txt"]) <= 1000
        file_id = f"F{next(self._file_ids)}"
        return {"upload_url": f"{self.url}/upload/{file_id}", "file_id": file_id}

    def files_completeUploadExternal(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert "channel_id" not in given
        ids = [each["id"] for each in json.loads(given["files"])]
        assert set(ids) <= set(self.files)
        return {"files": [{"id": each} for each in ids]}

    def files_delete(self, given: dict[str, Any]) -> dict[str, Any]:
        del self.files[given["file"]]
        return {}

    def views_open(self, given: dict[str, Any]) -> dict[str, Any]:
        view = given["view"] if isinstance(given["view"], dict) else json.loads(given["view"])
        check_blocks(view["blocks"], limit=100)
        assert given["trigger_id"]
        return {"view": {"id": "V1"}}

    def views_publish(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"view": {"id": f"H{given['user_id']}"}}

    def views_update(self, given: dict[str, Any]) -> dict[str, Any]:
        view = given["view"] if isinstance(given["view"], dict) else json.loads(given["view"])
        check_blocks(view["blocks"], limit=100)
        return {"view": {"id": given["view_id"]}}


async def _body(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    return {name: str(value) for name, value in (await request.post()).items()}


@asynccontextmanager
async def fake_slack() -> AsyncIterator[FakeSlack]:
    """Serve one on a free port."""
    slack = FakeSlack()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/api/{method}", slack.api)
    app.router.add_post("/upload/{id}", slack.upload)
    app.router.add_post("/respond", slack.respond)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    slack.url = f"http://{host}:{port}"
    try:
        yield slack
    finally:
        await runner.cleanup()
