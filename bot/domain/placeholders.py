"""What becomes of a placeholder as its jobs go on. Pure."""

from enum import Enum, auto

from bot.domain.jobs import GroupProgress, Job, JobStatus


class PlaceholderState(Enum):
    """What is to be done with a placeholder."""

    SPEAKS = auto()  # it says how things stand
    SILENT = auto()  # it stays as it is; the result is on its way
    GOES = auto()


_SPEAKING = frozenset({JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.UNKNOWN})


def placeholder_state(job: Job, progress: GroupProgress) -> PlaceholderState:
    """Tell what becomes of the placeholder of a job, or of the group whose first job it is."""
    if progress.total > 1:
        are_all_there = progress.is_complete and progress.posted and not progress.undeliverable
        return PlaceholderState.GOES if are_all_there else PlaceholderState.SPEAKS
    if progress.finished:
        has_no_card = progress.cancelled or progress.discarded or progress.undeliverable
        return PlaceholderState.SPEAKS if has_no_card else PlaceholderState.SILENT
    return PlaceholderState.SPEAKS if job.status in _SPEAKING else PlaceholderState.SILENT
