"""How busy the bot is: counts for everybody, and the asker's own jobs by their prompts."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.command_names import JOBS
from bot.domain.jobs import JobFilter, JobPage, JobStatus, Mode
from bot.domain.texts import Text, msg, untranslated
from bot.domain.views import Divider, Element, Line, Style, View, Words
from bot.ports.reply import Place
from bot.screens.facts import prompt_line
from bot.screens.interaction import Interaction
from bot.screens.languages import Languages
from bot.services.jobs import JobService, Outlook
from bot.services.personal import PersonalService

PROMPT_LIMIT = 150  # characters of each prompt before escaping
UNFINISHED = JobFilter(statuses=frozenset(each for each in JobStatus if not each.is_final))


@dataclass(kw_only=True, eq=False)
class QueueScreen:
    """Shows how much there is to do, and how long a picture takes now."""

    jobs: JobService
    personal: PersonalService
    languages: Languages

    async def show(self, interaction: Interaction) -> None:
        """Show it to the person who acts."""
        await interaction.show(self._view(interaction), Place.ALONE)

    async def _view(self, interaction: Interaction) -> View:
        outlook, own, locale = await asyncio.gather(
            self.jobs.outlook(interaction.person),
            self.personal.page(interaction.person, UNFINISHED),
            self.languages.of(interaction),
        )
        return queue_view(outlook, own, locale)


def queue_view(outlook: Outlook, own: JobPage, locale: str) -> View:
    """Build the view; `own` are the asker's unfinished jobs."""
    elements: list[Element] = [Words(*_counts(outlook))]
    if own.jobs:
        elements += [Divider(), Words(*_own(outlook, own))]
    elements += [Divider(), Words(*_prospects(outlook))]
    return View(elements=tuple(elements), locale=locale)


def _counts(outlook: Outlook) -> Iterator[Line]:
    everybody = outlook.everybody
    yield Line(msg("The queue"), Style.TITLE)
    yield Line(
        msg("🎨 Drawing now: {count} of {slots}", count=everybody.in_flight, slots=outlook.slots)
    )
    yield Line(msg("⏳ Waiting: {count}", count=everybody.waiting))


def _own(outlook: Outlook, own: JobPage) -> Iterator[Text]:
    person = outlook.person
    yield msg(
        "**Yours**: {drawing} drawing, {waiting} waiting",
        drawing=person.in_flight,
        waiting=person.waiting,
    )
    for job in own.jobs:
        emoji = "⏳" if job.status is JobStatus.QUEUED else "🎨"
        prompt = prompt_line(job, PROMPT_LIMIT)
        yield untranslated("{emoji} {prompt}", emoji=emoji, prompt=prompt)
    more = own.total - len(own.jobs)
    if more > 0:
        yield msg("… and {count} more; see {jobs}.", count=more, jobs=JOBS)


def _prospects(outlook: Outlook) -> Iterator[Text]:
    if outlook.pause is not None:
        yield msg("I can't take new jobs right now.")
        yield outlook.pause
        return
    yield msg("A new picture would be ready:")
    yield msg("⚡ Fast: {when}", when=outlook.expected_at[Mode.FAST])
    yield msg("🌙 Relaxed: {when}", when=outlook.expected_at[Mode.RELAXED])
