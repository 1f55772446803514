"""The people of the soak at Slack: they ask, answer questions, and press what they see."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.soak.people import COLOURS, DOUBTFUL, LOOK_EVERY_S, SEVERAL, TIMEOUT_S, TYPO
from tests.standins.slack import Channel, Interaction, Message, SlackStandIn, User


@dataclass(slots=True, eq=False, kw_only=True)
class SlackCommand:
    """One request of one person, and the interactions that it took."""

    user: User
    channel: Channel
    prompts: Sequence[str]
    # The command, and the presses on the button that makes jobs.
    sent: Interaction | None = None
    is_asked_about: bool = False
    confirmed: list[Interaction] = field(default_factory=list)


class SlackPeople:
    """Ann, Ben and others, in some channels and direct messages."""

    def __init__(self, slack: SlackStandIn, seed: str, *, name: str) -> None:
        self._slack = slack
        self._name = name
        self._chance = Random(f"{seed} people")
        self.commands: list[SlackCommand] = []
        self.again: list[tuple[str, Interaction]] = []  # words on the card, and the press
        self.presses = 0
        channels = [slack.channel, *map(slack.add_channel, ("loud", "quiet"))]
        self._channels = channels
        self._users = [slack.ann, slack.ben]
        self._users += [slack.add_user(each, *channels) for each in ("cleo", "dan", "eve")]
        self.doomed = self.add_doomed()

    def add_doomed(self) -> Channel:
        """Add a channel that may be deleted or archived."""
        channel = self._slack.add_channel("doomed")
        channel.members.update(self._users)
        return channel

    # ── Asking ──────────────────────────────────────────────────────────────────────────────────

    async def ask(self) -> None:
        """Let somebody ask for something, and answer the bot's questions."""
        user = self._chance.choice(self._users)
        command, text, answers = self._request(user)
        self.commands.append(command)
        is_repeated = self._chance.random() < 0.1
        command.is_asked_about = bool(answers)
        command.sent = sent = await self._slack.slash(user, command.channel, text, wait=TIMEOUT_S)
        if is_repeated:
            await self._slack.repeat(sent, wait=0)
        if answers:
            await self._confirm(command, answers)

    def _request(self, user: User) -> tuple[SlackCommand, str, Sequence[str]]:
        """Return what somebody asks for, the text of it, and how they answer a question."""
        dice = self._chance.random
        text = f"picture {len(self.commands):05} of {self._name}"
        prompts, answers = [text], ()
        if dice() < 0.2:
            colours = self._chance.sample(COLOURS, 2)
            prompts = [f"{text} in {colour}" for colour in colours]
            text, answers = f"{text} in {{{', '.join(colours)}}}", SEVERAL
        if dice() < 0.2:
            text, answers = f"{text} {TYPO}", DOUBTFUL
        text += " --private" if dice() < 0.15 else ""
        text += " --relax" if dice() < 0.2 else ""
        return (
            SlackCommand(user=user, channel=self._somewhere(user), prompts=prompts),
            text,
            answers,
        )

    def _somewhere(self, user: User) -> Channel:
        if self._chance.random() < 0.1:
            return self._slack.dm(user)
        return self._chance.choice([*self._channels, self.doomed])

    async def _confirm(self, command: SlackCommand, yes: Sequence[str]) -> None:
        """Say yes to the question in one of these ways, again if nobody seems to have heard."""
        for _ in range(2):
            question, answer = await self._shown(command), self._chance.choice(yes)
            button = "" if question is None else _label(question, answer)
            if question is None or not button:
                return
            press = await self._press(command.user, question, button)
            command.confirmed.append(press)
            if press.failure is None:
                return
            await asyncio.sleep(1)

    async def _shown(self, command: SlackCommand) -> Message | None:
        """Wait for the question, for as long as a person does."""
        words = command.prompts[0].partition(" in ")[0]
        for _ in range(round(TIMEOUT_S / LOOK_EVERY_S)):
            heard = command.channel.ephemeral(command.user)
            found = [m for m in heard if words in m.shown_text and m.buttons]
            if found:
                return found[-1]
            await asyncio.sleep(LOOK_EVERY_S)
        return None

    # ── Pressing ────────────────────────────────────────────────────────────────────────────────

    async def press_something(self) -> None:
        """Let somebody press a button of a message of these last moments."""
        found = [*self._pressable()]
        if not found:
            return
        message, user, button = self._chance.choice(found)
        pressed = await self._press(user, message, _label(message, button))
        if button == "Again":
            self.again.append((message.shown_text, pressed))

    def _pressable(self) -> Iterator[tuple[Message, User, str]]:
        """Yield messages with a person who may press a button there, and the button."""
        shares = {"Cancel": 0.03, "Don't post": 0.1, "Again": 0.2, "Delete": 0.3, "Details": 0.1}
        for channel in list(self._slack.world.channels.values()):
            for message in channel.messages[-4:]:
                user = self._asker(message)
                for button, share in shares.items():
                    if user is None or not _label(message, button):
                        continue
                    if self._chance.random() < share:
                        yield message, user, button

    def _asker(self, message: Message) -> User | None:
        """Return the person whom the message is for; of several jobs it has no buttons to press."""
        if " in " in message.shown_text.partition("\n")[0]:
            return None  # each of several jobs is known by its prompt alone
        return next((u for u in self._users if u.mention in message.shown_text), None)

    async def _press(self, user: User, message: Message, label: str) -> Interaction:
        self.presses += 1
        return await self._slack.press(user, message, label, wait=TIMEOUT_S)


def _label(message: Message, button: str) -> str:
    """Return the label of a button as it stands there; empty if it does not."""
    return next((label for label in message.labels if button in label), "")
