"""What answers at Slack show, and how they are timed in tests."""

from bot.domain.texts import msg
from bot.domain.views import Action, Form, Notice, Picture, Pictures, TextField, View, Words
from bot.platforms.slack.timings import SlackTimings

SOON = SlackTimings(
    acknowledge_after_s=0.01, slow_after_s=0.02, form_within_s=0.02, answer_again_after_s=0.01
)
NOTICE = Notice(text=msg("No."), locale="en")
FORM = Form(
    title=msg("Prompt"),
    action=Action("edited", ("a", "")),
    fields=(TextField(name="prompt", label=msg("Prompt"), max_length=100),),
    locale="en",
)
PICTURE = Picture(file_name="a-1.png", data=b"png", words="fox")


def view(words: str = "a fox", *pictures: Picture) -> View:
    return View(elements=(Words(words), Pictures(pictures)), locale="en")


class Acks:
    """Counts what Slack hears."""

    count = 0

    async def __call__(self) -> None:
        self.count += 1
