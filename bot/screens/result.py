"""The messages of a finished job: its result, why there is none, and one picture by itself.

They are for everybody in the conversation, so they speak the language of the person who asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.domain.conversations import Person
from bot.domain.errors import ImageError, UserError
from bot.domain.failures import Remedy, describe, remedy_of
from bot.domain.jobs import Failure, FailureCode, Job, JobStatus
from bot.domain.pictures import FetchedImage
from bot.domain.texts import Joined, Link, Mention, Text, msg, msg_n
from bot.domain.views import (
    Button,
    Buttons,
    Element,
    Frame,
    Line,
    Notice,
    Pictures,
    Sentences,
    Style,
    View,
    Words,
)
from bot.ports.reply import Place
from bot.screens import actions, buttons
from bot.screens.facts import asked_words, facts_of, picture_of, provider_words
from bot.screens.interaction import Interaction
from bot.screens.languages import Languages
from bot.screens.links import seen_from
from bot.screens.router import handles, number_in, values_of
from bot.screens.seen_parts import note_seen
from bot.screens.visibility import actor_of
from bot.services.jobs import JobService
from bot.services.posted_pictures import PostedPictures

DETAIL_LIMIT = 300  # characters of the provider's own words
REMARKS_LIMIT = 400  # characters of what was remarked about the prompt

# Of a job that was told as doubtful before it came to a good end after all.
_DOUBTFUL = Failure(code=FailureCode.UNCERTAIN)

log = structlog.get_logger(__name__)


@dataclass(kw_only=True, eq=False)
class ResultScreen:
    """Posts single pictures of a result, and removes what was posted."""

    jobs: JobService
    pictures: PostedPictures
    languages: Languages

    @handles(actions.SHOW)
    async def show(self, interaction: Interaction) -> None:
        """Post one picture at full size, for everybody who sees the message.

        Raises:
            UserError: the job or the picture is gone, or nothing can be posted there.
        """
        job_id, number = values_of(interaction, 2)
        reply, seen = interaction.reply, interaction.seen
        place = Place.ALONE if seen is not None and seen.is_ephemeral else Place.HERE
        job = await reply.wait(self.jobs.get(job_id, actor_of(interaction)), place)
        if not await reply.acknowledge(place):
            return
        if place is Place.HERE:
            here = interaction.conversation
            await self.pictures.platform_of(here).check_may_post(here)
        await self._post(interaction, job, number_in(number), place)

    async def _post(self, interaction: Interaction, job: Job, number: int, place: Place) -> None:
        try:
            async with self.pictures.held(1):
                image = await self._fetch(interaction, job, number)
                locale = await self.languages.of(interaction)
                job = seen_from(job, interaction.conversation)
                view = single_image_view(job, image, interaction.person, locale)
                await interaction.reply.show(view, place)
        except ImageError as error:
            log.warning("image_missing", number=number, reason=str(error))
            raise UserError(
                msg("I can't get image {number} any more, sorry.", number=number)
            ) from error

    async def _fetch(self, interaction: Interaction, job: Job, number: int) -> FetchedImage:
        seen = interaction.seen
        image = await self.pictures.one(
            job,
            number,
            seen_pictures=() if seen is None else seen.pictures,
            conversation=interaction.conversation,
        )
        return await self.pictures.fitted(image, interaction.reply.max_file_bytes)

    @handles(actions.DELETE)
    async def delete(self, interaction: Interaction) -> None:
        """Remove the message, for the person who asked or who keeps order there."""
        job_id, _ = values_of(interaction, 2)
        await self._remove(interaction, job_id)

    @handles(actions.TAKE_DOWN)
    async def take_down(self, interaction: Interaction) -> None:
        """Remove a picture that was posted by itself, also for the person who posted it."""
        job_id, _, poster_id = values_of(interaction, 3)
        await self._remove(interaction, job_id, replace(interaction.person, id=poster_id))

    async def _remove(
        self, interaction: Interaction, job_id: str, poster: Person | None = None
    ) -> None:
        if await interaction.reply.acknowledge(Place.SAME):
            await self.jobs.check_may_remove(job_id, actor_of(interaction), poster=poster)
            await note_seen(self.jobs, job_id, interaction.seen)
            await interaction.reply.remove()


# ── What the messages show ──────────────────────────────────────────────────────────────────────


def result_view(job: Job, part: int, images: Sequence[FetchedImage]) -> View:
    """Return the message with these images of the job; `part` counts its messages from 0."""
    return View(
        elements=tuple(_result_elements(job, part, images)),
        locale=job.origin.locale,
        notifies=None if part == actions.COPY_PART else job.origin.person,
    )


def _result_elements(job: Job, part: int, images: Sequence[FetchedImage]) -> Iterator[Element]:
    yield asked_words(job)
    if shown := tuple(picture_of(job, image) for image in images if image.data is not None):
        yield Pictures(shown)
    yield Words(*_result_lines(job, part, images))
    yield from buttons.image_buttons(job, images)
    yield Buttons(
        buttons.again(job, is_main=True),
        buttons.edit(job),
        buttons.delete(job, part),
        buttons.details(job),
    )


def _result_lines(
    job: Job, part: int, images: Sequence[FetchedImage]
) -> Iterator[Line | Sentences | Text]:
    yield from _missing([image for image in images if image.data is None])
    if len(images) < len(job.image_urls):
        yield _which(images, len(job.image_urls))
    yield Line(Joined((Mention(job.origin.person.id), facts_of(job))), Style.SMALL)
    if part == 0:
        yield _remarks(job)


def _which(images: Sequence[FetchedImage], all_: int) -> Text:
    """Say which of all images these are."""
    first, last = images[0].index + 1, images[-1].index + 1
    if first == last:
        return msg("Image {number} of {all}.", number=first, all=all_)
    return msg("Images {first} to {last} of {all}.", first=first, last=last, all=all_)


def _remarks(job: Job) -> Sentences:
    """Say what the placeholder said about the prompt; that is gone by now."""
    return Sentences(job.remarks, REMARKS_LIMIT)


def _missing(images: Sequence[FetchedImage]) -> Iterator[Text]:
    """Say which images could not be fetched, and how to see them all the same."""
    if linked := [image for image in images if buttons.opens_link(image)]:
        yield msg_n(
            "I couldn't fetch image {numbers}. Its button opens it in your browser.",
            "I couldn't fetch images {numbers}. Their buttons open them in your browser.",
            count=len(linked),
            numbers=_numbers(linked),
        )
    if others := [image for image in images if not buttons.opens_link(image)]:
        yield msg_n(
            "I couldn't fetch image {numbers}.",
            "I couldn't fetch images {numbers}.",
            count=len(others),
            numbers=_numbers(others),
        )


def _numbers(images: Sequence[FetchedImage]) -> str:
    return ", ".join(str(image.index + 1) for image in images)


def failure_view(job: Job) -> View:
    """Return the message of a job that failed, or may have: why, and what to do."""
    failure = job.failure or _DOUBTFUL
    ways_out = _ways_out(job, remedy_of(failure))
    return View(
        elements=(
            asked_words(job),
            Words(*_failure_lines(job, failure)),
            Buttons(*ways_out, buttons.delete(job, 0), buttons.details(job)),
        ),
        locale=job.origin.locale,
        frame=Frame.FAILURE,
        notifies=job.origin.person,
    )


def _ways_out(job: Job, remedy: Remedy) -> list[Button]:
    match remedy:
        case Remedy.CHANGE:
            return [buttons.edit_and_retry(job, is_main=True)]
        case Remedy.REPEAT:
            return [buttons.again(job, is_main=True), buttons.edit_and_retry(job)]
        case Remedy.WAIT:  # for later: the operator must act first, as the sentence says
            return [buttons.edit_and_retry(job)]


def _failure_lines(job: Job, failure: Failure) -> Iterator[Line | Sentences | Text]:
    yield msg(
        "{person}, this one didn't work out. It failed: {reason}",
        person=Mention(job.origin.person.id),
        reason=describe(failure.code),
    )
    if failure.detail:
        yield Line(provider_words(failure.detail, DETAIL_LIMIT), Style.SMALL)
    yield _remarks(job)


def single_image_view(job: Job, image: FetchedImage, presser: Person, locale: str) -> View:
    """Return the post of one image at full size, for the person who pressed its number.

    It is no result: nothing on it is an `actions.part_mark`.
    """
    number = image.index + 1
    return View(
        elements=(
            asked_words(job),
            Pictures((picture_of(job, image),)),
            Words(Line(Joined(_posted(job, number, presser), between=" "), Style.SMALL)),
            Buttons(
                buttons.vary(job, number),
                buttons.again(job),
                buttons.take_down(job, number, presser),
            ),
        ),
        locale=locale,
    )


def _posted(job: Job, number: int, presser: Person) -> tuple[Text, ...]:
    """Say which picture it is, who posted it, and who asked for it."""
    person = Mention(presser.id)
    posted = msg("Image {number} at full size, for {person}.", number=number, person=person)
    if presser == job.origin.person:
        return (posted,)
    return posted, msg("Requested by {person}.", person=Mention(job.origin.person.id))


def done_notice(job: Job, url: str) -> Notice:
    """Tell the person directly that a result stands in its conversation, at this address."""
    if job.status is JobStatus.SUCCEEDED:
        text = msg("Your pictures are ready: {link}", link=Link(url))
    else:
        text = msg("Your pictures didn't work out: {link}", link=Link(url))
    return Notice(text=text, locale=job.origin.locale)
