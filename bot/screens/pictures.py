"""The pictures of a job as messages show them. Pure."""

from bot.domain.jobs import Job
from bot.domain.pictures import FetchedImage, file_name
from bot.domain.texts import Text, msg
from bot.domain.views import Picture
from bot.screens.facts import spoken_words


def picture_of(job: Job, image: FetchedImage) -> Picture:
    """Return an image with what stands for it where nobody can see it."""
    return Picture(
        file_name=file_name(job.id, image),
        data=image.data,
        words=spoken_words(job),
        label=label_of(job, image.index + 1),
    )


def label_of(job: Job, number: int) -> Text:
    """Say which of a job's pictures it is."""
    return msg("picture {number} of {all}", number=number, all=max(len(job.image_urls), number))
