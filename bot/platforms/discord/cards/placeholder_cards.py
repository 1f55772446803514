"""What a person sees while they wait: the placeholder in its states, and the question before. Pure.

The placeholder speaks the language of the person who asked; a question is for one person, and
speaks theirs.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import discord
from discord import ui

from bot.models import FailureCode, GroupProgress, Job, JobStatus, Mode, QueuePlace
from bot.platforms.discord.cards.custom_ids import Action, ButtonId
from bot.platforms.discord.cards.facts import shown_prompt, variation_text
from bot.platforms.discord.cards.layouts import ACCENT, prompt_text, sealed
from bot.platforms.discord.cards.markdown import clip, escape, mention, render, small
from bot.service import Accepted, Confirmation
from bot.texts import Text, msg, msg_n
from bot.wishes import prompt_without_varied

REMARK_LIMIT = 300  # characters of one remark; what it quotes is shortened to that
REMARKS_LIMIT = 1000  # characters of all; the prompts beside them need the rest of Discord's 4000
SHOWN_PROMPTS = 5  # of a question
SHOWN_PROMPT_LIMIT = 200  # characters before escaping; five of them stay far below Discord's 4000

CANCELLED = msg("Cancelled; nothing was charged.")


def placeholder(accepted: Accepted) -> ui.LayoutView:
    """Build the first answer: what was asked, when it is its turn and when it will be ready."""
    job, jobs = accepted.job, len(accepted.jobs)
    person, when = mention(job.origin.user_id), accepted.expected_at
    if jobs == 1:
        lines = [_turn(accepted.place, person=person, when=when)]
    else:
        all_wait = GroupProgress(total=jobs, finished=0, in_flight=0, waiting=jobs)
        ready = msg("I'm on it, {person}. Expected {when}.", person=person, when=when)
        lines = [ready, *_counts(all_wait, job)]
    return _card(job, lines, _cancel(job), jobs=jobs)


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
    person = mention(job.origin.user_id)
    if job.status is JobStatus.RUNNING:
        return _card(job, [_drawing(person, expected_at)], _discard(job))
    if job.status is JobStatus.QUEUED:
        return _card(job, [_waiting(job, person)], _cancel(job))
    if job.status is JobStatus.UNKNOWN:
        return _card(job, [_in_doubt(person, job.deadline_at)], _discard(job))
    return None


def question_card(confirmation: Confirmation, locale: str) -> ui.LayoutView:
    """Ask whether the person means all these jobs, and say what they cost."""
    prompts = confirmation.prompts
    container: ui.Container[Any] = ui.Container(
        ui.TextDisplay(render(_price(confirmation), locale)),
        ui.TextDisplay("\n".join(_first(prompts, locale))),
        accent_colour=ACCENT,
    )
    for remark in _remarks(confirmation.remarks, locale):
        container.add_item(remark)
    yes = ButtonId(
        action=Action.START, job_id=confirmation.draft_id, number=int(confirmation.is_private)
    )
    no = ButtonId(action=Action.DECLINE, job_id=confirmation.draft_id)
    container.add_item(
        ui.ActionRow(
            ui.Button(
                label=render(_start(len(prompts)), locale),
                style=discord.ButtonStyle.primary,
                custom_id=str(yes),
            ),
            ui.Button(label=render(msg("No, thanks"), locale), custom_id=str(no)),
        )
    )
    return sealed(container)


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
    if job.fence:  # the provider sent it back
        return msg("Midjourney has no room yet, {person}. You're first in line.", person=person)
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
    person = mention(job.origin.user_id)
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
            "I can't post the outcome here, {person}. You'll find it in /jobs.",
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


# ── The question before several jobs ────────────────────────────────────────────────────────────


def _price(confirmation: Confirmation) -> Text:
    count, cost = len(confirmation.prompts), confirmation.cost
    dollars, _, cents = f"{cost.dollars:.2f}".partition(".")  # languages write "." differently
    values = {"quota": cost.quota, "dollars": dollars, "cents": cents}
    if confirmation.mode is Mode.RELAXED:
        return msg_n(
            "That makes **{count} job** in relaxed mode: {quota} quota, about ${dollars}.{cents}.",
            "That makes **{count} jobs** in relaxed mode: {quota} quota, about ${dollars}.{cents}.",
            count=count,
            **values,
        )
    return msg_n(
        "That makes **{count} job** in fast mode: {quota} quota, about ${dollars}.{cents}.",
        "That makes **{count} jobs** in fast mode: {quota} quota, about ${dollars}.{cents}.",
        count=count,
        **values,
    )


def _start(count: int) -> Text:
    return msg_n("Start {count} job", "Start {count} jobs", count=count)


def _first(prompts: Sequence[str], locale: str) -> Iterator[str]:
    for number, prompt in enumerate(prompts[:SHOWN_PROMPTS], start=1):
        words = escape(clip(" ".join(prompt.split()), SHOWN_PROMPT_LIMIT))
        yield f"{number}. {words}"
    if len(prompts) > SHOWN_PROMPTS:
        yield render(msg("… and {count} more.", count=len(prompts) - SHOWN_PROMPTS), locale)


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
    for remark in _remarks(job.remarks, job.origin.locale):
        container.add_item(remark)
    if button is not None:
        container.add_item(ui.ActionRow(button))
    return sealed(container)


def _remarks(remarks: Sequence[Text], locale: str) -> Iterator[ui.TextDisplay[Any]]:
    """Say in one line of small letters what was put right, as much as there is room for."""
    said: list[str] = []
    for remark in remarks:
        sentence = render(remark, locale, limit=REMARK_LIMIT)
        if sum(map(len, said)) + len(said) + len(sentence) > REMARKS_LIMIT:
            said.append("…")
            break
        said.append(sentence)
    if said:
        yield ui.TextDisplay(small(" ".join(said)))


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
