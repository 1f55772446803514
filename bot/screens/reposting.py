"""Posting the result of a person's job once more, where that person asks for it.

It has nothing to do with the job's own delivery, which it neither needs nor changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.errors import MessageTooLargeError, UserError
from bot.domain.jobs import Job
from bot.domain.pictures import FetchedImage
from bot.domain.texts import msg
from bot.domain.timings import Timings
from bot.ports.reply import Place
from bot.screens.actions import COPY_PART
from bot.screens.interaction import Interaction
from bot.screens.limits import MAX_MESSAGE_BYTES, MAX_PICTURES
from bot.screens.links import seen_from
from bot.screens.result import result_view
from bot.services.personal import PersonalService
from bot.services.posted_pictures import PostedPictures

SHRINKS = 3  # times that files are halved when the platform finds them too large


@dataclass(kw_only=True, eq=False)
class Reposting:
    """Posts results once more."""

    personal: PersonalService
    pictures: PostedPictures
    timings: Timings

    async def post(self, interaction: Interaction, job_id: str) -> None:
        """Answer, for everybody, with the result of one of the person's own jobs.

        Raises:
            UserError: it is not this person's, it or its pictures no longer exist, or nothing can
                be posted there.
        """
        reply = interaction.reply
        looking = self.personal.job(interaction.person, job_id)
        job, delivery = await reply.wait(looking, Place.HERE)
        if not await reply.acknowledge(Place.HERE):
            return
        here = interaction.conversation
        await self.pictures.platform_of(here).check_may_post(here)
        timeout_s = self.timings.repost_links_timeout_s
        async with self.pictures.held(min(len(job.image_urls), MAX_PICTURES)):
            images = await self.pictures.of_result(
                job, delivery, timeout_s=timeout_s, limit=MAX_PICTURES
            )
            if not any(image.data for image in images):
                raise UserError(msg("I can't get these pictures any more, sorry."))
            await self._show(interaction, seen_from(job, interaction.conversation), images)

    async def _show(
        self, interaction: Interaction, job: Job, images: Sequence[FetchedImage]
    ) -> None:
        """Show the result, with smaller files if the platform finds it too large."""
        reply, uploads = interaction.reply, self.pictures.uploads(images)
        indexes = [image.index for image in images]
        await uploads.fit_all(min(reply.max_file_bytes, MAX_MESSAGE_BYTES // len(images)))
        for attempt in range(SHRINKS + 1):
            view = result_view(job, COPY_PART, uploads.pick(indexes))
            try:
                await reply.show(view, Place.HERE)
            except MessageTooLargeError:
                if attempt == SHRINKS:
                    raise
                await uploads.halve(indexes)
            else:
                return
