"""A process that can be restarted, and what a person sees of an answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.fixtures import Rig, parts, running
from tests.standins.discord import DiscordStandIn, Interaction, Message

IMAGE_MENU, STYLE_MENU, DETAILS_MENU = "Imagine from this image", "Use as style", "Job details"


def prompt_in(opened: Interaction) -> str:
    """Return what stands in the form that was opened."""
    assert opened.modal is not None, opened
    label, *_ = opened.modal["components"]
    value: str = label["component"].get("value", "")
    return value


def private_answer(asked: Interaction) -> Message:
    """Return the message that only the person who acted sees."""
    private_words = [m for m in (*asked.followups, asked.response) if m and m.ephemeral]
    assert private_words, f"{asked}: {asked.response}"
    return private_words[0]


@asynccontextmanager
async def process(d: DiscordStandIn, folder: Path) -> AsyncIterator[Rig]:
    """Let one process run the bot; the next one finds its database."""
    url = f"sqlite:///{folder / 'jobs.db'}"
    async with parts(d, database_url=url) as rig, running(rig.bot, d.token):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        yield rig
    await d.wait_for(lambda: not d.gateway.live_sessions)
