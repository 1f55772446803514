"""What a person did, and a reply that takes down how it was answered."""

from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.domain.conversations import Conversation, Person
from bot.domain.messages import Message
from bot.domain.views import Action, Form, Notice, View
from bot.ports.reply import Place, Shown, SlowAnswer, Visibility
from bot.screens.interaction import Interaction, SeenMessage
from bot.services.receipts import Receipt
from tests.clocks import SteppedClock

T = TypeVar("T")

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHANNEL = Conversation(platform="discord", tenant_id="5", id="7")
ANSWER_ID = "90"  # of the message that an answer became


class RecordingReply:
    """Answers as a platform without any trouble would, unless it is told to have some."""

    max_file_bytes = 10_000_000
    shows_placeholder = True
    max_field_length = 4000
    attaches_alone = True

    def __init__(
        self,
        *,
        is_given_up: bool = False,
        is_slow: bool = False,
        visibility: Visibility = Visibility.SEEN,
        failures: tuple[Exception, ...] = (),
    ) -> None:
        """Let all work be slow, another process answer, or one `show` after another fail so."""
        self.is_given_up = is_given_up
        self._is_slow = is_slow
        self._visibility = visibility
        self._failures = list(failures)
        self.waited: list[Place] = []
        self.acknowledged: list[Place] = []
        self.slow: list[View] = []  # sentences while work was slow
        self.shown: list[tuple[View, Place]] = []
        self.told: list[Notice] = []
        self.opened: list[Form] = []
        self.updated: list[Form] = []
        self.removed = 0
        self.dismissed = 0

    @property
    def view(self) -> View:
        """The one view that was shown."""
        ((view, _),) = self.shown
        return view

    @property
    def said(self) -> list[str]:
        """The English sentences that were told."""
        return [str(notice.text) for notice in self.told]

    async def wait(self, work: Awaitable[T], place: Place, *, slow: SlowAnswer | None = None) -> T:
        self.waited.append(place)
        if self._is_slow and slow is not None and slow.may_be_said():
            self.slow.append(await slow.view())
        return await work

    async def wait_for_form(self, work: Awaitable[T]) -> T:
        return await work

    async def acknowledge(self, place: Place) -> bool:
        self.acknowledged.append(place)
        return not self.is_given_up

    async def show(self, view: View, place: Place) -> Shown:
        if self._failures:
            raise self._failures.pop(0)
        self.shown.append((view, place))
        return Shown(visibility=self._visibility, message_id=ANSWER_ID)

    async def tell(self, notice: Notice) -> None:
        self.told.append(notice)

    async def open_form(self, form: Form) -> None:
        self.opened.append(form)

    async def update_form(self, form: Form) -> None:
        self.updated.append(form)

    async def remove(self) -> None:
        self.removed += 1

    async def dismiss(self) -> None:
        self.dismissed += 1


def interaction(action: Action | None = None, person: str = "1", **changes: Any) -> Interaction:
    """Return what somebody did: a command, or a press at a message of ours if it is an action.

    Its `reply` is a `RecordingReply` unless another one is given.
    """
    asked: dict[str, Any] = {
        "id": "8",
        "received_at": NOW,
        "person": Person(platform="discord", id=person),
        "is_moderator": False,
        "conversation": CHANNEL,
        "locale": "en",
        "reply": RecordingReply(),
        "receipt": Receipt(SteppedClock(NOW)),
        "action": action,
        "seen": None if action is None else seen(action),
    }
    return Interaction(**{**asked, **changes})


def seen(*actions: Action, **changes: Any) -> SeenMessage:
    """Return a message of ours that carries these actions, before everybody's eyes."""
    message: dict[str, Any] = {
        "message": Message(conversation=CHANNEL, id="60"),
        "is_ours": True,
        "is_ephemeral": False,
        "url": "https://discord.com/channels/5/7/60",
        "actions": actions,
    }
    return SeenMessage(**{**message, **changes})
