"""A bot of a few lines that uses what ours uses of slack-bolt and slack-sdk."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from tests.standins.slack import Message, SlackStandIn

JSON = dict[str, Any]


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def button(text: str, action: str, value: str = "abc") -> JSON:
    return {"type": "button", "text": plain(text), "action_id": action, "value": value}


def section(text: str) -> JSON:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def form(title: str = "Imagine") -> JSON:
    shapes = [{"text": plain(shape), "value": shape} for shape in ("1:1", "16:9")]
    return {
        "type": "modal",
        "callback_id": "imagine",
        "title": plain(title),
        "submit": plain("Send"),
        "private_metadata": "C1",
        "blocks": [
            {
                "type": "input",
                "block_id": "prompt",
                "label": plain("Prompt"),
                "element": {"type": "plain_text_input", "action_id": "text", "multiline": True},
            },
            {
                "type": "input",
                "block_id": "shape",
                "optional": True,
                "label": plain("Shape"),
                "element": {"type": "static_select", "action_id": "shape", "options": shapes},
            },
            {
                "type": "input",
                "block_id": "pictures",
                "optional": True,
                "label": plain("Pictures"),
                "element": {"type": "file_input", "action_id": "files", "max_files": 2},
            },
            {
                "type": "input",
                "block_id": "preset",
                "optional": True,
                "label": plain("Preset"),
                "element": {"type": "external_select", "action_id": "preset"},
            },
        ],
    }


def authorizer(s: SlackStandIn) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Return what says who the bot is without asking Slack; bolt takes no method of an object."""
    world = s.world

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=world.team_id,
            bot_user_id=world.bot.id,
            bot_id=world.bot_id,
            bot_token=s.bot_token,
        )

    return authorize


class TinyBot:
    """Answers `/imagine <word>` in the way that the word asks for."""

    def __init__(self, s: SlackStandIn) -> None:
        self.s = s
        # No retries: a retried post is a second message.
        self.client = AsyncWebClient(s.bot_token, base_url=s.api_url, retry_handlers=[])
        logger = logging.getLogger("slack_bolt.tiny")
        logger.setLevel(logging.CRITICAL)
        self.app = AsyncApp(
            client=self.client,
            authorize=authorizer(s),
            signing_secret=s.signing_secret,
            logger=logger,
            request_verification_enabled=s.request_url is not None,
        )
        self.sent: list[JSON] = []
        self.commands: list[JSON] = []
        self.app.command("/imagine")(self._imagine)
        self.app.view("imagine")(self._submitted)
        self.app.action("again")(self._again)
        self.app.action("shape_here")(self._again)
        self.app.action("edit")(self._edit)
        self.app.options("preset")(self._presets)
        self.app.shortcut("details")(self._details)
        self.app.event("app_home_opened")(self._home)

    async def _imagine(self, ack: Any, command: JSON, client: AsyncWebClient) -> None:
        self.commands.append(command)
        if command["text"] == "hush":
            await ack("psst")
        elif command["text"] == "never":
            await asyncio.sleep(0.5)
        elif command["text"]:
            await ack()
            await client.chat_postMessage(channel=command["channel_id"], text=command["text"])
        else:
            await ack()
            await client.views_open(trigger_id=command["trigger_id"], view=form())

    async def _submitted(self, ack: Any, view: JSON) -> None:
        values = view["state"]["values"]
        if values["prompt"]["text"]["value"] == "bad":
            await ack(response_action="errors", errors={"prompt": "Not that."})
            return
        await ack()
        self.sent.append(values)

    async def _again(self, ack: Any, body: JSON) -> None:
        await ack()
        self.sent.append(body)

    async def _edit(self, ack: Any, body: JSON, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form("Edit"))

    async def _presets(self, ack: Any, payload: JSON) -> None:
        await ack(options=[{"text": plain(payload["value"] + "!"), "value": payload["value"]}])

    async def _details(self, ack: Any, shortcut: JSON, client: AsyncWebClient) -> None:
        await ack()
        await client.chat_postEphemeral(
            channel=shortcut["channel"]["id"], user=shortcut["user"]["id"], text="details"
        )

    async def _home(self, event: JSON, client: AsyncWebClient) -> None:
        view = {"type": "home", "blocks": [section("Your jobs"), actions(button("Again", "again"))]}
        await client.views_publish(user_id=event["user"], view=view)

    async def upload(self, name: str, content: bytes) -> str:
        """Upload a file that nobody sees yet, and return its id."""
        got = await self.client.files_getUploadURLExternal(filename=name, length=len(content))
        async with (
            aiohttp.ClientSession() as session,
            session.post(str(got["upload_url"]), data=content) as taken,
        ):
            assert await taken.text() == f"OK - {len(content)}"
        await self.client.files_completeUploadExternal(files=[{"id": got["file_id"]}])
        return str(got["file_id"])

    async def respond(self, url: str, answer: JSON) -> tuple[int, str]:
        """POST to a `response_url`."""
        async with aiohttp.ClientSession() as session, session.post(url, json=answer) as taken:
            return taken.status, await taken.text()

    async def fetch(self, url: str, token: str | None) -> tuple[int, str, bytes]:
        """Download a file."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as got:
            return got.status, got.content_type, await got.read()

    async def send_card(self, *contents: bytes, channel: str | None = None) -> Message:
        """Post a picture card as a result is posted."""
        names = [await self.upload(f"{n}.png", content) for n, content in enumerate(contents)]
        return await self.post_card(names, channel=channel)

    async def post_card(self, file_ids: list[str], *, channel: str | None = None) -> Message:
        pictures = [picture(id_) for id_ in file_ids]
        channel = channel or self.s.channel.id
        posted = await self.client.chat_postMessage(
            channel=channel,
            text=f"{self.s.ann.mention}: a fox",
            blocks=[
                section("*a fox*"),
                *pictures,
                actions(button("Again", "again"), button("Edit", "edit")),
            ],
            metadata={"event_type": "result", "event_payload": {"job": "abc", "part": 0}},
            unfurl_links=False,
            unfurl_media=False,
        )
        found = self.s.world.channels[str(posted["channel"])].find(posted["ts"])
        assert found is not None
        return found


def actions(*elements: JSON) -> JSON:
    return {"type": "actions", "elements": list(elements)}


def picture(file_id: str) -> JSON:
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": "a fox"}


@asynccontextmanager
async def in_socket_mode(s: SlackStandIn) -> AsyncIterator[TinyBot]:
    bot = TinyBot(s)
    handler = AsyncSocketModeHandler(bot.app, s.app_token, ping_interval=1)
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]
        await s.wait_until_connected()
        yield bot
    finally:
        with suppress(asyncio.CancelledError):
            await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def over_http(s: SlackStandIn) -> AsyncIterator[TinyBot]:
    app = web.Application()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    s.request_url = "soon"
    bot = TinyBot(s)

    async def take(request: web.Request) -> web.Response:
        bolt_request = await to_bolt_request(request)
        return await to_aiohttp_response(await bot.app.async_dispatch(bolt_request))

    app.router.add_post("/slack/events", take)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    s.use_http(f"http://127.0.0.1:{runner.addresses[0][1]}")
    try:
        yield bot
    finally:
        await runner.cleanup()
