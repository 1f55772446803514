"""The messages of a finished job: result card, failure card, single image. Pure.

Cards are for everybody in the channel, so they speak the language of the person who asked.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from discord import ui

from bot.domain.failures import Remedy, describe, remedy_of
from bot.domain.jobs import Failure, FailureCode, Job
from bot.domain.pictures import FetchedImage
from bot.domain.texts import Text, clip, msg, msg_n
from bot.platforms.discord.cards import controls
from bot.platforms.discord.cards.facts import SEPARATOR, facts_line, shaping_line, words_of
from bot.platforms.discord.cards.layouts import ACCENT, FAILURE_ACCENT, gallery, prompt_text, sealed
from bot.platforms.discord.cards.remarks import remarks_line
from bot.platforms.discord.rendering.markdown import mention, render, small

DETAIL_LIMIT = 300  # characters of the provider's own words
REMARKS_LIMIT = 400  # characters of what was remarked about the prompt

# Of a job that was told as doubtful before it came to a good end after all.
_DOUBTFUL = Failure(code=FailureCode.UNCERTAIN)


def result_card(job: Job, part: int, images: Sequence[FetchedImage]) -> ui.LayoutView:
    """Build the card with these images of the job; `part` counts the job's cards from 0."""
    locale = job.origin.locale
    shown = [image for image in images if image.data is not None]
    container: ui.Container[Any] = ui.Container(_asked(job, locale), accent_colour=ACCENT)
    if shown:
        container.add_item(gallery(job, shown, locale))
    container.add_item(ui.TextDisplay("\n".join(_result_lines(job, part, images))))
    for row in controls.image_rows(job, images):
        container.add_item(row)
    container.add_item(
        ui.ActionRow(
            controls.again(job, locale, is_main=True),
            controls.edit(job, locale),
            controls.delete(job, part, locale),
            controls.details(job, locale),
        )
    )
    return sealed(container)


def failure_card(job: Job) -> ui.LayoutView:
    """Build the card of a job that failed, or may have: why, and what to do."""
    failure = job.failure or _DOUBTFUL
    locale = job.origin.locale
    return sealed(
        ui.Container(
            _asked(job, locale),
            ui.TextDisplay("\n".join(_failure_lines(job, failure))),
            ui.ActionRow(
                *_ways_out(job, remedy_of(failure)),
                controls.delete(job, 0, locale),
                controls.details(job, locale),
            ),
            accent_colour=FAILURE_ACCENT,
        )
    )


def _ways_out(job: Job, remedy: Remedy) -> list[ui.Button[Any]]:
    locale = job.origin.locale
    match remedy:
        case Remedy.CHANGE:
            return [controls.edit_and_retry(job, locale, is_main=True)]
        case Remedy.REPEAT:
            return [
                controls.again(job, locale, is_main=True),
                controls.edit_and_retry(job, locale),
            ]
        case Remedy.WAIT:  # for later: the operator must act first, as the sentence says
            return [controls.edit_and_retry(job, locale)]


def _asked(job: Job, locale: str) -> ui.TextDisplay[Any]:
    """Show the words that were asked for and, smaller, what else shaped the pictures."""
    asked = prompt_text(words_of(job))
    shaping = shaping_line(job, locale)
    if shaping:
        asked.content += f"\n{small(shaping)}"
    return asked


def single_image(job: Job, image: FetchedImage, presser_id: str, locale: str) -> ui.LayoutView:
    """Build the post of one image at full size, for the person who pressed its number.

    It is no result: nothing on it is `custom_ids.card_mark`.
    """
    number = image.index + 1
    said = " ".join(render(text, locale) for text in _posted(job, number, presser_id))
    return sealed(
        ui.Container(
            _asked(job, locale),
            gallery(job, [image], locale),
            ui.TextDisplay(small(said)),
            ui.ActionRow(
                controls.vary(job, number, locale),
                controls.again(job, locale),
                controls.take_down(job, number, presser_id, locale),
            ),
            accent_colour=ACCENT,
        )
    )


def _posted(job: Job, number: int, presser_id: str) -> Iterator[Text]:
    """Say which picture it is, who posted it, and who asked for it."""
    yield msg(
        "Image {number} at full size, for {person}.", number=number, person=mention(presser_id)
    )
    if presser_id != job.origin.person.id:
        yield msg("Requested by {person}.", person=mention(job.origin.person.id))


def _result_lines(job: Job, part: int, images: Sequence[FetchedImage]) -> Iterator[str]:
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
    facts = facts_line(job, job.origin.locale)
    yield small(f"{mention(job.origin.person.id)}{SEPARATOR}{facts}")
    if part == 0:
        yield from _remarks(job)


def _remarks(job: Job) -> Iterator[str]:
    """Say what the placeholder said about the prompt; that is gone by now."""
    remarks = remarks_line(job.remarks, job.origin.locale, limit=REMARKS_LIMIT)
    if remarks is not None:
        yield remarks


def _missing(images: Sequence[FetchedImage]) -> Iterator[Text]:
    """Say which images could not be fetched, and how to see them all the same."""
    if linked := [image for image in images if controls.opens_link(image)]:
        yield msg_n(
            "I couldn't fetch image {numbers}. Its button opens it in your browser.",
            "I couldn't fetch images {numbers}. Their buttons open them in your browser.",
            count=len(linked),
            numbers=_numbers(linked),
        )
    if others := [image for image in images if not controls.opens_link(image)]:
        yield msg_n(
            "I couldn't fetch image {numbers}.",
            "I couldn't fetch images {numbers}.",
            count=len(others),
            numbers=_numbers(others),
        )


def _numbers(images: Sequence[FetchedImage]) -> str:
    return ", ".join(str(image.index + 1) for image in images)


def _failure_lines(job: Job, failure: Failure) -> Iterator[str]:
    say = partial(render, locale=job.origin.locale)
    yield say(
        msg(
            "{person}, this one didn't work out. It failed: {reason}",
            person=mention(job.origin.person.id),
            reason=describe(failure),
        )
    )
    if failure.detail:
        words = clip(" ".join(failure.detail.split()), DETAIL_LIMIT)
        yield small(say(msg("Midjourney said: “{words}”", words=words)))
    yield from _remarks(job)
