"""What a person did, as a platform heard it: a command, a press, a choice in a menu, or a form."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.conversations import Conversation, Person
from bot.domain.messages import Message, SeenPicture
from bot.domain.pictures import Upload
from bot.domain.texts import Text
from bot.domain.views import Action, View
from bot.ports.reply import Place, Reply
from bot.services.receipts import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMessage:
    """The message at which a person acted, as the platform says it stands there."""

    message: Message
    is_ours: bool
    is_ephemeral: bool  # only this person sees it
    url: str | None  # that opens it; None: it does not last
    actions: tuple[Action, ...] = ()  # of its buttons and menus
    pictures: tuple[SeenPicture, ...] = ()  # that it shows, or that came with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One thing that a person did, and the way to answer it."""

    id: str  # the platform's
    received_at: datetime
    person: Person
    is_moderator: bool  # may remove other people's messages there
    conversation: Conversation
    locale: str  # BCP 47, as the platform gives it
    reply: Reply
    receipt: Receipt
    action: Action | None = None  # None: a command
    chosen: tuple[str, ...] = ()  # in a menu
    fields: Mapping[str, str] | None = None  # typed into a form, by field; None: this was no form
    uploads: Mapping[str, Upload] = field(default_factory=dict)  # attached, by field or option
    typed: str | None = None  # the prompt, be it of a command or of a form
    seen: SeenMessage | None = None  # at which it was done
    reply_token: str | None = None
    reply_token_ends_at: datetime | None = None
    missing_permissions: tuple[Text, ...] = ()  # that posting a result will lack, in its words

    @property
    def own_place(self) -> Place:
        """Where what one person sees changes at their form: nothing that others see.

        A changed app may send any form, and name any message as the one where it was opened.
        """
        return Place.SAME if self.seen is not None and self.seen.is_ephemeral else Place.ALONE

    async def show(self, view: Awaitable[View], place: Place) -> None:
        """Answer with a view, once there is one."""
        await self.reply.show(await self.reply.wait(view, place), place)
