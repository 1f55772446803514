"""A bot of a few lines that uses what ours uses of discord.py."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import discord
import pytest
import yarl
from discord import app_commands, ui
from discord.ext import commands

from tests.pictures import PNG
from tests.standins.discord import DiscordStandIn, Message


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
