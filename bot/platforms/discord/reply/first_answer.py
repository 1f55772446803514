"""The one answer to an interaction as a new message: given once, looked for when it got lost.

Discord wants it within 3 seconds, two processes may hear the same interaction, and the call that
gives it may get lost.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import discord
import structlog

from bot.domain.errors import ReplyGivenUpError, ReplyLostError
from bot.domain.views import View
from bot.platforms.discord.connection.calls import (
    FOREIGN,
    LOST,
    is_answered,
    is_beaten,
    is_breakdown,
    translate,
)
from bot.platforms.discord.connection.tokens import ORIGINAL, is_placeholder, webhook_for
from bot.platforms.discord.names import TITLE
from bot.platforms.discord.rendering import files_of, render_view
from bot.platforms.discord.timings import DiscordTimings
from bot.ports.clock import Clock
from bot.ports.reply import Place, Shown, SlowAnswer, Visibility

log = structlog.get_logger(__name__)

# A connection that was idle may be closed at the very moment it is used. Once more is enough, and
# harms nothing: Discord takes one answer.
ATTEMPTS = 2
_SLOW_ID = 4000  # of the text that says so, in any language; Discord's own count from 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What became of an attempt to answer."""

    shown: Shown
    is_waiting: bool = False  # it says no more than that the bot is slow
    is_lost: bool = False


def _found(visibility: Visibility, message_id: str | None = None, **more: bool) -> _Found:
    return _Found(shown=Shown(visibility=visibility, message_id=message_id), **more)


class FirstAnswer:
    """The answer to one interaction: at once, or where "thinking…" stands by then."""

    def __init__(
        self,
        interaction: discord.Interaction[Any],
        *,
        clock: Clock,
        timings: DiscordTimings,
        answer_grace: timedelta,
    ) -> None:
        """Count from now: after `answer_grace` there may be the job's result in its place."""
        self._interaction = interaction
        self._clock = clock
        self._timings = timings
        self._grace_ends_at = clock.now() + answer_grace
        # Where "thinking…" may stand, whoever showed it; None: nowhere.
        self._thinks: Place | None = None
        self._is_given = False
        self._refusal: BaseException | None = None  # why the first call was not taken, or is lost

    @property
    def is_beaten(self) -> bool:
        """Whether another process answers, or it is too late."""
        return self._refusal is not None and is_beaten(self._refusal)

    @property
    def is_only_thinking(self) -> bool:
        """Whether "thinking…" stands there, which Discord would turn into the next message."""
        return self._thinks is not None and not self._is_given

    async def is_thinking_after_all(self) -> bool:
        """Look whether "thinking…" stands there, though the call that showed it was lost."""
        return self._thinks is not None and (await self._look()).is_waiting

    async def think(self, place: Place) -> None:
        """Show "thinking…", unless it is there. Whether that worked is found out by `give`."""
        if self._thinks is not None or self._interaction.response.is_done():
            return
        self._thinks = place
        try:
            async with asyncio.timeout(self._timings.answer_timeout_s):
                await self._interaction.response.defer(
                    ephemeral=place is Place.ALONE, thinking=True
                )
        except FOREIGN as error:
            self._refusal = error
            log.info("defer_failed", error=type(error).__name__, is_beaten=self.is_beaten)

    async def say_slow(self, slow: SlowAnswer) -> None:
        """Say that it takes long where "thinking…" stands, and nothing else by now. Best effort."""
        view = render_view(await slow.view(), text_id=_SLOW_ID)
        try:
            if (await self._look()).is_waiting and slow.may_be_said():
                async with asyncio.timeout(self._timings.answer_timeout_s):
                    await self._interaction.edit_original_response(view=view)
        except FOREIGN as error:
            log.info("slow_not_said", error=type(error).__name__)

    async def take_back(self) -> None:
        """Remove a "thinking…" to which no answer will come."""
        self._thinks = None
        with contextlib.suppress(discord.NotFound):
            await self._interaction.delete_original_response()

    async def give(self, view: View, place: Place) -> Shown:
        """Answer with `view`; look whether it is there when the call does not say.

        Raises:
            MessageTooLargeError, ReplyLostError, ReplyRefusedError: certainly nobody saw it.
            ReplyGivenUpError: this process is about to end.
        """
        found = _found(Visibility.NOT_SEEN)
        for _ in range(ATTEMPTS):
            was_thinking = self._thinks is not None
            found = await self._attempt(view, place)
            if found.is_waiting or (found.is_lost and was_thinking):
                continue
            # One that was taken and is not there is gone, with its channel perhaps.
            if not found.is_lost or self._is_there(found) or self._interaction.response.is_done():
                break
        self._is_given = self._is_there(found)
        if not (self._is_given or self.is_beaten or self._interaction.response.is_done()):
            raise ReplyLostError("the answer did not arrive", platform=TITLE)
        if not self._is_given:  # another process has told something else, or somebody deleted it
            log.debug("interaction_given_up", interaction_id=self._interaction.id)
        return found.shown

    @staticmethod
    def _is_there(found: _Found) -> bool:
        return found.shown.visibility is not Visibility.NOT_SEEN

    async def _attempt(self, view: View, place: Place) -> _Found:
        """Answer, or look at the answer that is there: another process may have given it."""
        try:
            if self._may_be_answered():
                found = await self._look()
                if not found.is_waiting:
                    return found
            return _found(Visibility.SEEN, await self._send(view, place))
        except discord.HTTPException as error:
            self._refusal = self._refusal or error
            may_be_there = isinstance(error, discord.NotFound) or is_breakdown(error)
            if not (is_beaten(error) or may_be_there):
                raise (translate(error, self._interaction.client) or error) from error
            return await self._look()
        except FOREIGN as error:
            if self._interaction.client.is_closed():
                raise ReplyGivenUpError("this process ends") from error
            if not isinstance(error, LOST):
                raise
            log.info("answer_lost", error=type(error).__name__)
            found = await self._look()
            return _Found(shown=found.shown, is_waiting=found.is_waiting, is_lost=True)

    def _may_be_answered(self) -> bool:
        """Whether more than "thinking…" may stand there by now.

        If ours is in doubt, another process's answer; and after a while even the job's result.
        """
        if self._thinks is None:
            return False
        return self._refusal is not None or self._clock.now() >= self._grace_ends_at

    async def _send(self, view: View, place: Place) -> str | None:
        layout, files = render_view(view), files_of(view)
        timings = self._timings
        async with asyncio.timeout(timings.send_timeout_s if files else timings.answer_timeout_s):
            if self._thinks is Place.HERE and place is Place.ALONE:
                await self.take_back()
            if self._thinks is not None:
                more: dict[str, Any] = {"attachments": files} if files else {}
                message = await self._interaction.edit_original_response(view=layout, **more)
                return str(message.id)
            is_ephemeral = place is Place.ALONE
            if self._interaction.response.is_done():
                sent = await self._interaction.followup.send(
                    view=layout, files=files, ephemeral=is_ephemeral, wait=True
                )
                return str(sent.id)
            response = await self._interaction.response.send_message(
                view=layout, files=files, ephemeral=is_ephemeral
            )
            return None if response.message_id is None else str(response.message_id)

    async def _look(self) -> _Found:
        # discord.py would keep what it found: `Interaction.original_response` asks only once.
        webhook = webhook_for(self._interaction.client, self._interaction.token)
        try:
            async with asyncio.timeout(self._timings.answer_timeout_s):
                message = await webhook.fetch_message(ORIGINAL)
        except discord.NotFound:
            is_taken = self._refusal is not None and is_answered(self._refusal)
            return _found(Visibility.UNCLEAR if is_taken else Visibility.NOT_SEEN)
        except FOREIGN:
            return _found(Visibility.UNCLEAR)
        if not is_placeholder(message, self._interaction.id):
            return _found(Visibility.NOT_SEEN)
        is_waiting = is_unanswered(message)
        if is_waiting:
            self._thinks = Place.ALONE if message.flags.ephemeral else Place.HERE
        return _found(Visibility.SEEN, str(message.id), is_waiting=is_waiting)


def is_unanswered(message: discord.Message) -> bool:
    """Whether a first answer of ours says no more than that the bot is slow, or "thinking…"."""
    return message.flags.loading or any(
        isinstance(each, discord.TextDisplay) and each.id == _SLOW_ID for each in message.components
    )
