"""`ports.Reply` for one interaction of Discord, which wants its first answer within 3 seconds.

All deadlines of that stand in `timings`.
"""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any, TypeVar

import discord
import structlog

from bot.domain.errors import ReplyGivenUpError
from bot.domain.views import Form, Notice, View
from bot.platforms.discord.connection.calls import FOREIGN, LOST, answering, is_answered
from bot.platforms.discord.rendering import files_of, render_form, render_notice, render_view
from bot.platforms.discord.rendering.forms import FIELD_LIMIT
from bot.platforms.discord.rendering.reading import shows_pictures
from bot.platforms.discord.reply.first_answer import FirstAnswer
from bot.platforms.discord.timings import DiscordTimings
from bot.ports.clock import Clock
from bot.ports.reply import Place, Shown, SlowAnswer, Visibility
from bot.services.timeouts import promptly

T = TypeVar("T")

log = structlog.get_logger(__name__)


class DiscordReply:
    """The answer to one interaction; see `ports.Reply`."""

    shows_placeholder = True
    max_field_length = FIELD_LIMIT
    attaches_alone = True

    def __init__(
        self,
        interaction: discord.Interaction[Any],
        *,
        clock: Clock,
        timings: DiscordTimings,
        answer_grace: timedelta,
    ) -> None:
        """Answer `interaction`, which has just come."""
        self.max_file_bytes = interaction.filesize_limit
        self._interaction = interaction
        self._timings = timings
        self._answer = FirstAnswer(
            interaction, clock=clock, timings=timings, answer_grace=answer_grace
        )

    @property
    def is_given_up(self) -> bool:
        """See `ports.Reply.is_given_up`; whoever is about to end answers nothing any more."""
        return self._answer.is_beaten or self._interaction.client.is_closed()

    # ── Waiting ──

    async def wait(self, work: Awaitable[T], place: Place, *, slow: SlowAnswer | None = None) -> T:
        """See `ports.Reply.wait`."""
        task = asyncio.ensure_future(work)
        slow_at = asyncio.get_running_loop().time() + self._timings.slow_after_s
        try:
            await asyncio.wait({task}, timeout=self._timings.thinking_after_s)
            if not task.done():
                is_ours = await self.acknowledge(place)
                # Whoever may make jobs makes them all the same: it is told by its own number.
                if not (is_ours or slow):
                    raise ReplyGivenUpError("another process answers")
            if slow is not None and not task.done():
                await asyncio.wait({task}, timeout=slow_at - asyncio.get_running_loop().time())
                if not task.done():
                    await self._answer.say_slow(slow)
            return await task
        finally:
            task.cancel()

    async def wait_for_form(self, work: Awaitable[T]) -> T:
        """See `ports.Reply.wait_for_form`: a form cannot come after "thinking…"."""
        return await promptly(self._timings.form_within_s, work)

    async def acknowledge(self, place: Place) -> bool:
        """See `ports.Reply.acknowledge`. The sign of a change cannot be looked for when lost."""
        if place is not Place.SAME:
            await self._answer.think(place)
        elif not self._interaction.response.is_done():
            async with answering(self._interaction.client, self._timings.answer_timeout_s):
                await self._interaction.response.defer()
        return not self.is_given_up

    # ── Answering ──

    async def show(self, view: View, place: Place) -> Shown:
        """See `ports.Reply.show`."""
        if place is Place.SAME:
            return await self._change(view)
        return await self._answer.give(view, place)

    async def _change(self, view: View) -> Shown:
        """Let the message at which the person acted show this, and no other files."""
        response, message = self._interaction.response, self._interaction.message
        fields: dict[str, Any] = {"view": render_view(view)}
        files = files_of(view)
        if files or (message is not None and shows_pictures(message)):
            fields["attachments"] = files
        timings = self._timings
        timeout_s = timings.send_timeout_s if files else timings.call_timeout_s
        async with answering(self._interaction.client, timeout_s):
            if response.is_done():
                await self._interaction.edit_original_response(**fields)
            else:
                await response.edit_message(**fields)
        return Shown(visibility=Visibility.SEEN)

    async def open_form(self, form: Form) -> None:
        """See `ports.Reply.open_form`."""
        async with answering(self._interaction.client, self._timings.answer_timeout_s):
            await self._interaction.response.send_modal(render_form(form))

    async def update_form(self, form: Form) -> None:
        """See `ports.Reply.update_form`: a form cannot change at Discord."""

    async def tell(self, notice: Notice) -> None:
        """See `ports.Reply.tell`. A "thinking…" to which no other answer came goes."""
        if self.is_given_up:
            return
        try:
            async with asyncio.timeout(self._timings.call_timeout_s):
                await self._say(notice)
        except FOREIGN as error:
            log.info("sentence_not_shown", error=type(error).__name__)

    async def _say(self, notice: Notice) -> None:
        if not self._interaction.response.is_done() and await self._say_at_once(notice):
            return
        if self._answer.is_only_thinking:
            await self._answer.take_back()
        await self._interaction.followup.send(**render_notice(notice), ephemeral=True)

    async def _say_at_once(self, notice: Notice) -> bool:
        """Answer with it, and return whether that was possible: "thinking…" may stand there."""
        response = self._interaction.response
        for is_last in (False, True):  # as often as any first answer, see `first_answer.ATTEMPTS`
            try:
                await response.send_message(**render_notice(notice), ephemeral=True)
            except LOST:
                if is_last:
                    raise
            except discord.HTTPException as error:
                if is_answered(error) and await self._answer.is_thinking_after_all():
                    return False
                raise
            else:
                break
        return True

    # ── The message at which the person acted ──

    async def remove(self) -> None:
        """See `ports.Reply.remove`."""
        await self.acknowledge(Place.SAME)
        async with answering(self._interaction.client, self._timings.send_timeout_s):
            try:
                await self._interaction.delete_original_response()
            except discord.NotFound:
                log.debug("message_gone_already")

    async def dismiss(self) -> None:
        """See `ports.Reply.dismiss`: it was answered, and what came of that stands elsewhere."""
        message = self._interaction.message
        if message is None or not message.flags.ephemeral:
            return
        try:
            async with asyncio.timeout(self._timings.call_timeout_s):
                await self._interaction.followup.delete_message(message.id)
        except FOREIGN as error:
            log.info("question_left", error=type(error).__name__)
