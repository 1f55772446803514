"""What a process hears from the chat in memory."""

from typing import Any

from bot.domain.views import Action
from bot.ports.clock import Clock
from bot.screens.bundle import Screens
from bot.screens.interaction import Interaction, SeenMessage
from bot.services.receipts import Receipt
from bot.services.requests import Request
from bot.wiring.chat import Chat
from bot.wiring.parts import Parts
from tests.shown import actions_of
from tests.simulation.fault_injection import Border
from tests.simulation.memory import (
    TOKEN_LIFE,
    MemoryMessenger,
    MemoryReply,
)
from tests.simulation.memory_chat import Asked, MemoryChat, Message
from tests.simulation.memory_line import Line


def heard(line: Line, asked: Asked, clock: Clock) -> Interaction:
    """Return what somebody asked, as a process hears of it."""
    message = asked.message
    return Interaction(
        id=str(asked.id),
        received_at=line.chat.time_of(asked),
        person=asked.user.person,
        is_moderator=False,
        conversation=asked.channel.conversation,
        locale="en",
        reply=MemoryReply(line, asked),
        receipt=Receipt(clock),
        action=Action.parse(asked.custom_id),
        seen=None if message is None else _as_seen(message),
        reply_token=f"token of {asked.id}",
        reply_token_ends_at=line.chat.time_of(asked) + TOKEN_LIFE,
    )


def _as_seen(message: Message) -> SeenMessage:
    return SeenMessage(
        message=message.named,
        is_ours=True,
        is_ephemeral=message.ephemeral,
        url=None if message.ephemeral else MemoryMessenger.address(message.named),
        actions=() if message.what is None else actions_of(message.what),
    )


class MemoryDoor:
    """How one process hears of things, and what of it speaks to the chat."""

    def __init__(self, chat: MemoryChat, border: Border, clock: Clock) -> None:
        self._line = Line(chat, border)
        self._clock = clock
        self.settings: dict[str, Any] = {}
        self.externals = {"make_chats": {"discord": self._speaks}}

    def _speaks(self, screens: Screens) -> Chat:
        self._screens = screens
        messenger = MemoryMessenger(self._line)
        return Chat(platform=messenger, messenger=messenger)

    def open(self, parts: Parts) -> None:
        """Be there at once."""

    async def imagine(self, asked: Asked, request: Request) -> None:
        """Hear of a command."""
        interaction = heard(self._line, asked, self._clock)
        await self._screens.edge.run(
            interaction, self._screens.imagine.imagine(interaction, request)
        )

    async def press(self, asked: Asked) -> None:
        """Hear that somebody pressed a button."""
        interaction, edge = heard(self._line, asked, self._clock), self._screens.edge
        await edge.run(interaction, edge.route(interaction))
