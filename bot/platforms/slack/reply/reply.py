"""`ports.Reply` for one interaction at Slack, which wants to hear within 3 seconds that it came.

That says nothing to the person: what they see comes afterwards, as a message of its own. Slack has
no sign of waiting either. All deadlines stand in `timings`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversations import Origin
from bot.domain.errors import (
    DeliveryDelayedError,
    DeliveryError,
    DeniedError,
    FilesRefusedError,
    MessageGoneError,
    MessageInDoubtError,
    MessageTooLargeError,
    NotAllowedError,
    ReplyGivenUpError,
    ReplyLostError,
    ReplyRefusedError,
    UnavailableError,
)
from bot.domain.texts import Text, msg
from bot.domain.views import Form, Notice, View
from bot.platforms.slack.channels import why_absent
from bot.platforms.slack.connection.calls import code_behind, slack_call
from bot.platforms.slack.ids import TITLE, channel_of, thread_of
from bot.platforms.slack.messenger import SlackMessenger
from bot.platforms.slack.rendering import (
    FormContext,
    render_form,
    render_notice,
    render_view,
    summary_of,
)
from bot.platforms.slack.rendering.forms import FIELD_LIMIT, errors_of
from bot.platforms.slack.reply.ephemeral import EphemeralMessages
from bot.platforms.slack.reply.occasion import Occasion
from bot.platforms.slack.timings import SlackTimings
from bot.ports.messenger import Placeholder
from bot.ports.reply import Place, Shown, SlowAnswer, Visibility
from bot.services.timeouts import TOO_SLOW, Meanwhile, promptly, within

T = TypeVar("T")

_EXCHANGED = "exchanged_trigger_id"  # another process opened a form with it
_EXPIRED = frozenset({"expired_trigger_id", "trigger_expired"})
_NO_FILES = msg(
    "Slack doesn't take pictures from me. Whoever runs me can find the reason in my log."
)

log = structlog.get_logger(__name__)


class SlackReply:
    """The answer to one interaction; see `ports.Reply`."""

    max_field_length = FIELD_LIMIT
    attaches_alone = False  # no file can come with a message that nobody else sees

    def __init__(
        self,
        occasion: Occasion,
        *,
        ack: Callable[..., Awaitable[object]],
        client: AsyncWebClient,
        session: aiohttp.ClientSession,
        messenger: SlackMessenger,
        is_closed: Callable[[], bool],
        timings: SlackTimings,
    ) -> None:
        """Answer what just came; `ack` tells Slack that it did, and `is_closed` that we end."""
        self.max_file_bytes = messenger.limits.max_file_bytes
        self.shows_placeholder = not messenger.limits.sends_placeholders
        self._occasion = occasion
        self._ack = ack
        self._client = client
        self._messenger = messenger
        self._is_closed = is_closed
        self._timings = timings
        self._ephemeral = EphemeralMessages(
            occasion, client=client, session=session, timeout_s=timings.answer_timeout_s
        )
        self._is_acknowledged = False
        self._is_too_late = False
        self._form_id: str | None = None  # of the form that was opened

    @property
    def is_given_up(self) -> bool:
        """See `ports.Reply.is_given_up`; whoever is about to end answers nothing any more."""
        return self._is_too_late or self._is_closed()

    # ── Waiting ──

    async def wait(self, work: Awaitable[T], place: Place, *, slow: SlowAnswer | None = None) -> T:
        """See `ports.Reply.wait`."""
        after_s = self._left_s(self._timings.acknowledge_after_s)
        with Meanwhile(after_s, partial(self._acknowledge_then_say_slow, place, slow)):
            return await work

    async def _acknowledge_then_say_slow(self, place: Place, slow: SlowAnswer | None) -> None:
        """Acknowledge what takes long, and a while later say that it does."""
        await self.acknowledge(place)
        if slow is not None:
            await asyncio.sleep(self._left_s(self._timings.slow_after_s))
            await self._say_slow(slow)

    def _left_s(self, after_s: float) -> float:
        """Return how much is left of a time that began when we heard of it."""
        passed_s = asyncio.get_running_loop().time() - self._occasion.came_at_s
        return max(0.0, after_s - passed_s)

    async def _say_slow(self, slow: SlowAnswer) -> None:
        """Say to the person alone that it takes long. Best effort."""
        view = await slow.view()
        if slow.may_be_said():  # then it is, also when the work ends meanwhile
            saying = self._try("slow_not_said", self._ephemeral.say(_without_pictures(view)))
            await within(self._timings.answer_timeout_s, saying)

    async def wait_for_form(self, work: Awaitable[T]) -> T:
        """See `ports.Reply.wait_for_form`: a form must be opened within 3 s."""
        return await promptly(self._left_s(self._timings.form_within_s), work)

    async def acknowledge(self, place: Place) -> bool:  # noqa: ARG002 - there is no sign to show
        """See `ports.Reply.acknowledge`: Slack hears that it came, and shows nothing."""
        if not self._is_acknowledged:
            self._is_acknowledged = True
            await self._ack()
        return not self.is_given_up

    # ── Answering ──

    async def show(self, view: View, place: Place) -> Shown:
        """See `ports.Reply.show`."""
        await self.acknowledge(place)
        async with self._answering():
            match place:
                case Place.HERE:
                    return await self._show_here(view)
                case Place.ALONE:
                    return await self._show_ephemerally(view)
                case Place.SAME:
                    await self._change(view)
                    return Shown(visibility=Visibility.SEEN)

    async def _show_here(self, view: View) -> Shown:
        """Post a message with the bot's own authority: only so it has its pictures."""
        key = f"{self._occasion.id}.reply"
        try:
            message = await self._messenger.send(self._occasion.conversation, view, key=key)
        except MessageInDoubtError:
            return await self._look(key)
        except FilesRefusedError as error:
            if not error.is_final:
                raise ReplyLostError(error.reason, platform=TITLE) from error
            log.error("files_refused", reason=error.reason)  # noqa: TRY400 - Slack's word says all
            raise NotAllowedError(_NO_FILES) from error
        except DeniedError as error:
            raise NotAllowedError(self._why_absent()) from error
        return Shown(visibility=Visibility.SEEN, message_id=message.id)

    def _why_absent(self) -> Text:
        return why_absent(channel_of(self._occasion.conversation), self._occasion.bot_name)

    async def _look(self, key: str) -> Shown:
        """Look for a message whose answer was lost."""
        there = self._occasion.conversation
        origin = Origin(person=self._occasion.person, conversation=there)
        try:
            message = await self._messenger.find(
                there, key=key, placeholder=Placeholder(origin=origin, is_private=False)
            )
        except DeliveryError:
            return Shown(visibility=Visibility.UNCLEAR)
        if message is None:
            raise ReplyLostError("the answer did not arrive", platform=TITLE)
        return Shown(visibility=Visibility.SEEN, message_id=message.id)

    async def _show_ephemerally(self, view: View) -> Shown:
        try:
            await self._say_ephemerally(_without_pictures(view))
        except MessageInDoubtError:
            return Shown(visibility=Visibility.UNCLEAR)
        return Shown(visibility=Visibility.SEEN)

    async def _say_ephemerally(self, fields: dict[str, Any]) -> None:
        """Show it to this person alone, once more where Slack may not have taken it.

        Nobody can look whether it arrived; to read it twice is better than never.
        """
        try:
            await self._ephemeral.say(fields)
        except DeliveryDelayedError as error:
            log.info("answer_repeated", reason=error.reason)
            await asyncio.sleep(self._timings.answer_again_after_s)
            await self._ephemeral.say(fields)

    async def _change(self, view: View) -> None:
        """Let the message at which the person acted show this; an edit brings no pictures."""
        fields, message = _without_pictures(view), self._occasion.message
        if message is None:
            await self._ephemeral.replace(fields)
            return
        try:
            async with slack_call(self._timings.answer_timeout_s):
                await self._client.chat_update(
                    channel=channel_of(message.conversation), ts=message.id, **fields
                )
        except DeniedError:
            await self._ephemeral.replace(fields)

    async def open_form(self, form: Form) -> None:
        """See `ports.Reply.open_form`."""
        occasion = self._occasion
        if occasion.trigger_id is None:
            raise ReplyRefusedError("nothing was done that could open a form")
        await self.acknowledge(Place.ALONE)
        view = render_form(form, self._form_context(form))
        try:
            async with self._answering(), slack_call(self._timings.answer_timeout_s):
                opened = await self._client.views_open(trigger_id=occasion.trigger_id, view=view)
        except ReplyRefusedError as error:
            if code_behind(error) in _EXPIRED:
                raise UnavailableError(TOO_SLOW) from error
            raise
        self._form_id = (opened.get("view") or {}).get("id")

    async def update_form(self, form: Form) -> None:
        """See `ports.Reply.update_form`. A form that was closed meanwhile stays closed."""
        if self._form_id is not None:
            view = render_form(form, self._form_context(form))
            await self._try("form_not_updated", self._update(self._form_id, view))

    async def _update(self, view_id: str, view: dict[str, Any]) -> None:
        async with slack_call(self._timings.answer_timeout_s):
            await self._client.views_update(view_id=view_id, view=view)

    def _form_context(self, form: Form) -> FormContext:
        occasion = self._occasion
        return FormContext(
            action=form.action,
            channel_id=channel_of(occasion.conversation),
            thread_ts=thread_of(occasion.conversation),
            message_ts=occasion.message_ts,
            is_ephemeral=occasion.is_ephemeral,
            actions=occasion.actions,
            response_url=occasion.response_url,
        )

    async def tell(self, notice: Notice) -> None:
        """See `ports.Reply.tell`: in the form itself, where that can be put right there."""
        if self.is_given_up or await self._is_told_in_form(notice):
            return
        await self._try("not_acknowledged", self.acknowledge(Place.ALONE))
        await self._try("sentence_not_shown", self._say_ephemerally(render_notice(notice)))

    async def _is_told_in_form(self, notice: Notice) -> bool:
        """Refuse a form with the sentence, if Slack still waits: what was filled in stays."""
        fields = self._occasion.fields
        is_mended_there = notice.button is None or notice.place is not None
        if not fields or self._is_acknowledged or not is_mended_there:
            return False
        self._is_acknowledged = True
        refusal = self._ack(response_action="errors", errors=errors_of(notice, fields))
        return await self._try("form_not_refused", refusal)

    # ── The message at which the person acted ──

    async def remove(self) -> None:
        """See `ports.Reply.remove`; its files go with it."""
        await self.acknowledge(Place.SAME)
        message = self._occasion.message
        async with self._answering():
            try:
                if message is None:
                    await self._ephemeral.remove()
                else:
                    await self._messenger.remove(message)
            except MessageGoneError:
                log.debug("message_gone_already")
            except DeniedError:
                await self._ephemeral.remove()

    async def dismiss(self) -> None:
        """See `ports.Reply.dismiss`."""
        if self._occasion.is_ephemeral:
            await self._try("question_left", self._ephemeral.remove())

    # ── Errors ──

    @asynccontextmanager
    async def _answering(self) -> AsyncIterator[None]:
        """Turn what the calls within meet into errors of answering."""
        try:
            yield
        except MessageTooLargeError:
            raise
        except MessageGoneError as error:
            self._is_too_late = True
            raise ReplyGivenUpError(error.reason) from error
        except DeliveryDelayedError as error:
            raise ReplyLostError(error.reason, platform=TITLE) from error
        except DeliveryError as error:
            if code_behind(error) == _EXCHANGED:
                self._is_too_late = True
                raise ReplyGivenUpError(error.reason) from error
            raise ReplyRefusedError(error.reason) from error

    @staticmethod
    async def _try(event: str, call: Awaitable[object]) -> bool:
        """Make a call that may fail; return whether it did not."""
        try:
            await call
        except DeliveryError as error:
            log.info(event, error=type(error).__name__, reason=error.reason)
        except OSError as error:
            log.info(event, error=type(error).__name__)
        else:
            return True
        return False


def _without_pictures(view: View) -> dict[str, Any]:
    """Return a view as text and blocks, for where no file can come along."""
    return {"text": summary_of(view), "blocks": render_view(view)}
