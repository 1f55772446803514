"""`/imagine`: a prompt in, images into this channel."""

from functools import partial

from discord import Attachment, Interaction, app_commands
from discord.app_commands import Range, Transform
from discord.ext import commands

from bot.platforms.discord import ImagineBot
from bot.platforms.discord.commands import answer
from bot.platforms.discord.commands.options import (
    AspectRatio,
    InRange,
    OfModes,
    OfVersions,
    PresetName,
    RecentPrompts,
)
from bot.services.requests import Request


class Imagine(commands.Cog):
    """The command that the bot is named after."""

    @app_commands.command(description="Draw pictures from your words")
    @app_commands.describe(
        prompt="What to draw; Midjourney parameters such as --ar 16:9 work too",
        aspect="The shape: width to height, such as 16:9",
        version="Midjourney model (the newest if left out)",
        stylize="How much of Midjourney's own style to add (default 100)",
        image="A picture to start from",
        style="A picture whose style to use",
        mode="Speed: relaxed is slower, at half the price",
        preset="One of your presets, from /preset save",
        private="Show the result only to you",
        no="What to leave out, such as: text, people",
        chaos="How different the four pictures are from each other",
        weird="How unusual the pictures are",
        raw="Follow your words more closely, with less of Midjourney's own style",
        seed="Reuse a seed with the same prompt for similar pictures",
        tile="A seamless, repeating pattern",
        image2="Another picture to start from",
        image_weight="How strongly your pictures count against the words (default 1)",
    )
    async def imagine(  # noqa: PLR0917 - each is an option of the form
        self,
        heard: Interaction[ImagineBot],
        prompt: Transform[str, RecentPrompts],
        aspect: Transform[str, AspectRatio] | None = None,
        version: Transform[str, OfVersions] | None = None,
        stylize: Transform[int, InRange("stylize")] | None = None,
        image: Attachment | None = None,  # noqa: ARG002 - comes with the interaction
        style: Attachment | None = None,  # noqa: ARG002 - comes with the interaction
        mode: Transform[str, OfModes] | None = None,
        preset: Transform[str, PresetName] | None = None,
        private: bool = False,
        no: Range[str, 1, 500] | None = None,
        chaos: Transform[int, InRange("chaos")] | None = None,
        weird: Transform[int, InRange("weird")] | None = None,
        raw: bool | None = None,
        seed: Transform[int, InRange("seed")] | None = None,
        tile: bool | None = None,
        image2: Attachment | None = None,  # noqa: ARG002 - comes with the interaction
        image_weight: Transform[float, InRange("iw")] | None = None,
    ) -> None:
        """Start jobs and show their placeholder."""
        options = {
            "aspect": aspect, "version": version, "stylize": stylize, "mode": mode, "no": no,
            "chaos": chaos, "weird": weird, "raw": raw, "seed": seed, "tile": tile,
            "image_weight": image_weight,
        }  # fmt: skip
        given = {name: value for name, value in options.items() if value is not None}
        request = Request(prompt=prompt, options=given, preset=preset, is_private=private)
        await answer(heard, partial(heard.client.screens.imagine.imagine, request=request))


async def setup(bot: ImagineBot) -> None:
    """Add the command; discord.py calls this by name."""
    await bot.add_cog(Imagine())
