"""The one answer to an interaction: in time, given once, and looked for when it got lost."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeVar

import discord
import structlog
from discord import ui

from bot.platforms.discord.calls import LOST, is_answered, is_beaten, is_server_error
from bot.platforms.discord.messenger.placeholder import is_placeholder
from bot.platforms.discord.timings import DiscordTimings

T = TypeVar("T")

log = structlog.get_logger(__name__)

# A connection that was idle may be closed at the very moment it is used. Once more is enough, and
# harms nothing: Discord takes one answer.
ATTEMPTS = 2


class Visibility(Enum):
    """Whether the person has an answer before their eyes."""

    SEEN = auto()
    NOT_SEEN = auto()
    UNCLEAR = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an answer, and its message if we know it."""

    sight: Visibility
    message_id: str | None = None
    is_thinking: bool = False  # it says nothing yet


class Answer:
    """The one answer to an interaction: at once, or after "thinking…" when work is slow.

    Everybody sees it, or with `is_private` only the person.
    """

    def __init__(self, interaction: discord.Interaction[Any], *, is_private: bool = False) -> None:
        self._interaction = interaction
        self._timings: DiscordTimings = interaction.client.discord_timings
        self._is_private = is_private
        self._was_deferred = False
        self._was_deferred_alone = False  # where only the person sees it
        self._is_defer_in_doubt = False
        self.is_beaten = False  # another process answers, or it is too late
        self._is_answered = False  # Discord says that another process does

    async def wait_for(
        self, work: Awaitable[T], *, before_thinking: Callable[[], Awaitable[None]] | None = None
    ) -> T:
        """Return the result of `work`; show "thinking…" if it takes longer than a second."""
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait({task}, timeout=self._timings.thinking_after_s)
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
        self._was_deferred_alone = self._is_private
        try:
            async with asyncio.timeout(self._timings.answer_timeout_s):
                await self._interaction.response.defer(ephemeral=self._is_private, thinking=True)
        except (discord.HTTPException, *LOST) as error:
            self.is_beaten = is_beaten(error)
            self._is_answered = is_answered(error)
            self._is_defer_in_doubt = not self.is_beaten
            log.info("defer_failed", error=type(error).__name__, is_beaten=self.is_beaten)

    async def show(self, view: ui.LayoutView, *, is_private: bool | None = None) -> Outcome:
        """Answer with `view`; look whether it is there when the call does not say.

        `is_private` may be known only now: a public "thinking…" goes then, and nothing of the
        answer is seen by others.

        Raises:
            discord.HTTPException: Discord refuses this message; nobody saw it.
        """
        if is_private is not None:
            self._is_private = is_private
        outcome = Outcome(sight=Visibility.NOT_SEEN)
        for _ in range(ATTEMPTS):
            try:
                return await self._attempt(view)
            except LOST as error:
                log.info("answer_lost", error=type(error).__name__)
            outcome = await self._look()
            # One that was taken and is not there is gone, with its channel perhaps.
            is_over = (
                outcome.sight is not Visibility.NOT_SEEN or self._interaction.response.is_done()
            )
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
                async with asyncio.timeout(self._timings.answer_timeout_s):
                    return Outcome(sight=Visibility.SEEN, message_id=await self._send(view))
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
        return self._was_deferred and (
            self._is_defer_in_doubt or age >= self._interaction.client.timings.answer_grace
        )

    async def _send(self, view: ui.LayoutView) -> str | None:
        if self._is_private and self._was_deferred and not self._was_deferred_alone:
            return await self._send_alone(view)
        if self._was_deferred:
            message = await self._interaction.edit_original_response(view=view)
            return str(message.id)
        response = await self._interaction.response.send_message(
            view=view, ephemeral=self._is_private
        )
        return None if response.message_id is None else str(response.message_id)

    async def _send_alone(self, view: ui.LayoutView) -> str:
        with contextlib.suppress(discord.NotFound):
            await self._interaction.delete_original_response()
        message = await self._interaction.followup.send(view=view, ephemeral=True, wait=True)
        return str(message.id)

    async def _look(self) -> Outcome:
        try:
            async with asyncio.timeout(self._timings.answer_timeout_s):
                message = await self._interaction.original_response()
        except discord.NotFound:
            return Outcome(sight=Visibility.UNCLEAR if self._is_answered else Visibility.NOT_SEEN)
        except (discord.HTTPException, *LOST):
            return Outcome(sight=Visibility.UNCLEAR)
        if not is_placeholder(message, self._interaction.id):
            return Outcome(sight=Visibility.NOT_SEEN)
        return Outcome(
            sight=Visibility.SEEN, message_id=str(message.id), is_thinking=message.flags.loading
        )


def _tells_nothing(error: discord.HTTPException) -> bool:
    """Whether the answer may be there all the same."""
    return isinstance(error, discord.NotFound) or is_server_error(error)
