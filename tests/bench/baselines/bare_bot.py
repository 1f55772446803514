"""A bare discord.py bot: it registers `/imagine` and does nothing but answer it."""

import os

import discord
from discord import app_commands, gateway, http
from yarl import URL

http.Route.BASE = os.environ["DISCORD_API_URL"]
gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(os.environ["DISCORD_GATEWAY_URL"])


class BareBot(discord.Client):
    async def setup_hook(self) -> None:
        await tree.sync()


bot = BareBot(intents=discord.Intents(guilds=True))
tree = app_commands.CommandTree(bot)


@tree.command(description="Answer")
async def imagine(interaction: discord.Interaction, prompt: str) -> None:
    await interaction.response.send_message("On it.")


if __name__ == "__main__":
    bot.run(os.environ["DISCORD_TOKEN"])
