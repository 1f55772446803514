"""`/jobs`: what a person has asked for, to look at, post again, or cancel."""

from discord import Interaction, app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands

from bot.platforms.discord.bot import ImagineBot
from bot.platforms.discord.panels.job_list import SEARCH_LIMIT, Shown, Wanted
from bot.platforms.discord.panels.job_presses import my_jobs
from bot.platforms.discord.reply.private import answer_privately


class Jobs(commands.Cog):
    """The list of a person's own jobs."""

    @app_commands.command(description="Your jobs: find them, post them again, cancel them")
    @app_commands.describe(
        state="Only jobs in this state", search="Only jobs with these words in the prompt"
    )
    @app_commands.choices(state=[Choice(name=s.name.lower(), value=s.value) for s in Shown])
    async def jobs(
        self,
        interaction: Interaction[ImagineBot],
        state: str | None = None,
        search: Range[str, 1, SEARCH_LIMIT] | None = None,
    ) -> None:
        """Show the first page."""
        await answer_privately(interaction, my_jobs(interaction, Wanted.of(state, search)))


async def setup(bot: ImagineBot) -> None:
    """Add the command; discord.py calls this by name."""
    await bot.add_cog(Jobs())
