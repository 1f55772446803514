"""From a command or a press to a job with its placeholder in the channel.

The placeholder is the interaction's own response. Discord wants it within 3 seconds, two processes
may hear the same interaction, and its answer may get lost: the job is made once in all cases
(`source_key`), and it is given up only when the person certainly saw nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import discord
import structlog
from discord import ui

from bot.errors import NotAllowedError, StoreError, UserError
from bot.models import JobStatus, Origin, Promise
from bot.persist import persist
from bot.platforms.discord.calls import LOST, is_answered, is_beaten, is_server_error
from bot.platforms.discord.cards.placeholder_cards import placeholder, question_card
from bot.platforms.discord.interactions.replies import show_alone, tell
from bot.platforms.discord.language import forget_locale, locale_of
from bot.platforms.discord.patience import within
from bot.platforms.discord.posting.placeholder import TOKEN_LIFE, is_placeholder
from bot.service import (
    ANSWER_GRACE,
    STORE_PATIENCE,
    Accepted,
    Confirmation,
    ImagineRequest,
    ImagineService,
)
from bot.texts import Text, msg

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot

T = TypeVar("T")
Accept: TypeAlias = Callable[[ImagineRequest], Awaitable[Accepted | Confirmation]]

log = structlog.get_logger(__name__)

PATIENCE_S = 1.0  # then "thinking…" appears; Discord waits for 3 s
NOTING_PATIENCE_S = 0.75  # with the patience before and the way there it must stay below 3 s
ANSWER_TIMEOUT_S = 10.0
# A connection that was idle may be closed at the very moment it is used. Once more is enough, and
# harms nothing: Discord takes one answer.
ATTEMPTS = 2


# As Discord names them.
_VIEWING = msg("View Channel")
_SENDING = msg("Send Messages")
_SENDING_IN_THREADS = msg("Send Messages in Threads")
_ATTACHING = msg("Attach Files")


async def answer_with_placeholder(
    interaction: "discord.Interaction[ImagineBot]",
    accept: Accept,
    *,
    is_private: bool | None = None,
    source_key: str | None = None,
) -> Accepted | None:
    """Ask the service for jobs and answer with their placeholder, or with why there is none.

    `is_private`: whether a "thinking…" may be seen by this person only; None: as it is with the
    message whose button was pressed. `source_key`: what the command is known by, if that is not the
    interaction. Gives what was accepted, None if nothing was (yet).
    """
    if is_private is None:
        is_private = _is_alone(interaction)
    accepted = await _answer(interaction, accept, is_private=is_private, source_key=source_key)
    bot = interaction.client
    bot.observer.answered(bot.clock.now() - interaction.created_at)
    return accepted


async def _answer(
    interaction: "discord.Interaction[ImagineBot]",
    accept: Accept,
    *,
    is_private: bool,
    source_key: str | None,
) -> Accepted | None:
    answer = Answer(interaction, is_private=is_private)
    try:
        request = imagine_request(interaction, now=interaction.client.clock.now())
        if source_key is not None:
            request = replace(request, source_key=source_key)
        accepted = await answer.wait_for(
            # What a database that restarts did not do is done when it is back.
            persist(lambda: accept(request), patience=STORE_PATIENCE),
            before_thinking=lambda: _note_promise(interaction, request),
        )
    except UserError as error:
        await tell(interaction, error)
        return None
    if isinstance(accepted, Confirmation):
        await show_alone(interaction, question_card(accepted, await locale_of(interaction)))
        return None
    if accepted.job.origin.reply_token == interaction.token:
        await _show_placeholder(interaction.client.service, answer, accepted)
    else:
        await tell(interaction, _repeated(accepted))
    return accepted


async def _note_promise(
    interaction: "discord.Interaction[ImagineBot]", request: ImagineRequest
) -> None:
    """Let others answer if this process dies over it. Best effort: the store is slow just now."""
    try:
        await within(NOTING_PATIENCE_S, _make_promise(interaction, request))
    except (TimeoutError, StoreError) as error:
        log.info("promise_not_noted", error=type(error).__name__)


async def _make_promise(
    interaction: "discord.Interaction[ImagineBot]", request: ImagineRequest
) -> None:
    bot = interaction.client
    locale = await locale_of(interaction)
    forget_locale(interaction)  # it may be a guess, and the answer comes when the store is back
    promise = Promise(
        platform=request.origin.platform,
        locale=locale,
        reply_token=interaction.token,
        source_key=request.job_key(0),
    )
    await bot.promises.make(promise, now=bot.clock.now())


def _is_alone(interaction: discord.Interaction[Any]) -> bool:
    """Whether only this person sees the message whose button was pressed."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def _repeated(accepted: Accepted) -> Text:
    """Say why a yes that was given before makes no further jobs."""
    if all(job.status is JobStatus.CANCELLED for job in accepted.jobs):
        return msg("These were cancelled. Please send the request once more.")
    return msg("You've started these already; they're on their way.")


async def _show_placeholder(service: ImagineService, answer: "Answer", accepted: Accepted) -> None:
    """Answer with the placeholder, and tell the service what came of it."""
    job_id = accepted.job.id
    try:
        outcome = await answer.show(placeholder(accepted), is_private=accepted.job.is_private)
    except discord.DiscordException:
        await service.abandon(job_id)
        raise
    match outcome.sight:
        case Sight.SEEN:
            await _confirm(service, job_id, outcome.message_id)
        case Sight.NOT_SEEN:
            await service.abandon(job_id)
        case Sight.UNCLEAR:  # claimable in a moment all the same
            log.info("placeholder_unconfirmed", job_id=job_id)


async def _confirm(service: ImagineService, job_id: str, message_id: str | None) -> None:
    """Let the job start; without this it starts a few seconds later and finds its placeholder."""
    try:
        await service.confirm_answer(job_id, message_id)
    except StoreError as error:
        log.warning("placeholder_not_recorded", job_id=job_id, reason=str(error))


def imagine_request(interaction: discord.Interaction[Any], *, now: datetime) -> ImagineRequest:
    """Say who wants what and where.

    Raises:
        NotAllowedError: Discord does not say where.
    """
    if interaction.channel_id is None:
        raise NotAllowedError(msg("I can't post in this kind of channel."))
    guild_id = interaction.guild_id
    return ImagineRequest(
        source_key=f"discord:{interaction.id}",
        origin=Origin(
            platform="discord",
            tenant_id=None if guild_id is None else str(guild_id),
            channel_id=str(interaction.channel_id),
            user_id=str(interaction.user.id),
            locale=str(interaction.locale),
            reply_token=interaction.token,
            reply_token_ends_at=now + TOKEN_LIFE,
        ),
        missing_permissions=missing_permissions(interaction),
    )


def missing_permissions(interaction: discord.Interaction[Any]) -> tuple[Text, ...]:
    """Name, as Discord does, the permissions that posting the result will lack.

    Direct messages have none to lack: what Discord reports there is not what holds.
    """
    has = interaction.app_permissions
    if interaction.guild_id is None or has.administrator:
        return ()
    if isinstance(interaction.channel, discord.Thread):
        sending = (_SENDING_IN_THREADS, has.send_messages_in_threads)
    else:
        sending = (_SENDING, has.send_messages)
    needed = ((_VIEWING, has.view_channel), sending, (_ATTACHING, has.attach_files))
    return tuple(name for name, is_given in needed if not is_given)


class Sight(Enum):
    """Whether the person has an answer before their eyes."""

    SEEN = auto()
    NOT_SEEN = auto()
    UNCLEAR = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an answer, and its message if we know it."""

    sight: Sight
    message_id: str | None = None
    is_thinking: bool = False  # it says nothing yet


class Answer:
    """The one answer to an interaction: at once, or after "thinking…" when work is slow.

    Everybody sees it, or with `is_private` only the person.
    """

    def __init__(self, interaction: discord.Interaction[Any], *, is_private: bool = False) -> None:
        self._interaction = interaction
        self._is_private = is_private
        self._was_deferred = False
        self._is_defer_in_doubt = False
        self.is_beaten = False  # another process answers, or it is too late
        self._is_answered = False  # Discord says that another process does

    async def wait_for(
        self, work: Awaitable[T], *, before_thinking: Callable[[], Awaitable[None]] | None = None
    ) -> T:
        """Give the result of `work`; show "thinking…" if it takes longer than a second."""
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait({task}, timeout=PATIENCE_S)
            if not task.done():
                if before_thinking is not None:
                    await before_thinking()
                if not task.done():
                    await self.defer()
            return await task
        finally:
            task.cancel()

    async def defer(self) -> None:
        """Show "thinking…", unless it is there. Whether that worked is found out by `show`."""
        if self._was_deferred:
            return
        self._was_deferred = True
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                await self._interaction.response.defer(ephemeral=self._is_private, thinking=True)
        except (discord.HTTPException, *LOST) as error:
            self.is_beaten = is_beaten(error)
            self._is_answered = is_answered(error)
            self._is_defer_in_doubt = not self.is_beaten
            log.info("defer_failed", error=type(error).__name__, is_beaten=self.is_beaten)

    async def show(self, view: ui.LayoutView, *, is_private: bool | None = None) -> Outcome:
        """Answer with `view`; look whether it is there when the call does not say.

        `is_private` may be known only now; after "thinking…" it changes nothing.

        Raises:
            discord.HTTPException: Discord refuses this message; nobody saw it.
        """
        if is_private is not None:
            self._is_private = is_private
        outcome = Outcome(sight=Sight.NOT_SEEN)
        for _ in range(ATTEMPTS):
            try:
                return await self._attempt(view)
            except LOST as error:
                log.info("answer_lost", error=type(error).__name__)
            outcome = await self._look()
            # One that was taken and is not there is gone, with its channel perhaps.
            is_over = outcome.sight is not Sight.NOT_SEEN or self._interaction.response.is_done()
            if is_over and not self._was_deferred:
                break  # "thinking…" alone is no answer
        return outcome

    async def _attempt(self, view: ui.LayoutView) -> Outcome:
        """Answer, or look at the answer that is there: another process may have given it."""
        if self._may_be_taken():
            outcome = await self._look()
            if not outcome.is_thinking:
                return outcome
        try:
            if not self.is_beaten:
                async with asyncio.timeout(ANSWER_TIMEOUT_S):
                    return Outcome(sight=Sight.SEEN, message_id=await self._send(view))
        except discord.HTTPException as error:
            self._is_answered |= is_answered(error)
            if not (is_beaten(error) or _tells_nothing(error)):
                raise
        return await self._look()

    def _may_be_taken(self) -> bool:
        """Whether more than "thinking…" may stand there by now.

        If ours is in doubt, another process's answer; and after a while even the job's result.
        """
        age = self._interaction.client.clock.now() - self._interaction.created_at
        return self._was_deferred and (self._is_defer_in_doubt or age >= ANSWER_GRACE)

    async def _send(self, view: ui.LayoutView) -> str | None:
        if self._was_deferred:
            message = await self._interaction.edit_original_response(view=view)
            return str(message.id)
        response = await self._interaction.response.send_message(
            view=view, ephemeral=self._is_private
        )
        return None if response.message_id is None else str(response.message_id)

    async def _look(self) -> Outcome:
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                message = await self._interaction.original_response()
        except discord.NotFound:
            return Outcome(sight=Sight.UNCLEAR if self._is_answered else Sight.NOT_SEEN)
        except (discord.HTTPException, *LOST):
            return Outcome(sight=Sight.UNCLEAR)
        if not is_placeholder(message, self._interaction.id):
            return Outcome(sight=Sight.NOT_SEEN)
        return Outcome(
            sight=Sight.SEEN, message_id=str(message.id), is_thinking=message.flags.loading
        )


def _tells_nothing(error: discord.HTTPException) -> bool:
    """Whether the answer may be there all the same."""
    return isinstance(error, discord.NotFound) or is_server_error(error)
