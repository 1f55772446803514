"""From a command or a press to jobs with their placeholder in the conversation.

The placeholder is the answer to the interaction. A platform wants it in time, two processes may
hear the same interaction, and its answer may get lost: the job is made once in all cases
(`source_key`), and it is given up only when the person certainly saw nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import structlog

from bot.domain.conversations import Origin
from bot.domain.errors import ReplyLostError, ReplyRefusedError, StoreError, UserError
from bot.domain.jobs import Job, JobStatus
from bot.domain.texts import Text, msg
from bot.domain.timings import TIMINGS, Timings
from bot.domain.views import View
from bot.ports.clock import Clock
from bot.ports.observer import UNOBSERVED, Observer
from bot.ports.reply import Place, Shown, SlowAnswer, Visibility
from bot.screens.edge import tell
from bot.screens.interaction import Interaction
from bot.screens.languages import Languages
from bot.screens.placeholder import placeholder_view, slow_view
from bot.screens.questions import question_view
from bot.screens.visibility import actor_of
from bot.services.imagine import Accepted, ImagineCommand, ImagineService, Question
from bot.services.retrying import retrying

Accept: TypeAlias = Callable[[ImagineCommand], Awaitable[Accepted | Question]]

log = structlog.get_logger(__name__)


@dataclass(kw_only=True, eq=False)
class Asking:
    """Asks the service for jobs, and answers with what comes of it."""

    service: ImagineService
    languages: Languages
    clock: Clock
    observer: Observer = UNOBSERVED
    timings: Timings = TIMINGS

    async def for_jobs(
        self,
        interaction: Interaction,
        accept: Accept,
        *,
        is_private: bool | None = None,
        source_key: str | None = None,
    ) -> Accepted | Question | None:
        """Answer with the placeholder of what `accept` gives, a question, or why there is none.

        `is_private`: whether a sign of waiting may be seen by this person only; None: as it is with
        the message at which they acted. `source_key`: what the command is known by, if that is not
        the interaction. Returns what was accepted or asked; None: it was refused.
        """
        if is_private is None:
            is_private = interaction.seen is not None and interaction.seen.is_ephemeral
        command = imagine_command(interaction, source_key=source_key)
        outcome = await self._answer(interaction, accept, command, _place(is_private))
        took = self.clock.now() - interaction.received_at
        self.observer.answered(interaction.conversation.platform, took)
        return outcome

    async def _answer(
        self, interaction: Interaction, accept: Accept, command: ImagineCommand, place: Place
    ) -> Accepted | Question | None:
        reply = interaction.reply
        try:
            outcome = await self._accepted(interaction, accept, command, place)
        except UserError as error:
            if not reply.is_given_up:
                await tell(interaction, error, self.languages)
            return None
        if isinstance(outcome, Question):
            if not reply.is_given_up:  # whoever answers asks as well, with a draft of its own
                view = question_view(outcome, await self.languages.of(interaction))
                await reply.show(view, Place.ALONE)
        elif _is_from(interaction, outcome.job):
            await self._show_placeholder(interaction, outcome)
            # Those who were stored together are answered first: a line takes as long as an answer.
            asyncio.get_running_loop().call_soon(_log_accepted, outcome)
        else:
            await tell(interaction, _repeated(outcome), self.languages)
        return outcome

    async def _accepted(
        self, interaction: Interaction, accept: Accept, command: ImagineCommand, place: Place
    ) -> Accepted | Question:
        """Let the service accept it; what a database that restarts did not do is done later."""

        async def slow() -> View:
            return slow_view(await self.languages.of(interaction))

        return await interaction.reply.wait(
            retrying(partial(accept, command), within=self.timings.store_timeout),
            place,
            slow=SlowAnswer(may_be_said=command.receipt.may_say_slow, view=slow),
        )

    async def _show_placeholder(self, interaction: Interaction, accepted: Accepted) -> None:
        """Answer with the placeholder, and tell the service what came of it."""
        job = accepted.job
        if not interaction.reply.shows_placeholder:
            await interaction.reply.acknowledge(_place(job.is_private))
            return
        try:
            shown = await interaction.reply.show(placeholder_view(accepted), _place(job.is_private))
        except (ReplyRefusedError, ReplyLostError):  # the person is told to try again
            await self.service.abandon(job.id)
            raise
        await self._note(job.id, shown)

    async def _note(self, job_id: str, shown: Shown) -> None:
        match shown.visibility:
            case Visibility.SEEN:
                await self._confirm(job_id, shown.message_id)
            case Visibility.NOT_SEEN:
                await self.service.abandon(job_id)
            case Visibility.UNCLEAR:  # claimable in a moment all the same
                log.info("placeholder_unconfirmed", job_id=job_id)

    async def _confirm(self, job_id: str, message_id: str | None) -> None:
        """Let the job start; without this it starts a little later and finds its placeholder."""
        try:
            await self.service.confirm_answer(job_id, message_id)
        except StoreError as error:
            log.warning("placeholder_not_recorded", job_id=job_id, reason=str(error))


def imagine_command(interaction: Interaction, *, source_key: str | None = None) -> ImagineCommand:
    """Say who wants what and where."""
    actor, seen = actor_of(interaction), interaction.seen
    platform = interaction.conversation.platform
    return ImagineCommand(
        source_key=source_key or f"{platform}:{interaction.id}",
        actor=actor,
        origin=Origin(
            person=actor.person,
            conversation=interaction.conversation,
            interaction_id=interaction.id,
            locale=interaction.locale,
            reply_token=interaction.reply_token,
            reply_token_ends_at=interaction.reply_token_ends_at,
        ),
        receipt=interaction.receipt,
        missing_permissions=interaction.missing_permissions,
        message_url=None if seen is None or seen.is_ephemeral else seen.url,
    )


def _place(is_private: bool) -> Place:
    return Place.ALONE if is_private else Place.HERE


def _is_from(interaction: Interaction, job: Job) -> bool:
    """Whether this very interaction made the job, and no earlier yes to the same question."""
    if interaction.reply_token is None:
        return job.origin.interaction_id == interaction.id
    return job.origin.reply_token == interaction.reply_token


def _log_accepted(accepted: Accepted) -> None:
    job = accepted.job
    log.info(
        "jobs_accepted",
        job_id=job.id,
        jobs=len(accepted.jobs),
        mode=job.mode.value,
        ahead=accepted.place.ahead,
    )


def _repeated(accepted: Accepted) -> Text:
    """Say why a yes that was given before makes no further jobs."""
    if all(job.status is JobStatus.CANCELLED for job in accepted.jobs):
        return msg("These were cancelled. Please send the request again.")
    return msg("You'd already started these; nothing more was charged.")
