"""The one answer to an interaction: in time, given once, and looked for when it got lost."""

import asyncio
import contextlib
from collections.abc import Awaitable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeVar

import discord
import structlog
from discord import ui

from bot.platforms.discord.cards.placeholder_cards import is_unanswered, slow_card
from bot.platforms.discord.connection.calls import LOST, is_answered, is_beaten, is_server_error
from bot.platforms.discord.connection.tokens import ORIGINAL, is_placeholder, webhook_for
from bot.platforms.discord.language import forget_locale, locale_of
from bot.platforms.discord.timings import DiscordTimings
from bot.services.receipts import Receipt

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
    is_waiting: bool = False  # it says no more than that the bot is slow


class Answer:
    """The one answer to an interaction: at once, or after "thinking…" when work is slow.

    Everybody sees it, or with `is_private` only the person.
    """

    def __init__(self, interaction: discord.Interaction[Any], *, is_private: bool = False) -> None:
        self._interaction = interaction
        self._timings: DiscordTimings = interaction.client.discord_timings
        self._received_at = interaction.client.clock.now()
        self._is_private = is_private
        # Where "thinking…" may stand, whoever showed it: before this person alone? None: nowhere.
        self._thinks_privately: bool | None = None
        self._refusal: BaseException | None = None  # why the first call was not taken, or is lost

    @property
    def is_beaten(self) -> bool:
        """Whether another process answers, or it is too late."""
        return self._refusal is not None and is_beaten(self._refusal)

    async def wait_for(self, work: Awaitable[T], *, receipt: Receipt | None = None) -> T:
        """Return the result of `work`; show "thinking…" if it takes longer than a second.

        With a `receipt` jobs may come of it: after 4 seconds the person hears that it takes long.
        """
        task = asyncio.ensure_future(work)
        slow_at = asyncio.get_running_loop().time() + self._timings.slow_after_s
        try:
            await asyncio.wait({task}, timeout=self._timings.thinking_after_s)
            if not task.done():
                await self.defer()
            if receipt is not None and not task.done():
                await asyncio.wait({task}, timeout=slow_at - asyncio.get_running_loop().time())
                if not task.done():
                    await self._say_slow(receipt)
            return await task
        finally:
            task.cancel()

    async def defer(self) -> None:
        """Show "thinking…", unless it is there. Whether that worked is found out by `show`."""
        if self._thinks_privately is not None:
            return
        self._thinks_privately = self._is_private
        try:
            async with asyncio.timeout(self._timings.answer_timeout_s):
                await self._interaction.response.defer(ephemeral=self._is_private, thinking=True)
        except (discord.HTTPException, *LOST) as error:
            self._refusal = error
            log.info("defer_failed", error=type(error).__name__, is_beaten=self.is_beaten)

    async def _say_slow(self, receipt: Receipt) -> None:
        """Say that it takes long where "thinking…" stands, and nothing else by now. Best effort."""
        locale = await locale_of(self._interaction)
        forget_locale(self._interaction)  # it may be a guess, and the answer comes later
        try:
            if (await self._look()).is_waiting and receipt.may_say_slow():
                async with asyncio.timeout(self._timings.answer_timeout_s):
                    await self._interaction.edit_original_response(view=slow_card(locale))
        except (discord.HTTPException, *LOST) as error:
            log.info("slow_not_said", error=type(error).__name__)

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
            was_deferred = self._thinks_privately is not None
            try:
                outcome, is_lost = await self._attempt(view), False
            except LOST as error:
                log.info("answer_lost", error=type(error).__name__)
                outcome, is_lost = await self._look(), True
            if outcome.is_waiting or (is_lost and was_deferred):
                continue
            # One that was taken and is not there is gone, with its channel perhaps.
            is_seen = outcome.sight is not Visibility.NOT_SEEN
            if not is_lost or is_seen or self._interaction.response.is_done():
                break
        return outcome

    async def _attempt(self, view: ui.LayoutView) -> Outcome:
        """Answer, or look at the answer that is there: another process may have given it."""
        if self._may_be_answered():
            outcome = await self._look()
            if not outcome.is_waiting:
                return outcome
        try:
            async with asyncio.timeout(self._timings.answer_timeout_s):
                return Outcome(sight=Visibility.SEEN, message_id=await self._send(view))
        except discord.HTTPException as error:
            self._refusal = self._refusal or error
            if not (is_beaten(error) or _tells_nothing(error)):
                raise
        return await self._look()

    def _may_be_answered(self) -> bool:
        """Whether more than "thinking…" may stand there by now.

        If ours is in doubt, another process's answer; and after a while even the job's result.
        """
        if self._thinks_privately is None:
            return False
        age = self._interaction.client.clock.now() - self._received_at
        return self._refusal is not None or age >= self._interaction.client.timings.answer_grace

    async def _send(self, view: ui.LayoutView) -> str | None:
        if self._is_private and self._thinks_privately is False:
            return await self._send_alone(view)
        if self._thinks_privately is not None:
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
        # discord.py would keep what it found: `Interaction.original_response` asks only once.
        webhook = webhook_for(self._interaction.client, self._interaction.token)
        try:
            async with asyncio.timeout(self._timings.answer_timeout_s):
                message = await webhook.fetch_message(ORIGINAL)
        except discord.NotFound:
            is_taken = self._refusal is not None and is_answered(self._refusal)
            return Outcome(sight=Visibility.UNCLEAR if is_taken else Visibility.NOT_SEEN)
        except (discord.HTTPException, *LOST):
            return Outcome(sight=Visibility.UNCLEAR)
        if not is_placeholder(message, self._interaction.id):
            return Outcome(sight=Visibility.NOT_SEEN)
        is_waiting = is_unanswered(message)
        if is_waiting:
            self._thinks_privately = message.flags.ephemeral
        return Outcome(sight=Visibility.SEEN, message_id=str(message.id), is_waiting=is_waiting)


def _tells_nothing(error: discord.HTTPException) -> bool:
    """Whether the answer may be there all the same."""
    return isinstance(error, discord.NotFound) or is_server_error(error)
