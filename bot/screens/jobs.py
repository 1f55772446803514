"""The list of a person's jobs, and what its buttons do.

Everything is looked up as the presser's own.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.conversations import Conversation
from bot.domain.texts import Text, msg, msg_n
from bot.domain.views import View
from bot.ports.platform import Platform
from bot.ports.reply import Place
from bot.screens import actions
from bot.screens.details import details_view
from bot.screens.edge import tell
from bot.screens.interaction import Interaction
from bot.screens.job_list import (
    SEARCH_FIELD,
    Press,
    Shown,
    Wanted,
    links_of,
    list_view,
    search_form,
)
from bot.screens.languages import Languages
from bot.screens.links import message_url
from bot.screens.reposting import Reposting
from bot.screens.router import chosen_of, handles, handles_form, typed_into, values_of
from bot.screens.thumbnails import Thumbnails
from bot.screens.visibility import actor_of
from bot.services.jobs import JobService
from bot.services.personal import PersonalService

TOO_LATE = msg("Too late to cancel: this job is no longer waiting.")


@dataclass(kw_only=True, eq=False)
class JobsScreen:
    """Shows a person's jobs, to find them, look at them, post them again, or cancel them."""

    personal: PersonalService
    jobs: JobService
    languages: Languages
    thumbnails: Thumbnails
    reposting: Reposting
    platform_of: Callable[[Conversation], Platform]

    async def show(
        self, interaction: Interaction, wanted: Wanted, place: Place = Place.ALONE
    ) -> None:
        """Answer with the list of whoever acts."""
        await interaction.show(self._list(interaction, wanted), place)

    @handles(actions.JOBS_PAGE, actions.JOBS_REFRESH)
    async def turn(self, interaction: Interaction) -> None:
        """Show another page, or the same anew."""
        await self.show(interaction, Press.of(interaction.action).wanted, Place.SAME)

    @handles(actions.JOBS_FILTER)
    async def filter(self, interaction: Interaction) -> None:
        """Show jobs in other states."""
        wanted = Press.of(interaction.action).wanted
        wanted = replace(wanted, shown=Shown.of(chosen_of(interaction)), page=0)
        await self.show(interaction, wanted, Place.SAME)

    @handles(actions.JOBS_FIND)
    async def ask_for_search(self, interaction: Interaction) -> None:
        """Open the form that asks what to look for."""
        wanted = Press.of(interaction.action).wanted
        locale = await interaction.reply.wait_for_form(self.languages.of(interaction))
        await interaction.reply.open_form(search_form(wanted, locale))

    @handles_form(actions.JOBS_SEARCH)
    async def search(self, interaction: Interaction) -> None:
        """Show the jobs with the words that were typed into the form."""
        (shown,) = values_of(interaction, 1)
        wanted = Wanted.of(shown, typed_into(interaction, SEARCH_FIELD))
        await self.show(interaction, wanted, interaction.own_place)

    @handles(actions.JOBS_FIND_ALL)
    async def clear_search(self, interaction: Interaction) -> None:
        """Show all jobs in these states again."""
        wanted = Press.of(interaction.action).wanted
        await self.show(interaction, replace(wanted, search="", page=0), Place.SAME)

    @handles(actions.JOBS_DETAILS)
    async def details(self, interaction: Interaction) -> None:
        """Show all about one job."""
        job_id = Press.of(interaction.action).job_id
        await interaction.show(self._details(interaction, job_id), Place.ALONE)

    @handles(actions.JOBS_POST)
    async def post(self, interaction: Interaction) -> None:
        """Post a result once more, for everybody."""
        await self.reposting.post(interaction, Press.of(interaction.action).job_id)

    @handles(actions.JOBS_CANCEL)
    async def cancel(self, interaction: Interaction) -> None:
        """Cancel what still waits of the job's command, and show the list as it is then."""
        press = Press.of(interaction.action)
        work = self._cancelled(interaction, press)
        count, view = await interaction.reply.wait(work, Place.SAME)
        await interaction.reply.show(view, Place.SAME)
        if count != 1:  # of one, the list shows it
            text = _cancelled_text(count) if count else TOO_LATE
            await tell(interaction, text, self.languages)

    async def _list(self, interaction: Interaction, wanted: Wanted) -> View:
        page, locale = await asyncio.gather(
            self.personal.page(interaction.person, wanted.filter, wanted.page),
            self.languages.of(interaction),
        )
        thumbnails = await self.thumbnails.of(page) if interaction.reply.attaches_alone else {}
        platform = self.platform_of(interaction.conversation)
        urls = {
            job.id: message_url(job, page.deliveries.get(job.id), platform) for job in page.jobs
        }
        return list_view(page, wanted, locale, urls=urls, thumbnails=thumbnails)

    async def _details(self, interaction: Interaction, job_id: str) -> View:
        job, delivery = await self.personal.job(interaction.person, job_id)
        url = message_url(job, delivery, self.platform_of(interaction.conversation))
        locale = await self.languages.of(interaction)
        return details_view(job, locale, more=links_of(job, url))

    async def _cancelled(self, interaction: Interaction, press: Press) -> tuple[int, View]:
        """Cancel what still waits; count it, and give the list as it is then."""
        job, _ = await self.personal.job(interaction.person, press.job_id)
        cancelled, _ = await self.jobs.cancel(job.id, actor_of(interaction))
        return cancelled, await self._list(interaction, press.wanted)


def _cancelled_text(count: int) -> Text:
    return msg_n(
        "This job is cancelled.",
        "These {count} jobs came from one command; all are cancelled.",
        count=count,
    )
