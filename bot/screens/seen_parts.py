"""What an act at a message of a result tells: that its post arrived, be the answer lost or not."""

from bot.screens import actions
from bot.screens.interaction import SeenMessage
from bot.services.jobs import JobService


async def note_seen(jobs: JobService, job_id: str, seen: SeenMessage | None) -> None:
    """Note that this message stands, if it is a part of the job's result."""
    part = None if seen is None else actions.part_in(seen.actions)
    if seen is not None and part is not None:
        await jobs.note_seen(job_id, part, seen.message)
