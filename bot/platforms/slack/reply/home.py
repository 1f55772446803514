"""`ports.Reply` for what a person does in their Home tab, which nobody else sees.

What is for them alone stands in Home itself, whatever was there before; a sentence stands above
what the same interaction shows. What is for everybody goes to their direct messages. Of what leaves
Home as it was, a new job for example, the person would see nothing: Home is shown anew then.
"""

from bot.domain.views import Form, Notice, View
from bot.platforms.slack.connection.calls import slack_call
from bot.platforms.slack.rendering import FormContext, render_home
from bot.platforms.slack.reply.reply import SlackReply
from bot.ports.reply import Place, Shown, SlowAnswer, Visibility
from bot.screens.home import tabs_view


class HomeReply(SlackReply):
    """The answer to an opening, a press, a choice or a form of Home; see `ports.Reply`."""

    is_unchanged = True  # nothing was shown in Home, and no form above it
    _shown: View | None = None

    async def show(self, view: View, place: Place) -> Shown:
        """See `ports.Reply.show`."""
        if place is Place.HERE:
            return await super().show(view, place)
        await self.acknowledge(place)
        async with self._answering():
            await self._publish(view.locale, view)
        self._shown = view
        return Shown(visibility=Visibility.SEEN)

    async def tell(self, notice: Notice) -> None:
        """See `ports.Reply.tell`."""
        if self.is_given_up:
            return
        await self._try("not_acknowledged", self.acknowledge(Place.ALONE))
        await self._try("sentence_not_shown", self._publish(notice.locale, self._shown, notice))

    async def open_form(self, form: Form) -> None:
        """See `ports.Reply.open_form`."""
        await super().open_form(form)
        self.is_unchanged = False

    async def remove(self) -> None:
        """See `ports.Reply.remove`: what Home shows goes when it is shown anew."""
        await self.acknowledge(Place.SAME)

    async def dismiss(self) -> None:
        """See `ports.Reply.dismiss`: the same."""

    async def _publish(self, locale: str, view: View | None, notice: Notice | None = None) -> None:
        home = render_home(tabs_view(locale), view, notice)
        async with slack_call(self._timings.answer_timeout_s):
            await self._client.views_publish(user_id=self._occasion.user_id, view=home)
        self.is_unchanged = False

    async def _say_slow(self, slow: SlowAnswer) -> None:
        """Say nothing: Home would not change any more once the job is there."""

    def _form_context(self, form: Form) -> FormContext:
        return FormContext(action=form.action)
