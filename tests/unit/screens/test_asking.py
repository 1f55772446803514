"""Asking for jobs where their placeholder is no answer: the outbox sends it."""

from typing import Any, cast

from bot.domain.queue import QueuePlace
from bot.ports.reply import Place
from bot.screens.asking import Asking
from bot.screens.languages import Languages
from bot.services.imagine import Accepted, ImagineCommand
from bot.services.personal import PersonalService
from tests.clocks import SteppedClock
from tests.jobs import new_jobs
from tests.personal import KeptInMemory
from tests.replies import NOW, RecordingReply, interaction


class Service:
    """Takes whatever is asked for, and remembers what it hears of the answer."""

    def __init__(self) -> None:
        self.confirmed: list[str | None] = []

    async def accept(self, command: ImagineCommand) -> Accepted:
        (new,) = new_jobs(1, origin=command.origin)
        job = new.queued(created_at=NOW, claimable_at=NOW)
        return Accepted(
            jobs=(job,), place=QueuePlace(ahead=0, in_flight=0, slots=1), expected_at=NOW
        )

    async def confirm_answer(self, _job_id: str, placeholder_id: str | None) -> None:
        self.confirmed.append(placeholder_id)


async def test_the_command_is_acknowledged_once_its_job_is_stored() -> None:
    service, reply = Service(), RecordingReply()
    reply.shows_placeholder = False
    personal = PersonalService(history=cast("Any", None), personal=KeptInMemory())
    asking = Asking(
        service=cast("Any", service),
        languages=Languages(personal, within_s=1.0),
        clock=SteppedClock(NOW),
    )
    await asking.for_jobs(interaction(reply=reply), service.accept)
    assert service.confirmed == []  # the job need not wait for an answer
    assert reply.acknowledged == [Place.HERE]
    assert reply.shown == []
