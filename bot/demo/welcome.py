"""What a newcomer finds in the demo's channel: a finished card, and a message with things to try.

The card is a real one, of a real job; the buttons of the message do what `/imagine` does.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.demo.discord import PEOPLE
from bot.demo.faults import Outcome
from bot.demo.midjourney import MidjourneyStandIn

if TYPE_CHECKING:
    from bot.demo.discord import OfflineDiscord

EXAMPLE = "a fox in the forest at sunset --ar 3:2"
PROMPTS = (  # label, emoji, prompt, whether it is private
    ("A castle by the sea", "🏰", "a castle by the sea at dawn --ar 16:9", False),
    ("Three birds at once", "🐦", "a {red, blue, golden} bird on a spring morning", False),
    ("A rocket, only for me", "🔒", "a rocket in space", True),
)
TEXT = (
    "## Welcome to the demo\n"
    "This is the real bot, and above is what it makes of `/imagine`: its buttons work. "
    "Type `/imagine` below, then what you want to see, or begin with one of these:"
)
NOTE = (
    "-# The pictures are drawings of this demo, made on your machine; Midjourney's look different. "
    "{other} is here too: choose who you are at “Viewing as”."
)
EXAMPLE_S = 1.0  # what the example takes
TIMEOUT_S = 20.0  # then the demo begins without its example

_GALLERY = 12  # Discord's number for a message's pictures


async def show_example(world: "OfflineDiscord", midjourney: MidjourneyStandIn) -> None:
    """Let the first person ask for a picture, and wait for the card."""
    has_card = asyncio.Event()

    def notice(event: str, message: Mapping[str, Any]) -> None:
        if event == "MESSAGE_CREATE" and _has_pictures(message.get("components", ())):
            has_card.set()

    backend: Any = world.env.backend
    backend.subscribers.append(notice)
    midjourney.faults.outcomes.add(Outcome(seconds=EXAMPLE_S))
    with suppress(TimeoutError):
        async with asyncio.timeout(TIMEOUT_S):
            await world.people[0].slash(world.channel, "imagine", prompt=EXAMPLE)
            await has_card.wait()
    backend.subscribers.remove(notice)


def _has_pictures(components: Any) -> bool:
    return any(
        part.get("type") == _GALLERY or _has_pictures(part.get("components", ()))
        for part in components
    )


async def greet(world: "OfflineDiscord") -> None:
    """Say in the channel what to try."""
    channel = world.env.bot.get_partial_messageable(world.channel.id)
    await channel.send(view=Welcome(other=PEOPLE[1]))


class Welcome(ui.LayoutView):
    """The message with things to try."""

    def __init__(self, other: str) -> None:
        """Build it."""
        super().__init__(timeout=None)
        row: ui.ActionRow[Welcome] = ui.ActionRow()
        for number, (label, emoji, prompt, is_private) in enumerate(PROMPTS):
            row.add_item(_Start(number, label, emoji, prompt, is_private=is_private))
        self.add_item(ui.TextDisplay(TEXT))
        self.add_item(row)
        self.add_item(ui.TextDisplay(NOTE.format(other=other)))

    async def on_error(
        self, interaction: discord.Interaction[Any], error: Exception, _item: Any, /
    ) -> None:
        """Answer as the command would."""
        await interaction.client.tree.on_error(interaction, error)


class _Start(ui.Button[Welcome]):
    """Does what `/imagine` with this prompt does."""

    def __init__(
        self, number: int, label: str, emoji: str, prompt: str, *, is_private: bool
    ) -> None:
        super().__init__(label=label, emoji=emoji, custom_id=f"demo:{number}")
        self._prompt, self._is_private = prompt, is_private

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Call the command in the name of whoever pressed."""
        imagine: Any = interaction.client.tree.get_command("imagine")
        await imagine.callback(
            imagine.binding, interaction, prompt=self._prompt, private=self._is_private
        )
