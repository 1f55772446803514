"""The answer to one interaction, within the platform's time limit."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol, TypeVar

from bot.domain.views import Form, Notice, View

T = TypeVar("T")


class Place(Enum):
    """Where an answer appears."""

    HERE = auto()  # as a new message for everybody in the conversation
    ALONE = auto()  # as a new message that only this person sees
    SAME = auto()  # in the message at which the person acted


class Visibility(Enum):
    """Whether the person has an answer before their eyes."""

    SEEN = auto()
    NOT_SEEN = auto()
    UNCLEAR = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What became of an answer, and its message if we know it."""

    visibility: Visibility
    message_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowAnswer:
    """What the person hears after a few seconds, where jobs may come of it."""

    may_be_said: Callable[[], bool]  # called right before
    view: Callable[[], Awaitable[View]]


class Reply(Protocol):
    """What a screen can answer to one interaction.

    Every call has a timeout. All but `tell` and `dismiss` may raise ReplyGivenUpError (another
    process answers, it is too late, or nobody is there to see it), ReplyLostError (the platform
    broke down, or gave no usable answer) and ReplyRefusedError (it does not take this answer).
    """

    max_file_bytes: int  # of a file in an answer there
    shows_placeholder: bool  # the answer to a request is its placeholder; else the outbox sends it
    max_field_length: int  # characters that a field of a form holds
    attaches_alone: bool  # an answer that one person sees may bring files

    async def wait(self, work: Awaitable[T], place: Place, *, slow: SlowAnswer | None = None) -> T:
        """Return the result of `work`, and what it raises.

        While it takes longer than a second the platform's own sign shows it, where the answer will
        appear; with `slow`, after four seconds also a sentence.
        """

    async def wait_for_form(self, work: Awaitable[T]) -> T:
        """Return the result of `work` that a form needs, before it is too late for the form.

        Raises:
            UnavailableError: it does not come in time.
        """

    async def acknowledge(self, place: Place) -> bool:
        """Show the platform's own sign now; False: another process answers, or it is too late."""

    @property
    def is_given_up(self) -> bool:
        """Whether another process answers, or it is too late, as far as we know."""

    async def show(self, view: View, place: Place) -> Shown:
        """Show the one answer, and look whether it is there when the call does not say.

        Where `place` is known only now, a sign at another place goes; nothing of an answer for one
        person is seen by others.

        Raises:
            MessageTooLargeError: the files are more than the platform takes; try smaller ones.
        """

    async def tell(self, notice: Notice) -> None:
        """Tell only this person, whatever was answered before; best effort, never raises."""

    async def open_form(self, form: Form) -> None:
        """Answer with a form.

        Raises:
            UnavailableError: it is too late for one.
        """

    async def update_form(self, form: Form) -> None:
        """Let the form that was opened offer this; what was filled in meanwhile stays.

        Best effort, never raises; on a platform whose forms cannot change it does nothing.
        """

    async def remove(self) -> None:
        """Remove the message at which the person acted; it may be gone already."""

    async def dismiss(self) -> None:
        """Remove the same if only this person sees it; best effort, never raises."""
