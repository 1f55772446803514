"""What stands in the conversation while a person waits, and what its buttons do.

It speaks the language of the person who asked.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.command_names import JOBS
from bot.domain.jobs import FailureCode, GroupProgress, Job, JobStatus
from bot.domain.placeholders import PlaceholderState, placeholder_state
from bot.domain.queue import QueuePlace
from bot.domain.texts import Mention, Text, msg, msg_n
from bot.domain.views import (
    Action,
    Button,
    Buttons,
    Element,
    Frame,
    Line,
    Sentences,
    Style,
    View,
    Words,
)
from bot.ports.reply import Place
from bot.screens import actions
from bot.screens.edge import tell
from bot.screens.facts import PROMPT_LIMIT, asked_words, prompt_line, variation_text
from bot.screens.interaction import Interaction
from bot.screens.languages import Languages
from bot.screens.router import handles, values_of
from bot.screens.visibility import actor_of
from bot.services.imagine import Accepted
from bot.services.jobs import JobService

REMARKS_LIMIT = 1000  # characters; the prompt beside them needs up to 2000 of the 4000

CANCELLED = msg("Cancelled; nothing was charged.")
_IS_DRAWN = msg(
    "Midjourney has already started, so it counts. If you don't want it posted here, press "
    "“Don't post”."
)
_MAY_BE_DRAWN = msg(
    "Midjourney may have started already, so it may have been charged. If you don't want it "
    "posted here, press “Don't post”."
)
_TOO_LATE = msg("It's already finished and on its way here.")


@dataclass(kw_only=True, eq=False)
class PlaceholderScreen:
    """What people do while they wait: take a job back, or keep a result to themselves."""

    jobs: JobService
    languages: Languages

    @handles(actions.CANCEL)
    async def cancel(self, interaction: Interaction) -> None:
        """Take back what was not paid for; what is being drawn already can only be discarded."""
        (job_id,) = values_of(interaction, 1)
        work = self.jobs.cancel(job_id, actor_of(interaction))
        cancelled, progress = await interaction.reply.wait(work, Place.SAME)
        await self._refresh(interaction, job_id, progress)
        if cancelled:
            return
        if progress.in_flight:
            await self._tell(interaction, _MAY_BE_DRAWN if progress.in_doubt else _IS_DRAWN)
        elif not progress.finished:
            await self._tell(interaction, _TOO_LATE)

    @handles(actions.DISCARD)
    async def discard(self, interaction: Interaction) -> None:
        """Keep what is being drawn from being posted; what turns out to be free is taken back."""
        (job_id,) = values_of(interaction, 1)
        work = self.jobs.discard(job_id, actor_of(interaction))
        changed, progress = await interaction.reply.wait(work, Place.SAME)
        await self._refresh(interaction, job_id, progress)
        if not changed and not progress.finished:
            await self._tell(interaction, _TOO_LATE)

    async def _refresh(
        self, interaction: Interaction, job_id: str, progress: GroupProgress
    ) -> None:
        """Show the placeholder as it is now; leave it alone where its result is under way.

        What was read before may be stale by then: the outbox shows it once more.
        """
        reply = interaction.reply
        view = await reply.wait(self._current(interaction, job_id, progress), Place.SAME)
        if view is not None:
            await reply.show(view, Place.SAME)
            return
        if await reply.acknowledge(Place.SAME) and progress.total > 1:
            await reply.remove()  # gone with the last of its jobs

    async def _current(
        self, interaction: Interaction, job_id: str, progress: GroupProgress
    ) -> View | None:
        job = await self.jobs.get(job_id, actor_of(interaction))
        return progress_view(job, progress, await self.jobs.expected_at(job))

    async def _tell(self, interaction: Interaction, text: Text) -> None:
        if not interaction.reply.is_given_up:  # else whoever answers tells it
            await tell(interaction, text, self.languages)


# ── Views ───────────────────────────────────────────────────────────────────────────────────────


def placeholder_view(accepted: Accepted) -> View:
    """Build the first answer: what was asked, when it is its turn and when it will be ready."""
    job, jobs = accepted.job, len(accepted.jobs)
    if jobs == 1:
        return waiting_view(job, accepted.place, accepted.expected_at)
    all_wait = GroupProgress(total=jobs, finished=0, in_flight=0, waiting=jobs)
    when = accepted.expected_at
    ready = msg("I'm on it, {person}. Expected {when}.", person=_owner(job), when=when)
    return _view(job, [ready, *_counts(all_wait, job)], _cancel(job), jobs=jobs)


def waiting_view(job: Job, place: QueuePlace, expected_at: datetime) -> View:
    """Build the placeholder of a job that has not started: its place, and its end."""
    return _view(job, [_turn(place, person=_owner(job), when=expected_at)], _cancel(job))


def slow_view(locale: str) -> View:
    """Build what stands there while the bot is slow, and there may be no job yet."""
    slow = msg(
        "I'm slow just now. If you get no answer within two minutes, nothing was charged; please "
        "try again."
    )
    return View(elements=(Words(slow),), locale=locale, frame=Frame.NONE)


def progress_view(
    job: Job, progress: GroupProgress, expected_at: datetime | None = None
) -> View | None:
    """Build the placeholder as it is now; None where there is nothing to say, or no longer.

    Of a group, `job` is the first. `expected_at` is when a job that is drawn should be ready.
    """
    if placeholder_state(job, progress) is not PlaceholderState.SPEAKS:
        return None
    if progress.total > 1:
        return _group_view(job, progress)
    if progress.finished:
        return _view(job, [_end(job, progress)])
    if job.status is JobStatus.QUEUED:
        return _view(job, [_waiting(job, _owner(job))], _cancel(job))
    if job.status is JobStatus.RUNNING:
        return _view(job, [_drawing(_owner(job), expected_at)], _discard(job))
    return _view(job, [_in_doubt(_owner(job), job.deadline_at)], _discard(job))


def undelivered_view(job: Job) -> View:
    """Build what the person is told directly where the placeholder cannot say it any more."""
    told = msg(
        "I couldn't post this where you asked for it, and can no longer say so there. You'll find "
        "it in {jobs}.",
        jobs=JOBS,
    )
    return View(elements=(asked_words(job), Words(told)), locale=job.origin.locale)


# ── The placeholder of one job ──────────────────────────────────────────────────────────────────


def _turn(place: QueuePlace, **values: object) -> Text:
    if place.starts_at_once:
        return msg("I'm on it, {person}. Expected {when}.", **values)
    if place.ahead == 0:
        return msg("You're next in the queue, {person}. Expected {when}.", **values)
    return msg(
        "You're number {position} in the queue, {person}. Expected {when}.",
        position=place.ahead + 1,
        **values,
    )


def _waiting(job: Job, person: Mention) -> Text:
    if job.attempt:  # the provider sent it back
        return msg(
            "Midjourney has no room yet, {person}. You're first in the queue.", person=person
        )
    return msg("It's waiting its turn, {person}.", person=person)


def _drawing(person: Mention, expected_at: datetime | None) -> Text:
    if expected_at is None:
        return msg("I'm drawing it now, {person}.", person=person)
    return msg("I'm drawing it now, {person}. Expected {when}.", person=person, when=expected_at)


def _in_doubt(person: Mention, decided_at: datetime | None) -> Text:
    return msg(
        "Midjourney's answer got lost, {person}, so I can't tell whether it's drawing this; it may "
        "have been charged. If pictures arrive, they'll appear here; if not, I'll say so {when}.",
        person=person,
        when=decided_at,
    )


def _end(job: Job, progress: GroupProgress) -> Text:
    """Say how it ended, where no result says so."""
    person = _owner(job)
    if progress.cancelled:
        return CANCELLED
    if progress.discarded and _is_doubtful(job):
        return msg(
            "OK, {person}, it won't be posted here. Midjourney's answer got lost, so it may have "
            "been charged; anything that arrives will be in {jobs}.",
            person=person,
            jobs=JOBS,
        )
    if progress.discarded:
        return msg(
            "OK, {person}, it won't be posted here. Midjourney had already started, so it counts. "
            "You'll find it in {jobs}.",
            person=person,
            jobs=JOBS,
        )
    return msg(
        "I can't post the result here, {person}. You'll find it in {jobs}.",
        person=person,
        jobs=JOBS,
    )


def _is_doubtful(job: Job) -> bool:
    code = None if job.failure is None else job.failure.code
    return job.status is JobStatus.UNKNOWN or code is FailureCode.UNCERTAIN


# ── The placeholder of a group ──────────────────────────────────────────────────────────────────


def _group_view(job: Job, progress: GroupProgress) -> View:
    if progress.cancelled == progress.total:
        return _view(job, [CANCELLED], jobs=progress.total)
    button = None
    if progress.waiting:
        button = _cancel(job)
    elif progress.in_flight:
        button = _discard(job)
    return _view(job, _counts(progress, job), button, jobs=progress.total)


def _counts(progress: GroupProgress, job: Job) -> Iterator[Text]:
    done = {"done": progress.posted, "total": progress.total}
    drawing = progress.in_flight - progress.in_doubt
    if drawing:
        yield msg("{done} of {total} done, {drawing} drawing.", drawing=drawing, **done)
    else:
        yield msg("{done} of {total} done.", **done)
    if progress.in_doubt:
        yield msg_n(
            "{count} in doubt: Midjourney's answer got lost, and it may have been charged.",
            "{count} in doubt: Midjourney's answers got lost, and they may have been charged.",
            count=progress.in_doubt,
        )
    if progress.cancelled:
        yield msg("{count} cancelled, free of charge.", count=progress.cancelled)
    if progress.discarded:
        yield msg("{count} not posted here: see {jobs}.", count=progress.discarded, jobs=JOBS)
    if progress.undeliverable:
        yield msg(
            "{count} couldn't be posted here: see {jobs}.", count=progress.undeliverable, jobs=JOBS
        )
    if job.is_private and not progress.is_complete:
        yield msg("You'll get the pictures as direct messages.")


# ── Building blocks ─────────────────────────────────────────────────────────────────────────────


def _view(job: Job, lines: Iterable[Text], button: Button | None = None, *, jobs: int = 1) -> View:
    return View(elements=tuple(_elements(job, lines, button, jobs)), locale=job.origin.locale)


def _elements(
    job: Job, lines: Iterable[Text], button: Button | None, jobs: int
) -> Iterator[Element]:
    yield _asked(job)
    if jobs > 1:
        yield Words(Line(msg("… and {count} more.", count=jobs - 1), Style.SMALL))
    yield Words(*lines)
    if job.remarks:
        yield Words(Sentences(job.remarks, REMARKS_LIMIT))
    if button is not None:
        yield Buttons(button)


def _asked(job: Job) -> Words:
    prompt = prompt_line(job, PROMPT_LIMIT)
    if job.variation is None:
        return Words(Line(prompt, Style.QUOTE))
    return Words(Line(prompt, Style.QUOTE), Line(variation_text(job.variation), Style.SMALL))


def _owner(job: Job) -> Mention:
    return Mention(job.origin.person.id)


def _cancel(job: Job) -> Button:
    return Button(label=msg("Cancel"), action=Action(actions.CANCEL, (job.id,)))


def _discard(job: Job) -> Button:
    return Button(label=msg("Don't post"), action=Action(actions.DISCARD, (job.id,)))
