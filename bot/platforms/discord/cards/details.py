"""All about one job, for one person. Pure."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from discord import ui

from bot.domain.failures import describe
from bot.domain.jobs import Job, JobStatus
from bot.domain.texts import Text, clip, msg
from bot.platforms.discord.cards import controls
from bot.platforms.discord.cards.custom_ids import CardPlace
from bot.platforms.discord.cards.facts import SEPARATOR, cost_line, facts_line, variation_text
from bot.platforms.discord.cards.layouts import ACCENT, FAILURE_ACCENT, sealed
from bot.platforms.discord.rendering.markdown import code_block, full_time, mention, render
from bot.prompts import parse
from bot.services.requests import prompt_without_varied

PROMPT_LIMIT = 3000  # characters; Discord takes 4000 of text in all

_STATES = {
    JobStatus.QUEUED: msg("Waiting its turn"),
    JobStatus.SUBMITTING: msg("On its way to Midjourney"),
    JobStatus.RUNNING: msg("Being drawn"),
    JobStatus.UNKNOWN: msg("Sent, but Midjourney's answer got lost"),
    JobStatus.SUCCEEDED: msg("Done"),
    JobStatus.FAILED: msg("Failed"),
    JobStatus.CANCELLED: msg("Cancelled, free of charge"),
}


def details_view(
    job: Job,
    locale: str,
    *,
    card: CardPlace | None = None,
    copy: CardPlace | None = None,
    more: Sequence[ui.Button[Any]] = (),
) -> ui.LayoutView:
    """Build what a person sees who wants to know all about a job, in that person's language.

    `card` is given when the person may delete it; `copy` is where its owner made the job public;
    `more` are up to two buttons of the caller's.
    """
    buttons = [controls.again(job, locale, copy=copy), controls.edit(job, locale, copy=copy)]
    if card is not None:
        buttons.append(controls.remove(job, card, locale))
    container: ui.Container[Any] = ui.Container(
        ui.TextDisplay("\n".join(_head(job, locale))),
        ui.TextDisplay(code_block(clip(prompt_without_varied(job), PROMPT_LIMIT))),
        ui.TextDisplay("\n".join(_facts(job, locale))),
        ui.ActionRow(*buttons, *more),
        accent_colour=FAILURE_ACCENT if job.status is JobStatus.FAILED else ACCENT,
    )
    return sealed(container)


def state_text(job: Job) -> Text:
    """Say where the job stands."""
    if job.is_discarded and job.status is JobStatus.SUCCEEDED:
        return msg("Done, but not posted: kept in /jobs")
    return _STATES[job.status]


def _head(job: Job, locale: str) -> Iterator[str]:
    yield f"**{render(state_text(job), locale)}**{SEPARATOR}{facts_line(job, locale)}"
    if job.failure is not None:
        yield render(describe(job.failure), locale)


def _facts(job: Job, locale: str) -> Iterator[str]:
    say = partial(render, locale=locale, moment=full_time)
    if job.variation is not None:
        yield variation_text(job.variation, locale)
    if len(prompt_without_varied(job)) > PROMPT_LIMIT:
        yield say(msg("The prompt is longer than fits here; “Edit” shows all of it."))
    yield say(
        msg(
            "Requested by {person}, {when}",
            when=job.created_at,
            person=mention(job.origin.person.id),
        )
    )
    if job.submitted_at is not None:
        yield say(msg("Sent to Midjourney {when}", when=job.submitted_at))
    if job.finished_at is not None:
        yield say(msg("Finished {when}", when=job.finished_at))
    seed = parse(job.prompt).parameters.get("seed")
    if seed:
        yield say(msg("Seed: {seed}", seed=" ".join(seed)))
    cost = cost_line(job, locale)
    if cost is not None:
        yield cost
    yield say(msg("Job id: `{job_id}`", job_id=job.id))
