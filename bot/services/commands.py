"""What asks for images, and what comes of it: jobs, or a question. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.conversations import Origin
from bot.domain.jobs import Job, NewJob, new_job_id
from bot.domain.people import Actor, Preferences
from bot.domain.queue import QueuePlace
from bot.domain.texts import Text
from bot.services.receipts import Receipt
from bot.services.requests import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagineCommand:
    """One command or press that asks for images, as a platform heard it."""

    source_key: str  # "platform:<id of the command>"; a command heard twice makes its jobs once
    actor: Actor
    origin: Origin
    receipt: Receipt
    missing_permissions: tuple[Text, ...] = ()  # what the bot lacks there, in the platform's words
    message_url: str | None = None  # of the message whose button was pressed, if that stays

    def job_key(self, number: int) -> str:
        """Return the `source_key` of a job that it becomes, from 0."""
        return f"{self.source_key}:{number}"

    def in_language_of(self, preferences: Preferences) -> "ImagineCommand":
        """Let the jobs speak the language that the person has chosen, not their client's."""
        if preferences.language is None:
            return self
        return replace(self, origin=replace(self.origin, locale=preferences.language))

    def new_jobs(self, order: Order) -> list[NewJob]:
        """Return the jobs of an order, one a prompt; several are a group."""
        ids = [new_job_id() for _ in order.prompts]
        return [
            NewJob(
                id=job_id,
                source_key=self.job_key(number),
                origin=self.origin,
                prompt=prompt,
                mode=order.mode,
                group_id=ids[0] if len(ids) > 1 else None,
                is_private=order.is_private,
                remarks=order.remarks,
                variation=order.variation,
            )
            for number, (job_id, prompt) in enumerate(zip(ids, order.prompts, strict=True))
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Jobs that were taken, and what their placeholder says."""

    jobs: tuple[Job, ...]
    place: QueuePlace
    expected_at: datetime

    @property
    def job(self) -> Job:
        """The first job; the others of its command follow it."""
        return self.jobs[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Several jobs, or a doubtful prompt: nothing is stored until the person says how to go on."""

    draft_id: str
    order: Order  # the jobs as they would be sent, why that is doubtful, and the fix
