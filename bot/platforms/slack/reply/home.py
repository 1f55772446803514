"""`ports.Reply` for what a person does in their Home tab, which nobody else sees.

What is for them alone stands in Home itself, whatever was there before; a sentence stands above
the screen that is there. What is for everybody goes to their direct messages. Of what leaves Home
as it was, a new job for example, the person would see nothing: Home is shown anew then.
"""

from bot.domain.views import Form, Notice, View
from bot.platforms.slack.connection.calls import slack_call
from bot.platforms.slack.rendering import FormContext, render_home
from bot.platforms.slack.rendering.home import Blocks
from bot.platforms.slack.reply.reply import SlackReply
from bot.ports.reply import Place, Shown, SlowAnswer, Visibility
from bot.screens.home import tabs_view


class HomeReply(SlackReply):
    """The answer to an opening, a press, a choice or a form of Home; see `ports.Reply`."""

    lacks_screen = True  # nothing was shown in Home, and no form above it
    _shown: View | None = None
    _notice: Notice | None = None

    async def show(self, view: View, place: Place) -> Shown:
        """See `ports.Reply.show`."""
        if place is Place.HERE:
            return await super().show(view, place)
        await self.acknowledge(place)
        async with self._answering():
            await self._publish(view.locale, view)
        self._shown = view
        self.lacks_screen = False
        return Shown(visibility=Visibility.SEEN)

    async def tell(self, notice: Notice) -> None:
        """See `ports.Reply.tell`: above the screen, if need be above none or beside Home."""
        if self.is_given_up:
            return
        if await self._is_told_in_form(notice):
            self.lacks_screen = False
            return
        await self._try("not_acknowledged", self.acknowledge(Place.ALONE))
        self._notice = notice
        screen = self._shown or self._occasion.home_screen
        if screen and await self._told_above(screen):
            self.lacks_screen = False
        elif not await self._told_above(None):
            self.lacks_screen = False
            await super().tell(notice)

    async def _told_above(self, screen: View | Blocks | None) -> bool:
        assert self._notice is not None
        return await self._try("sentence_not_shown", self._publish(self._notice.locale, screen))

    async def open_form(self, form: Form) -> None:
        """See `ports.Reply.open_form`."""
        await super().open_form(form)
        self.lacks_screen = False

    async def remove(self) -> None:
        """See `ports.Reply.remove`: what Home shows goes when it is shown anew."""
        await self.acknowledge(Place.SAME)

    async def dismiss(self) -> None:
        """See `ports.Reply.dismiss`: the same."""

    async def _publish(self, locale: str, screen: View | Blocks | None) -> None:
        home = render_home(tabs_view(locale), screen, self._notice)
        async with slack_call(self._timings.answer_timeout_s):
            await self._client.views_publish(user_id=self._occasion.user_id, view=home)

    async def _say_slow(self, slow: SlowAnswer) -> None:
        """Say nothing: Home would not change any more once the job is there."""

    def _form_context(self, form: Form) -> FormContext:
        return FormContext(action=form.action)
