"""The stand-in for Discord, driven by a real discord.py bot over real sockets."""

import asyncio
import io
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import aiohttp
import discord
import pytest
import yarl
from discord import app_commands, ui
from discord.ext import commands

from tests.pictures import PNG
from tests.standins.discord import DiscordStandIn, Message, faults
from tests.standins.process import BotProcess

MESSAGES = "/channels/{channel_id}/messages"


class PressButton(ui.DynamicItem[ui.Button[Any]], template=r"job:(?P<job>\w+)"):
    def __init__(self, job: str) -> None:
        super().__init__(ui.Button(label="🔁 Again", custom_id=f"job:{job}"))
        self.job = job

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: Any, match: Any) -> Self:
        return cls(match["job"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(f"again {self.job}", ephemeral=True)


class Ask(ui.Modal, title="Change it"):
    prompt: ui.Label[Any] = ui.Label(text="Prompt", component=ui.TextInput(default="old"))

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        box = self.prompt.component
        assert isinstance(box, ui.TextInput)
        await interaction.response.send_message(f"now {box.value}")


class Card(ui.LayoutView):
    def __init__(self, text: str, names: list[str], job: str) -> None:
        super().__init__(timeout=None)
        container: ui.Container[Any] = ui.Container(ui.TextDisplay(text))
        if names:
            items = [discord.MediaGalleryItem(f"attachment://{name}") for name in names]
            container.add_item(ui.MediaGallery(*items))
        self.add_item(container)
        self.add_item(ui.ActionRow(PressButton(job)))


class TinyBot(commands.Bot):
    def __init__(self) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            guild_ready_timeout=0.05,
        )

    async def setup_hook(self) -> None:
        self.add_dynamic_items(PressButton)

        @self.tree.command(description="Draw")
        @app_commands.describe(prompt="What to draw")
        async def imagine(interaction: discord.Interaction[Any], prompt: str) -> None:
            if prompt == "follow":
                await interaction.response.defer(thinking=True, ephemeral=True)
                await interaction.followup.send("first")
                await interaction.followup.send("second")
            elif prompt == "later":
                await interaction.response.defer(thinking=True)
                await interaction.edit_original_response(content="done")
            elif prompt == "hush":
                await interaction.response.send_message("psst", ephemeral=True)
            elif prompt == "slow":
                await asyncio.sleep(0.3)
                await interaction.response.send_message("too late")
            elif prompt == "form":
                await interaction.response.send_modal(Ask())
            else:
                await interaction.response.send_message(f"{prompt} in {interaction.locale}")

        @imagine.autocomplete("prompt")
        async def suggest(_: Any, current: str) -> list[app_commands.Choice[str]]:
            return [app_commands.Choice(name=current + "!", value=current)]

        await self.tree.sync()

    def at(self, channel_id: int) -> discord.PartialMessageable:
        return self.get_partial_messageable(channel_id)


@asynccontextmanager
async def logged_in(d: DiscordStandIn, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TinyBot]:
    monkeypatch.setattr(discord.http.Route, "BASE", d.api_url)
    url = yarl.URL(d.gateway_url)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", url)
    bot = TinyBot()
    async with bot:
        await bot.login(d.token)
        connection = asyncio.create_task(bot.connect())
        await d.wait_until_connected()
        try:
            yield bot
        finally:
            await bot.close()
            await asyncio.wait([connection])
            connection.exception()


@pytest.fixture
async def d() -> AsyncIterator[DiscordStandIn]:
    async with DiscordStandIn() as standin:
        yield standin


@pytest.fixture
async def bot(d: DiscordStandIn, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TinyBot]:
    async with logged_in(d, monkeypatch) as running:
        yield running
    assert not list(map(str, d.violations))


async def send_card(bot: TinyBot, d: DiscordStandIn, *, nonce: str = "j.0") -> Message:
    names = ["a.png", "b.png"]
    text = f"{d.ann.mention} and {d.ben.mention}: a cat"
    sent = await bot.at(d.channel.id).send(
        view=Card(text, names, "abc"),
        files=[discord.File(io.BytesIO(PNG + name.encode()), name) for name in names],
        nonce=nonce,
        allowed_mentions=discord.AllowedMentions(users=[discord.Object(d.ann.id)]),
    )
    found = d.channel.find(sent.id)
    assert found is not None
    return found


# Gateway.


async def test_a_wrong_token_is_refused_at_login(
    d: DiscordStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", d.api_url)
    async with TinyBot() as bot:
        with pytest.raises(discord.LoginFailure):
            await bot.login("wrong")


async def test_login_registers_commands_and_announces_the_guild(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    assert d.command("imagine")["options"][0]["autocomplete"] is True
    await d.wait_for(lambda: bot.get_guild(d.guild.id))
    known = bot.get_channel(d.channel.id)
    assert isinstance(known, discord.TextChannel)
    assert known.permissions_for(known.guild.me).attach_files


async def test_a_command_synced_again_keeps_its_id(d: DiscordStandIn, bot: TinyBot) -> None:
    before = d.command("imagine")["id"]
    await bot.tree.sync()
    assert d.command("imagine")["id"] == before


async def test_a_cut_connection_is_resumed_and_the_missed_interaction_comes(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    d.drop_gateway()
    missed = await d.slash(d.ann, d.channel, "imagine", prompt="cat")
    assert missed.response is not None
    assert (d.gateway.identifies, d.gateway.resumes) == (1, 1)


async def test_an_asked_for_reconnect_is_resumed(d: DiscordStandIn, bot: TinyBot) -> None:
    d.gateway.ask_to_reconnect()
    await d.wait_for(lambda: d.gateway.resumes)
    await d.wait_until_connected()
    assert (await d.slash(d.ann, d.channel, "imagine", prompt="cat")).response


async def test_a_resumable_invalid_session_is_resumed(d: DiscordStandIn, bot: TinyBot) -> None:
    d.gateway.invalidate(resumable=True)
    await d.wait_for(lambda: d.gateway.resumes)
    await d.wait_until_connected()
    assert d.gateway.identifies == 1


async def test_a_close_code_that_ends_the_session_reaches_the_bot(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    d.drop_gateway(4004)
    await d.wait_for(bot.is_closed)


async def test_two_sessions_get_every_interaction_and_one_acknowledges(
    d: DiscordStandIn, bot: TinyBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with logged_in(d, monkeypatch):
        await d.wait_until_connected(sessions=2)
        asked = await d.slash(d.ann, d.channel, "imagine", prompt="cat")
        await d.wait_for(lambda: asked.refusals)
    assert asked.refusals == [40060]
    assert len(d.channel.messages) == 1


async def test_a_refused_handshake_leaves_no_session(d: DiscordStandIn) -> None:
    d.refuse_new_connections = True
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(d.gateway_url)


async def test_an_uncompressed_client_is_served_and_a_wrong_identify_closed_with_4004(
    d: DiscordStandIn,
) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(d.gateway_url + "?v=10&encoding=json") as socket,
    ):
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json({"op": 1, "d": None})
        assert (await socket.receive_json())["op"] == 11
        await socket.send_json({"op": 2, "d": {"token": "wrong", "intents": 1}})
        await socket.receive()
        assert socket.close_code == 4004


# Interactions.


async def test_a_slash_command_is_answered_in_the_persons_language(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    asked = await d.slash(d.ann, d.channel, "imagine", prompt="cat", locale="de")
    assert asked.response is not None
    assert asked.response.text == "cat in de"
    assert asked.answered_after is not None
    assert asked.answered_after < 1
    assert d.channel.messages == [asked.response]


async def test_a_deferred_answer_is_filled_by_an_edit(d: DiscordStandIn, bot: TinyBot) -> None:
    asked = await d.slash(d.ann, d.channel, "imagine", prompt="later")
    await d.wait_for(lambda: d.edits)
    assert asked.deferred
    assert asked.response is not None
    assert (asked.response.text, asked.response.loading) == ("done", False)


async def test_the_first_followup_fills_a_deferred_answer(d: DiscordStandIn, bot: TinyBot) -> None:
    asked = await d.slash(d.ann, d.channel, "imagine", prompt="follow")
    await d.wait_for(lambda: asked.followups)
    assert asked.response is not None
    assert (asked.response.text, asked.response.ephemeral) == ("first", True)
    assert [message.text for message in asked.followups] == ["second"]


async def test_where_the_bot_is_no_member_only_the_token_works(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    elsewhere = d.add_guild("Elsewhere", bot_is_member=False)
    channel = d.add_channel("main", guild=elsewhere)
    asked = await d.slash(d.ann, channel, "imagine", prompt="cat")
    assert asked.response is not None
    with pytest.raises(discord.Forbidden) as refused:
        await bot.at(channel.id).send("hello")
    assert refused.value.code == 50001


async def test_an_ephemeral_answer_is_seen_by_one_person(d: DiscordStandIn, bot: TinyBot) -> None:
    asked = await d.slash(d.ann, d.channel, "imagine", prompt="hush")
    assert asked.ephemeral
    assert d.channel.messages == []
    assert len(d.channel.seen_by(d.ann)) == 1
    assert d.channel.seen_by(d.ben) == []


async def test_an_answer_after_the_deadline_is_unknown(d: DiscordStandIn, bot: TinyBot) -> None:
    d.answer_deadline_s = 0.1
    asked = await d.slash(d.ann, d.channel, "imagine", prompt="slow", wait=0)
    await d.wait_for(lambda: asked.refusals)
    assert asked.refusals == [10062]
    assert asked.response is None


async def test_autocomplete_gives_choices(d: DiscordStandIn, bot: TinyBot) -> None:
    typed = await d.autocomplete(d.ann, d.channel, "imagine", "prompt", "ca")
    assert typed.choices == [{"name": "ca!", "value": "ca"}]


async def test_a_modal_is_opened_and_submitted(d: DiscordStandIn, bot: TinyBot) -> None:
    opened = await d.slash(d.ann, d.channel, "imagine", prompt="form")
    sent = await d.submit_modal(opened, {"Prompt": "new"})
    assert sent.response is not None
    assert sent.response.text == "now new"


async def test_a_command_works_in_threads_and_direct_messages(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    for place in (d.add_thread(d.channel, "cats", private=True), d.dm(d.ann)):
        asked = await d.slash(d.ann, place, "imagine", prompt="cat")
        assert asked.response is not None
        assert place.messages == [asked.response]


async def test_an_expired_token_is_refused_with_50027(d: DiscordStandIn, bot: TinyBot) -> None:
    asked = await d.slash(d.ann, d.channel, "imagine", prompt="cat")
    asked.expire_token()
    webhook = discord.Webhook.partial(d.application_id, asked.token, client=bot)
    with pytest.raises(discord.HTTPException) as refused:
        await webhook.edit_message(asked.response.id, content="x")  # type: ignore[union-attr]
    assert (refused.value.status, refused.value.code) == (401, 50027)


async def test_an_unregistered_command_or_option_cannot_be_sent(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    with pytest.raises(AssertionError, match="not among the registered"):
        await d.slash(d.ann, d.channel, "draw")
    with pytest.raises(AssertionError, match="no option"):
        await d.slash(d.ann, d.channel, "imagine", prompt="a", size="9")


# Messages.


async def test_a_card_shows_its_gallery_and_pings_only_whom_it_may(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    card = await send_card(bot, d)
    assert card.images == [PNG + b"a.png", PNG + b"b.png"]
    assert card.hidden_files == []
    assert card.pinged == {d.ann.id}
    assert card.labels == ["🔁 Again"]


async def test_an_uploaded_file_is_served_until_the_cdn_fails(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    card = await send_card(bot, d)
    fetched = await bot.at(d.channel.id).fetch_message(card.id)
    container = fetched.components[0]
    assert isinstance(container, discord.Container)
    gallery = container.children[1]
    assert isinstance(gallery, discord.MediaGalleryComponent)
    url = gallery.items[0].media.url
    assert await bot.http.get_from_cdn(url) == PNG + b"a.png"
    d.cdn_status = 404
    with pytest.raises(discord.NotFound):
        await bot.http.get_from_cdn(url)


async def test_a_repeated_nonce_gives_the_first_message_until_it_is_deleted(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    first = await send_card(bot, d)
    assert await send_card(bot, d) is first
    assert len(d.channel.messages) == 1
    await bot.at(d.channel.id).get_partial_message(first.id).delete()
    with pytest.raises(discord.NotFound) as gone:
        await send_card(bot, d)
    assert gone.value.code == 10008
    d.forget_nonces()
    assert await send_card(bot, d) is not first


async def test_a_pressed_button_reaches_its_dynamic_item(d: DiscordStandIn, bot: TinyBot) -> None:
    card = await send_card(bot, d)
    pressed = await d.press(d.ben, card, "Again")
    assert pressed.response is not None
    assert pressed.response.text == "again abc"


async def test_an_edit_keeps_the_named_files_and_drops_the_others(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    card = await send_card(bot, d)
    await bot.http.request(
        discord.http.Route("PATCH", MESSAGES + "/{m}", channel_id=d.channel.id, m=card.id),
        json={
            "components": Card("less", ["b.png"], "abc").to_components(),  # type: ignore[no-untyped-call]
            "attachments": [{"id": str(card.files[1].id)}],
        },
    )
    assert card.images == [PNG + b"b.png"]
    assert card.text == "less"


async def test_a_text_message_becomes_v2_only_if_its_text_goes(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    sent = await bot.at(d.channel.id).send("old")
    card = Card("new", [], "abc")
    with pytest.raises(discord.HTTPException) as refused:
        await sent.edit(view=card)
    assert refused.value.code == 50035
    d.violations.clear()
    await sent.edit(content=None, view=card)
    assert d.channel.messages[0].text == "new"


async def test_history_is_read_after_a_message(d: DiscordStandIn, bot: TinyBot) -> None:
    sent = [await bot.at(d.channel.id).send(str(n), nonce=f"n{n}") for n in range(3)]
    d.say(d.ann, d.channel, "secret")
    after = discord.Object(sent[0].id)
    found = [m.content async for m in bot.at(d.channel.id).history(after=after)]
    assert found == ["1", "2", ""]


@pytest.mark.parametrize(
    ("denied", "code"), [("send_messages", 50013), ("attach_files", 50013), ("view_channel", 50001)]
)
async def test_a_missing_permission_refuses_a_post(
    d: DiscordStandIn, bot: TinyBot, denied: str, code: int
) -> None:
    d.channel.deny(denied)
    with pytest.raises(discord.Forbidden) as refused:
        await send_card(bot, d)
    assert refused.value.code == code
    asked = await d.slash(d.ann, d.channel, "imagine", prompt="cat")
    assert asked.answered_after is not None


async def test_deleted_channels_and_closed_direct_messages_refuse_a_post(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    d.ann.accepts_dms = False
    private = await bot.http.start_private_message(d.ann.id)
    with pytest.raises(discord.Forbidden) as closed:
        await bot.at(int(private["id"])).send("hello")
    d.channel.delete()
    with pytest.raises(discord.NotFound) as gone:
        await bot.at(d.channel.id).send("hello")
    assert (closed.value.code, gone.value.code) == (50007, 10003)


# Trouble.


async def test_an_answer_lost_after_the_effect_leaves_the_message(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    d.faults.add("POST", MESSAGES, faults.lose_answer_after_effect())
    with pytest.raises((aiohttp.ClientError, OSError)):
        await send_card(bot, d)
    assert len(d.channel.messages) == 1
    assert (await send_card(bot, d)) is d.channel.messages[0]


async def test_a_request_lost_before_the_effect_leaves_nothing(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    d.faults.add("POST", "/channels/{}/messages", faults.lose_before_effect())
    with pytest.raises((aiohttp.ClientError, OSError)):
        await send_card(bot, d)
    assert d.channel.messages == []


async def test_a_429_is_retried_when_its_time_is_over(d: DiscordStandIn, bot: TinyBot) -> None:
    d.faults.add("POST", MESSAGES, faults.status(429, retry_after=0.2))
    started = time.monotonic()
    await send_card(bot, d)
    assert time.monotonic() - started >= 0.2
    assert [call.status for call in d.calls("POST", MESSAGES)] == [429, 200]


async def test_rate_limit_headers_are_obeyed(d: DiscordStandIn, bot: TinyBot) -> None:
    d.limit_rate("POST", MESSAGES, limit=2, per=0.4)
    started = time.monotonic()
    for n in range(3):
        await bot.at(d.channel.id).send(str(n))
    assert time.monotonic() - started >= 0.4
    assert {call.status for call in d.calls("POST", MESSAGES)} == {200}


async def test_an_error_status_has_its_code(d: DiscordStandIn, bot: TinyBot) -> None:
    d.faults.add("POST", MESSAGES, faults.status(413, 40005))
    with pytest.raises(discord.HTTPException) as refused:
        await send_card(bot, d)
    assert (refused.value.status, refused.value.code) == (413, 40005)


async def test_garbage_hanging_and_trickling_answers(d: DiscordStandIn, bot: TinyBot) -> None:
    d.faults.add("GET", "/users/{user_id}", faults.garbage())
    d.faults.add("GET", "/users/{user_id}", faults.hang(0.1))
    d.faults.add("GET", "/users/{user_id}", faults.trickle(0.1))
    assert isinstance(await bot.http.get_user(d.ann.id), str)
    for _ in range(2):
        started = time.monotonic()
        assert (await bot.fetch_user(d.ann.id)).name == "ann"
        assert time.monotonic() - started >= 0.1


# Rules.


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


async def test_a_file_name_that_discord_would_change_is_recorded(d: DiscordStandIn) -> None:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", '{"content": "x"}')
    form.add_field("files[0]", PNG, filename="a b.png")
    headers = {"Authorization": f"Bot {d.token}"}
    url = f"{d.api_url}/channels/{d.channel.id}/messages"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(url, data=form) as answer,
    ):
        assert answer.status == 400
    assert "a b.png" in str(d.violations[0])


async def test_a_file_over_the_limit_is_refused_with_40005(d: DiscordStandIn) -> None:
    d.guild.upload_limit = 10
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", '{"content": "x"}')
    form.add_field("files[0]", PNG, filename="a.png")
    headers = {"Authorization": f"Bot {d.token}"}
    url = f"{d.api_url}/channels/{d.channel.id}/messages"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(url, data=form) as answer,
    ):
        assert (answer.status, (await answer.json())["code"]) == (413, 40005)


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


# The process.

READY_SERVER = """
import http.server, os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        print("served", self.path)
print("secret" in os.environ, os.environ["DISCORD_TOKEN"])
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Answer).serve_forever()
"""


async def test_a_process_is_awaited_frozen_and_terminated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("secret", "1")
    program = BotProcess(
        {"DISCORD_TOKEN": "t"}, log=tmp_path / "bot.log", command=("-c", READY_SERVER)
    )
    async with program:
        program.stop()
        with pytest.raises(AssertionError, match="not ready"):
            await program.ready(0.1)
        program.cont()
        await program.ready()
        assert await program.terminate() == 0
    assert program.log_lines()[0] == "False t"


async def test_a_process_that_ends_early_shows_its_log(tmp_path: Path) -> None:
    program = BotProcess({}, log=tmp_path / "bot.log", command=("-c", "exit('no token')"))
    with pytest.raises(AssertionError, match="ended with 1\nno token"):
        await program.start()


async def test_a_killed_process_can_be_started_again(tmp_path: Path) -> None:
    sleeper = ("-c", "import time; time.sleep(60)")
    program = BotProcess({}, log=tmp_path / "bot.log", command=sleeper)
    await program.start(ready_within=None)
    await program.kill()
    assert program.returncode == -9
    await program.start(ready_within=None)
    assert program.is_running
    await program.kill()
