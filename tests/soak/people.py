"""The people of the soak: they ask in all ways there are, and press what they see.

They know only what Discord shows them. What they did is written down for the violations.
"""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.standins.discord import Channel, DiscordStandIn, Interaction, Message, User

TIMEOUT_S = 4.0  # for an answer; Discord itself gives up after 3
LOOK_EVERY_S = 0.1
COLOURS = ("red", "green", "blue", "grey", "pink")
REQUEST = re.compile(r"picture \d{5} of \w+(?: in \w+)?")
TYPO = "--aspct 3:2"  # which the bot asks about
# How a question is answered that is about several jobs, or about a typo.
SEVERAL, DOUBTFUL = ("Start",), ("Fix & draw", "Draw anyway")
CARD = re.compile(r"imagine:delete:([a-z2-7]{20}):(\d+)")


@dataclass(slots=True, eq=False, kw_only=True)
class Command:
    """One request of one person, and the interactions that it took."""

    channel: Channel
    # Empty for a press on Again: the prompt is that of the job `again`.
    prompts: Sequence[str] = ()
    again: str | None = None
    # Before several jobs, and before a prompt that looks wrong, there is a question.
    question: Interaction | None = None
    # The command itself, or the presses on the button that makes jobs.
    asked: list[Interaction] = field(default_factory=list)
    taken_back: set[str] = field(default_factory=set)  # by these buttons


class People:
    """Ann, Ben and others, in some channels, a thread and direct messages."""

    def __init__(self, discord: DiscordStandIn, seed: str, *, name: str) -> None:
        self._discord = discord
        self._name = name
        self._chance = Random(f"{seed} people")
        self.commands: list[Command] = []
        self.presses = 0
        self._users = [discord.ann, discord.ben, *map(discord.add_user, ("cleo", "dan", "eve"))]
        channels = [discord.channel, *map(discord.add_channel, ("loud", "quiet"))]
        self._channels = [*channels, discord.add_thread(discord.channel, "a thread")]
        self.doomed = discord.add_channel("doomed")  # may be deleted, and another one made

    def open_channels(self) -> Sequence[Channel]:
        """Return those that stay."""
        return self._channels

    # ── Asking ──────────────────────────────────────────────────────────────────────────────────

    async def ask(self) -> None:
        """Let somebody ask for something, and answer the bot's questions."""
        number = len(self.commands)
        user = self._chance.choice(self._users)
        channel = self._somewhere(user)
        is_private = self._chance.random() < 0.15
        is_batch = self._chance.random() < 0.2
        is_doubtful = self._chance.random() < 0.2
        request = f"picture {number:05} of {self._name}"
        options: dict[str, object] = {"private": True} if is_private else {}
        if self._chance.random() < 0.2:
            options["mode"] = "relaxed"
        if is_batch:
            colours = self._chance.sample(COLOURS, self._chance.choice((2, 2, 3)))
            prompts = [f"{request} in {colour}" for colour in colours]
            request = f"{request} in {{{', '.join(colours)}}}"
        else:
            prompts = [request]
        if is_doubtful:
            request = f"{request} {TYPO}"
        command = Command(channel=channel, prompts=prompts)
        self.commands.append(command)
        interaction = await self._discord.slash(
            user, channel, "imagine", prompt=request, wait=TIMEOUT_S, **options
        )
        if is_batch or is_doubtful:
            await self._confirm(command, interaction, DOUBTFUL if is_doubtful else SEVERAL)
        else:
            command.asked.append(interaction)

    def _somewhere(self, user: User) -> Channel:
        if self._chance.random() < 0.1:
            return self._discord.dm(user)
        return self._chance.choice([*self._channels, self.doomed])

    async def _confirm(
        self, command: Command, interaction: Interaction, yes: Sequence[str]
    ) -> None:
        """Say yes to the question in one of these ways, again if nobody seems to have heard."""
        command.question = interaction
        for _ in range(2):
            question = await self._shown(interaction)
            answer = self._chance.choice(yes)
            if question is None or question.deleted or not _label(question, answer):
                return
            press = await self._press(interaction.user, question, answer)
            command.asked.append(press)
            if press.callback_type is not None:
                return
            await asyncio.sleep(1)

    async def _shown(self, interaction: Interaction) -> Message | None:
        """Wait for the question behind "thinking…", for as long as a person does."""
        for _ in range(round(TIMEOUT_S / LOOK_EVERY_S)):
            if (shown := card_of(interaction)) is not None:
                return shown
            await asyncio.sleep(LOOK_EVERY_S)
        return None

    # ── Pressing ────────────────────────────────────────────────────────────────────────────────

    async def press_something(self) -> None:
        """Let somebody press a button of a message of these last moments."""
        found = [*self._pressable()]
        if not found:
            return
        message, user, button = self._chance.choice(found)
        if button == "Again":
            await self._press_again(message, user)
            return
        if button in {"Cancel", "Don't post"}:
            self._take_back(message, button)
        await self._press(user, message, button)

    def _pressable(self) -> Iterator[tuple[Message, User, str]]:
        """Yield messages with a person who may press a button there, and the button."""
        wanted = {
            "Cancel": 0.03,
            "Don't post": 0.1,
            "Again": 0.3,
            "Delete": 0.3,
            "1": 0.3,
            "Details": 0.1,
        }
        for channel in self._discord.world.channels.values():
            if channel.deleted:
                continue
            for message in channel.all_messages[-4:]:
                user = _asker(message)
                for button, share in wanted.items():
                    if user is None or message.deleted or not _label(message, button):
                        continue
                    if self._chance.random() < share:
                        yield message, user, button

    def _take_back(self, message: Message, button: str) -> None:
        for command in self.commands:
            if any(card_of(interaction) is message for interaction in command.asked):
                command.taken_back.add(button)

    async def _press_again(self, message: Message, user: User) -> None:
        found = CARD.search(str(message.components))
        if found is None or " in " in message.text.splitlines()[0]:
            return  # each of several jobs is known by its prompt alone
        command = Command(channel=message.channel, again=found[1])
        self.commands.append(command)
        command.asked.append(await self._press(user, message, "Again"))

    async def _press(self, user: User, message: Message, button: str) -> Interaction:
        self.presses += 1
        label = _label(message, button)
        return await self._discord.press(user, message, label, wait=TIMEOUT_S)


def card_of(interaction: Interaction) -> Message | None:
    """Return the question or placeholder that answers; a follow-up where "thinking…" had to go."""
    answers = (interaction.response, *interaction.followups)
    shown = (each for each in answers if each is not None and each.is_v2)
    return next((each for each in shown if not says_slow(each)), None)


def says_slow(message: Message) -> bool:
    """Whether it says that the bot is slow, and nothing else yet."""
    return "I'm slow just now" in message.text


def _label(message: Message, button: str) -> str:
    """Return the label of a button as it stands there; empty if it does not."""
    labels = (b.label or "" for b in message.buttons if b.custom_id and not b.disabled)
    return next((label for label in labels if label.startswith(button)), "")


def _asker(message: Message) -> User | None:
    """Return the person whom the message is for."""
    if message.visible_to is not None:
        return message.visible_to
    users = message.channel.world.users
    named = re.search(r"<@(\d+)>", message.text)
    return users.get(int(named[1])) if named else None
