"""The direct message that says that what somebody asked for is done."""

from bot.domain.jobs import Job, JobStatus
from bot.domain.texts import Link, msg
from bot.domain.views import Notice


def done_notice(job: Job, url: str) -> Notice:
    """Say that a result stands in its conversation, at this address."""
    if job.status is JobStatus.SUCCEEDED:
        text = msg("Your pictures are ready: {link}", link=Link(url))
    else:
        text = msg("Your pictures didn't work out: {link}", link=Link(url))
    return Notice(text=text, locale=job.origin.locale)
