"""The buttons of a job's messages. Pure; what a press does is with the screen that handles it."""

from collections.abc import Iterator, Sequence

from bot.domain.conversations import Person
from bot.domain.jobs import Job
from bot.domain.messages import Message
from bot.domain.pictures import FetchedImage
from bot.domain.texts import msg
from bot.domain.views import Action, Button, Buttons, Emphasis
from bot.screens import actions
from bot.screens.facts import LINK_SYMBOL
from bot.screens.limits import MAX_BUTTON_URL


def image_buttons(job: Job, images: Sequence[FetchedImage]) -> Iterator[Buttons]:
    """Return the buttons that post one image by itself, and those that vary one."""
    yield Buttons(*(_number(job, image) for image in images))
    numbers = [image.index + 1 for image in images]
    yield Buttons(*(Button(label=f"V{each}", action=_varying(job, each)) for each in numbers))


def _number(job: Job, image: FetchedImage) -> Button:
    """Return the button that posts an image; of one that is not here, the way to its link."""
    number = str(image.index + 1)
    if opens_link(image):
        return Button(label=number, emoji=LINK_SYMBOL, url=image.url)
    return Button(label=number, action=Action(actions.SHOW, (job.id, number)))


def opens_link(image: FetchedImage) -> bool:
    """Whether the number of an image opens its link, since there is nothing to post."""
    return image.data is None and len(image.url) <= MAX_BUTTON_URL


def vary(job: Job, number: int) -> Button:
    """Return the button that varies an image where no other image stands beside it."""
    return Button(label=msg("Vary"), emoji="🔀", action=_varying(job, number))


def _varying(job: Job, number: int) -> Action:
    return Action(actions.VARY, (job.id, str(number)))


def again(job: Job, *, is_main: bool = False, copy: Message | None = None) -> Button:
    """Return the button that asks for the same once more; `copy` is where the job is public."""
    return Button(
        label=msg("Again"),
        emoji="🔁",
        action=_at_copy(actions.AGAIN, job, copy),
        emphasis=_emphasis(is_main),
    )


def edit(job: Job, *, copy: Message | None = None) -> Button:
    """Return the button that opens a form with the prompt; `copy` is where the job is public."""
    return Button(label=msg("Edit"), emoji="✏️", action=_at_copy(actions.EDIT, job, copy))


def edit_and_retry(job: Job, *, is_main: bool = False) -> Button:
    """Return the button that opens a form with the prompt of a job that failed."""
    return Button(
        label=msg("Edit & retry"),
        emoji="✏️",
        action=Action(actions.EDIT, (job.id,)),
        emphasis=_emphasis(is_main),
    )


def _at_copy(name: str, job: Job, copy: Message | None) -> Action:
    return Action(name, (job.id, *(() if copy is None else actions.at(copy))))


def _emphasis(is_main: bool) -> Emphasis:
    return Emphasis.PRIMARY if is_main else Emphasis.NORMAL


def delete(job: Job, part: int) -> Button:
    """Return the button that removes the message it stands on."""
    return Button(label=msg("Delete"), emoji="🗑️", action=actions.part_mark(job.id, part))


def take_down(job: Job, number: int, poster: Person) -> Button:
    """Return the button that removes a picture that this person posted by itself."""
    action = Action(actions.TAKE_DOWN, (job.id, str(number), poster.id))
    return Button(label=msg("Delete"), emoji="🗑️", action=action)


def remove(job: Job, message: Message) -> Button:
    """Return the button that removes a message that stands elsewhere."""
    return Button(
        label=msg("Delete"),
        emoji="🗑️",
        action=Action(actions.REMOVE, (job.id, *actions.at(message))),
        emphasis=Emphasis.DANGER,
    )


def details(job: Job) -> Button:
    """Return the button that shows all about the job."""
    return Button(label=msg("Details"), action=Action(actions.DETAILS, (job.id,)))
