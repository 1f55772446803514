"""What a person sees while they wait: the placeholder in its states. Pure.

It speaks the language of the person who asked.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

import discord
from discord import ui

from bot.domain.jobs import FailureCode, GroupProgress, Job, JobStatus
from bot.domain.queue import QueuePlace
from bot.domain.texts import Text, msg, msg_n
from bot.platforms.discord.cards.custom_ids import Action, ButtonId
from bot.platforms.discord.cards.facts import shown_prompt, variation_text
from bot.platforms.discord.cards.layouts import ACCENT, prompt_text, sealed
from bot.platforms.discord.cards.remarks import remarks_line
from bot.platforms.discord.rendering.markdown import mention, render, small
from bot.services.imagine import Accepted
from bot.services.requests import prompt_without_varied

REMARKS_LIMIT = 1000  # characters; the prompt beside them needs up to 2000 of Discord's 4000

CANCELLED = msg("Cancelled; nothing was charged.")
SLOW = msg(
    "I'm slow just now. If this doesn't change within two minutes, nothing was charged; please "
    "try again."
)
_SLOW_ID = 4000  # of its text, in any language; Discord's own count from 1


def placeholder(accepted: Accepted) -> ui.LayoutView:
    """Build the first answer: what was asked, when it is its turn and when it will be ready."""
    job, jobs = accepted.job, len(accepted.jobs)
    person, when = mention(job.origin.person.id), accepted.expected_at
    if jobs == 1:
        lines = [_turn(accepted.place, person=person, when=when)]
    else:
        all_wait = GroupProgress(total=jobs, finished=0, in_flight=0, waiting=jobs)
        ready = msg("I'm on it, {person}. Expected {when}.", person=person, when=when)
        lines = [ready, *_counts(all_wait, job)]
    return _card(job, lines, _cancel(job), jobs=jobs)


def slow_card(locale: str) -> ui.LayoutView:
    """Build what stands there while the bot is slow, and there may be no job yet."""
    return sealed(ui.TextDisplay(render(SLOW, locale), id=_SLOW_ID))


def is_unanswered(message: discord.Message) -> bool:
    """Whether a first answer of ours says no more than that the bot is slow, or "thinking…"."""
    return message.flags.loading or any(
        isinstance(each, discord.TextDisplay) and each.id == _SLOW_ID for each in message.components
    )


def progress_card(
    job: Job, progress: GroupProgress, expected_at: datetime | None = None
) -> ui.LayoutView | None:
    """Build the placeholder as it is now; None where there is nothing to say, or no longer.

    Of a group, `job` is the first. `expected_at` is when a job that is drawn should be ready.
    """
    if progress.total > 1:
        return _group_card(job, progress)
    if progress.finished:
        said = _end(job, progress)
        return None if said is None else _card(job, [said])
    person = mention(job.origin.person.id)
    if job.status is JobStatus.RUNNING:
        return _card(job, [_drawing(person, expected_at)], _discard(job))
    if job.status is JobStatus.QUEUED:
        return _card(job, [_waiting(job, person)], _cancel(job))
    if job.status is JobStatus.UNKNOWN:
        return _card(job, [_in_doubt(person, job.deadline_at)], _discard(job))
    return None


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


def _waiting(job: Job, person: str) -> Text:
    if job.attempt:  # the provider sent it back
        return msg(
            "Midjourney has no room yet, {person}. You're first in the queue.", person=person
        )
    return msg("It's waiting its turn, {person}.", person=person)


def _drawing(person: str, expected_at: datetime | None) -> Text:
    if expected_at is None:
        return msg("I'm drawing it now, {person}.", person=person)
    return msg("I'm drawing it now, {person}. Expected {when}.", person=person, when=expected_at)


def _in_doubt(person: str, decided_at: datetime | None) -> Text:
    return msg(
        "Midjourney's answer got lost, {person}, so I can't tell whether it's drawing this; it may "
        "have been charged. If pictures arrive, they'll appear here; if not, I'll say so {when}.",
        person=person,
        when=decided_at,
    )


def _end(job: Job, progress: GroupProgress) -> Text | None:
    """Say how it ended, where no card says so."""
    person = mention(job.origin.person.id)
    if progress.cancelled:
        return CANCELLED
    if progress.discarded and _is_doubtful(job):
        return msg(
            "OK, {person}, it won't be posted here. Midjourney's answer got lost, so it may have "
            "been charged; anything that arrives will be in /jobs.",
            person=person,
        )
    if progress.discarded:
        return msg(
            "OK, {person}, it won't be posted here. Midjourney had already started, so it counts. "
            "You'll find it in /jobs.",
            person=person,
        )
    if progress.undeliverable:
        return msg(
            "I can't post the result here, {person}. You'll find it in /jobs.",
            person=person,
        )
    return None


def _is_doubtful(job: Job) -> bool:
    code = None if job.failure is None else job.failure.code
    return job.status is JobStatus.UNKNOWN or code is FailureCode.UNCERTAIN


# ── The placeholder of a group ──────────────────────────────────────────────────────────────────


def _group_card(job: Job, progress: GroupProgress) -> ui.LayoutView | None:
    if progress.is_complete and progress.posted and not progress.undeliverable:
        return None
    if progress.cancelled == progress.total:
        return _card(job, [CANCELLED], jobs=progress.total)
    button = None
    if progress.waiting:
        button = _cancel(job)
    elif progress.in_flight:
        button = _discard(job)
    return _card(job, [*_counts(progress, job)], button, jobs=progress.total)


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
        yield msg("{count} not posted here: see /jobs.", count=progress.discarded)
    if progress.undeliverable:
        yield msg("{count} couldn't be posted here: see /jobs.", count=progress.undeliverable)
    if job.is_private and not progress.is_complete:
        yield msg("You'll get the pictures as direct messages.")


# ── Building blocks ─────────────────────────────────────────────────────────────────────────────


def _card(
    job: Job, lines: Iterable[Text], button: ui.Button[Any] | None = None, *, jobs: int = 1
) -> ui.LayoutView:
    say = partial(render, locale=job.origin.locale)
    asked = prompt_text(shown_prompt(prompt_without_varied(job)))
    if job.variation is not None:
        asked.content += f"\n{small(variation_text(job.variation, job.origin.locale))}"
    container: ui.Container[Any] = ui.Container(asked, accent_colour=ACCENT)
    if jobs > 1:
        more = msg("… and {count} more.", count=jobs - 1)
        container.add_item(ui.TextDisplay(small(say(more))))
    container.add_item(ui.TextDisplay("\n".join(map(say, lines))))
    remarks = remarks_line(job.remarks, job.origin.locale, limit=REMARKS_LIMIT)
    if remarks is not None:
        container.add_item(ui.TextDisplay(remarks))
    if button is not None:
        container.add_item(ui.ActionRow(button))
    return sealed(container)


def _cancel(job: Job) -> ui.Button[Any]:
    return ui.Button(
        label=render(msg("Cancel"), job.origin.locale),
        custom_id=str(ButtonId(action=Action.CANCEL, job_id=job.id)),
    )


def _discard(job: Job) -> ui.Button[Any]:
    return ui.Button(
        label=render(msg("Don't post"), job.origin.locale),
        custom_id=str(ButtonId(action=Action.DISCARD, job_id=job.id)),
    )
