"""`/jobs`: what a person has asked for, to look at, post again, or cancel."""

from functools import partial

from discord import Interaction, app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands

from bot.platforms.discord import ImagineBot
from bot.platforms.discord.commands import answer
from bot.screens.job_list import SEARCH_LIMIT, Shown, Wanted


class Jobs(commands.Cog):
    """The list of a person's own jobs."""

    @app_commands.command(description="Your jobs: find them, post them again, cancel them")
    @app_commands.describe(
        state="Only jobs in this state", search="Only jobs with these words in the prompt"
    )
    @app_commands.choices(state=[Choice(name=s.name.lower(), value=s.value) for s in Shown])
    async def jobs(
        self,
        heard: Interaction[ImagineBot],
        state: str | None = None,
        search: Range[str, 1, SEARCH_LIMIT] | None = None,
    ) -> None:
        """Show the first page."""
        wanted = Wanted.of(state, search)
        await answer(heard, partial(heard.client.screens.jobs.show, wanted=wanted))


async def setup(bot: ImagineBot) -> None:
    """Add the command; discord.py calls this by name."""
    await bot.add_cog(Jobs())
