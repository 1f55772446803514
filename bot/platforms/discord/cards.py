"""The messages of a job: placeholder, result card, failure card, single image. Pure.

Cards are for everybody in the channel, so they speak the language of the person who asked.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import discord
from discord import ui

from bot.failures import can_try_again, describe
from bot.locales import render
from bot.models import Failure, FailureCode, FetchedImage, Job, Mode, QueuePlace
from bot.platforms.discord.custom_ids import Action, ButtonId, card_mark
from bot.platforms.discord.layouts import (
    ACCENT,
    FAILURE_ACCENT,
    gallery,
    prompt_text,
    sealed,
)
from bot.platforms.discord.markdown import clip, escape, mention, relative
from bot.service import Accepted
from bot.texts import Text, msg

DETAIL_LIMIT = 300  # characters of the provider's own words
LINKS_LIMIT = 1200  # characters of links to images that could not be fetched
BUTTONS_A_ROW = 5  # Discord's limit

_MODES = {Mode.FAST: msg("fast"), Mode.RELAXED: msg("relaxed")}
_UNEXPLAINED = Failure(code=FailureCode.PROVIDER)


def placeholder(accepted: Accepted) -> ui.LayoutView:
    """Build the first answer: what was asked, when it is its turn and when it will be ready."""
    job = accepted.job
    turn = _turn(
        accepted.place, person=mention(job.origin.user_id), when=relative(accepted.expected_at)
    )
    text = render(turn, job.origin.locale)
    return sealed(ui.Container(prompt_text(job.prompt), ui.TextDisplay(text), accent_colour=ACCENT))


def result_card(job: Job, part: int, images: Sequence[FetchedImage]) -> ui.LayoutView:
    """Build the card with these images of the job; `part` counts the job's cards from 0."""
    shown = [image for image in images if image.data is not None]
    container: ui.Container[Any] = ui.Container(prompt_text(job.prompt), accent_colour=ACCENT)
    if shown:
        container.add_item(gallery(job.id, shown, job.origin.locale))
    container.add_item(ui.TextDisplay("\n".join(_result_lines(job, images))))
    for row in _number_rows(job, images):
        container.add_item(row)
    container.add_item(ui.ActionRow(_again(job), _delete(job, part)))
    return sealed(container)


def failure_card(job: Job) -> ui.LayoutView:
    """Build the card of a job that failed: why, and what to do."""
    failure = job.failure or _UNEXPLAINED
    buttons = [_again(job)] if can_try_again(failure) else []
    return sealed(
        ui.Container(
            prompt_text(job.prompt),
            ui.TextDisplay("\n".join(_failure_lines(job, failure))),
            ui.ActionRow(*buttons, _delete(job, 0)),
            accent_colour=FAILURE_ACCENT,
        )
    )


def single_image(job: Job, image: FetchedImage, presser_id: str, locale: str) -> ui.LayoutView:
    """Build the post of one image at full size, for the person who pressed its number."""
    text = msg(
        "Image {number} at full size, for {person}.",
        number=image.index + 1,
        person=mention(presser_id),
    )
    return sealed(
        ui.Container(
            gallery(job.id, [image], locale),
            ui.TextDisplay(render(text, locale)),
            accent_colour=ACCENT,
        )
    )


def _turn(place: QueuePlace, **values: object) -> Text:
    if place.starts_at_once:
        return msg("I'm on it, {person}. It should be ready {when}.", **values)
    if place.ahead == 0:
        return msg("You're next in the queue, {person}. It should be ready {when}.", **values)
    return msg(
        "You're number {position} in the queue, {person}. It should be ready {when}.",
        position=place.ahead + 1,
        **values,
    )


def _result_lines(job: Job, images: Sequence[FetchedImage]) -> Iterator[str]:
    say = partial(render, locale=job.origin.locale)
    yield from map(say, _missing([image for image in images if image.data is None]))
    if len(images) < len(job.image_urls):
        first, last = images[0].index + 1, images[-1].index + 1
        yield say(
            msg(
                "Images {first} to {last} of {all}.",
                first=first,
                last=last,
                all=len(job.image_urls),
            )
        )
    yield " · ".join(map(say, _facts(job))) + f" · {mention(job.origin.user_id)}"


def _facts(job: Job) -> Iterator[Text]:
    yield msg("{mode} mode", mode=render(_MODES[job.mode], job.origin.locale))
    if job.duration is not None:
        yield _took(job.duration)


def _took(duration: timedelta) -> Text:
    minutes, seconds = divmod(round(duration.total_seconds()), 60)
    if minutes:
        return msg("took {minutes} min {seconds} s", minutes=minutes, seconds=seconds)
    return msg("took {seconds} s", seconds=seconds)


def _missing(images: Sequence[FetchedImage]) -> Iterator[Text]:
    """Say which images could not be fetched, with as many links as there is room for."""
    room = LINKS_LIMIT
    for place, image in enumerate(images):
        link = "".join(image.url.split())
        room -= len(link)
        if room < 0:
            yield msg("I couldn't fetch {count} more.", count=len(images) - place)
            return
        yield msg(
            "I couldn't fetch image {number}; here is its link: {link}",
            number=image.index + 1,
            link=link,
        )


def _failure_lines(job: Job, failure: Failure) -> Iterator[str]:
    say = partial(render, locale=job.origin.locale)
    yield say(msg("{person}, this one failed.", person=mention(job.origin.user_id)))
    yield say(describe(failure))
    if failure.detail:
        words = escape(clip(" ".join(failure.detail.split()), DETAIL_LIMIT))
        yield say(msg("Midjourney's words: “{words}”", words=words))


def _number_rows(job: Job, images: Sequence[FetchedImage]) -> Iterator[ui.ActionRow[Any]]:
    buttons = [_number(job, image.index + 1) for image in images]
    for start in range(0, len(buttons), BUTTONS_A_ROW):
        yield ui.ActionRow(*buttons[start : start + BUTTONS_A_ROW])


def _number(job: Job, number: int) -> ui.Button[Any]:
    press = ButtonId(action=Action.SHOW, job_id=job.id, number=number)
    return ui.Button(label=str(number), custom_id=str(press))


def _again(job: Job) -> ui.Button[Any]:
    return ui.Button(
        label=render(msg("Again"), job.origin.locale),
        emoji="🔁",
        style=discord.ButtonStyle.primary,
        custom_id=str(ButtonId(action=Action.AGAIN, job_id=job.id)),
    )


def _delete(job: Job, part: int) -> ui.Button[Any]:
    return ui.Button(
        label=render(msg("Delete"), job.origin.locale),
        emoji="🗑️",
        custom_id=card_mark(job.id, part),
    )
