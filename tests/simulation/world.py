"""All of it together: people, processes, provider, Discord, time. A method is what can happen."""

from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from random import Random
from typing import Any

import discord
from discord import ui
from structlog.typing import EventDict

from bot.domain.jobs import Failure, Job
from bot.platforms.discord.cards.custom_ids import CUSTOM_ID, Action
from bot.platforms.discord.interactions.buttons import CardButton
from bot.platforms.discord.reply.errors import explain
from bot.platforms.discord.reply.placeholder import answer_with_placeholder
from bot.services.requests import Request
from bot.web import CallbackTags
from tests.simulation.chat import Chat
from tests.simulation.fault_injection import Border
from tests.simulation.fixtures import Rig
from tests.simulation.journal import Page, clear, read_page
from tests.simulation.process import Process
from tests.simulation.provider import Callback, Provider, Task
from tests.simulation.stores import Doubt
from tests.standins.discord import Channel, Interaction, Message, User
from tests.standins.discord.interactions import COMMAND, COMPONENT
from tests.standins.discord.messages import remove
from tests.wiring import WEBHOOK_SECRET

TOO_LATE_S = 4.0  # Discord waits 3 s for an answer
NAP_S = 60.0
LEASES_HOLD_S = 6.0  # steps of time in which every process renews its leases


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button that somebody can press."""

    user: User
    message: Message
    custom_id: str


@dataclass(slots=True)
class Memory:
    """What the checks remember from one look to the next."""

    cards: dict[int, tuple[str, int]] = field(default_factory=dict)  # by message
    removed: set[int] = field(default_factory=set)  # messages that a person removed
    # Of those, the ones that we did not know of yet: nobody can tell that they ever arrived.
    vanished: set[int] = field(default_factory=set)
    overslept: set[int] = field(default_factory=set)  # "thinking…" while nobody was awake for long


class World:
    """A world that begins empty. Times are seconds."""

    def __init__(
        self,
        rig: Rig,
        *,
        seed: int = 0,
        hooked: bool = True,
        together: bool = False,
        slowness: float = 0.0,
    ) -> None:
        """Begin it: with `hooked` the bot has a public address, `together` several processes."""
        loop = self.loop = rig.loop
        loop.begin_anew()
        self.hooked = hooked
        self.together = together
        self.provider = Provider(loop.now)
        self.chat = Chat(loop)
        self.processes: list[Process] = []
        self.missing_pictures: set[str] = set()
        self.noted: set[str] = set()  # jobs in flight whose own callback was taken
        self.answers: list[tuple[Callback, int]] = []
        self.has_forgeries = False
        self.had_status_outage = False
        self.troubles: set[int] = set()  # channels and people that ever refused us something
        self.memory = Memory()
        self._database = rig.database
        self._log = rig.log
        self._page: Page | None = None
        self._page_number = 0
        self._random = Random(seed)
        self._slowness = slowness
        self._started = 0
        self._doubt = Doubt()
        rig.log.clear()
        rig.ids.seed(seed)
        loop.let(rig.database.run(clear))

    # ── Processes ───────────────────────────────────────────────────────────────────────────────

    @property
    def alive(self) -> list[Process]:
        return [process for process in self.processes if process.is_alive]

    @property
    def process(self) -> Process:
        return self.alive[0]

    def start_process(self, *, ahead_s: float = 0.0) -> None:
        """Start one more, whose clock is so far ahead of the others'."""
        self._started += 1
        process = Process(
            self._started,
            loop=self.loop,
            database=self._database,
            provider=self.provider,
            chat=self.chat,
            missing=self.missing_pictures,
            border=Border(self._random, slowness=self._slowness),
            doubt=self._doubt,
            hooked=self.hooked,
            alone=not self.together,
            ahead_s=ahead_s,
        )
        self.processes.append(process)
        self.loop.settle()

    def kill(self, process: Process) -> None:
        """Let it vanish between two instructions."""
        process.border.die()
        self.loop.settle()

    # ── People ──────────────────────────────────────────────────────────────────────────────────

    def imagine(
        self,
        user: User,
        channel: Channel,
        prompt: str,
        *,
        is_private: bool = False,
        is_late: bool = False,
        heard_by: list[Process],
    ) -> None:
        """Let somebody send `/imagine`; `is_late`: Discord gave up before the bot heard of it."""
        data = {"id": "1", "name": "imagine", "type": 1, "options": []}
        command = self._interaction(COMMAND, user, channel, data)
        if is_late:
            command.sent_at -= TOO_LATE_S
        for process in heard_by:
            process.do(_imagine(process, command, Request(prompt=prompt, is_private=is_private)))
        self._tick()

    def hear_again(
        self, command: Interaction, prompt: str, process: Process, *, is_private: bool = False
    ) -> None:
        """Let another process hear of a command, too."""
        process.do(_imagine(process, command, Request(prompt=prompt, is_private=is_private)))
        self._tick()

    def buttons(self, *actions: Action) -> list[Press]:
        """Return the buttons with one of these actions that people see now."""
        return [
            Press(user=user, message=message, custom_id=button.custom_id or "")
            for channel in self.chat.world.channels.values()
            for user in ([channel.recipient] if channel.recipient else self.chat.people)
            for message in channel.seen_by(user)
            if not channel.deleted
            for button in message.buttons
            if (found := CUSTOM_ID.fullmatch(button.custom_id or "")) and found["action"] in actions
            if user.id in message.pinged or user.mention in message.text or message.visible_to
        ]

    def press(self, press: Press, process: Process) -> None:
        """Let somebody press a button."""
        if press.custom_id.startswith(f"imagine:{Action.DELETE}:"):
            self._note_removal(press.message)
        data = {"custom_id": press.custom_id, "component_type": 2, "id": 1}
        pressed = self._interaction(
            COMPONENT, press.user, press.message.channel, data, press.message
        )
        process.do(_press(process, pressed, press.custom_id))
        self._tick()

    def delete_message(self, message: Message) -> None:
        """Let a moderator remove a message."""
        self._note_removal(message)
        remove(self.chat, message)

    def _note_removal(self, message: Message) -> None:
        self.memory.removed.add(message.id)
        parts = [part for each in self.look().deliveries.values() for part in each.parts]
        if str(message.id) not in {part.message_id for part in parts}:
            self.memory.vanished.add(message.id)

    def _interaction(
        self,
        kind: int,
        user: User,
        channel: Channel,
        data: dict[str, Any],
        message: Message | None = None,
    ) -> Interaction:
        made = Interaction(
            self.chat.world,
            kind=kind,
            user=user,
            channel=channel,
            data=data,
            locale=None,
            message=message,
        )
        self.chat.interactions[made.id] = made
        return made

    # ── The provider ────────────────────────────────────────────────────────────────────────────

    def finish(self, task: Task, *, images: int, failure: Failure | None) -> None:
        """Let the provider end a task."""
        self.provider.finish(task, images=images, failure=failure)

    def call_back(self, callback: Callback, process: Process) -> None:
        """Let a POST arrive at one process."""
        in_time = any(
            job.id == callback.job_id and job.status.is_in_flight for job in self.look().jobs
        )
        process.do(self._call_back(callback, process, in_time=in_time))
        self._tick()

    async def _call_back(self, callback: Callback, process: Process, *, in_time: bool) -> None:
        status = await process.take(callback)
        self.answers.append((callback, status))
        if status == HTTPStatus.OK and in_time and callback in self.provider.callbacks:
            self.noted.add(callback.job_id)

    def is_genuine(self, callback: Callback) -> bool:
        """Whether the tag of a callback is right."""
        return CallbackTags(WEBHOOK_SECRET).is_right(callback.job_id, callback.tag)

    def forge(self, job_id: str, task_id: str, *, tag: str | None = None) -> Callback:
        """Make a callback that the provider never sent; by default with the right tag."""
        self.has_forgeries = True
        if tag is None:
            (prompt,) = (job.prompt for job in self.look().jobs if job.id == job_id)
            self.provider.claim(task_id, prompt=prompt)
        right = CallbackTags(WEBHOOK_SECRET).tag(job_id)
        return Callback(job_id=job_id, tag=right if tag is None else tag, task_id=task_id)

    def let_go(self) -> None:
        """Let all slow calls to the provider go on."""
        self.provider.let_go()
        self.loop.settle()

    # ── Time ────────────────────────────────────────────────────────────────────────────────────

    def wait(self, seconds: float) -> None:
        """Let time pass as it does: everybody is awake meanwhile."""
        while seconds > 0:
            self.freeze(min(seconds, LEASES_HOLD_S))
            seconds -= LEASES_HOLD_S

    def freeze(self, seconds: float) -> None:
        """Let all processes sleep, and wake up later."""
        if seconds > NAP_S or not self.alive:
            self.memory.overslept |= {message.id for message in self.thinking()}
        self.chat.late_calls.stay_awake(seconds)
        self.loop.settle()
        self.loop.pass_time(seconds)
        self.chat.late_calls.wake_others()
        self.provider.pass_time()
        self.loop.settle()

    def _tick(self) -> None:
        """Let things happen one after the other: no two at the same microsecond."""
        self.loop.settle()
        self.loop.pass_time(0.001)

    # ── Looking ─────────────────────────────────────────────────────────────────────────────────

    def look(self) -> Page:
        """Read the database, past all borders; nothing was written where nobody asked it."""
        if self._page is None or self._page_number != self.loop.transactions:
            self._page = self.loop.let(self._database.run(read_page))
            self._page_number = self.loop.transactions
        return self._page

    def crashes(self) -> list[str]:
        """Return what was logged as a defect of ours."""
        return [str(entry) for entry in self._log if str(entry["event"]).endswith("_crashed")]

    def log_of(self, event: str) -> list[EventDict]:
        """Return what was logged of one kind."""
        return [entry for entry in self._log if entry["event"] == event]

    def thinking(self) -> list[Message]:
        """Return the messages that say "thinking…", where they can still be changed."""
        return [message for message in self._standing() if message.loading]

    def slow(self) -> list[Message]:
        """Return the messages that say that the bot is slow."""
        return [message for message in self._standing() if "I'm slow just now" in message.text]

    def _standing(self) -> list[Message]:
        return [
            message
            for channel in self.chat.world.channels.values()
            for message in channel.all_messages
            if not (message.deleted or channel.deleted)
        ]

    def promised_jobs(self) -> set[str]:
        """Return the jobs that a placeholder speaks of."""
        return {
            found["job_id"]
            for channel in self.chat.world.channels.values()
            for message in channel.all_messages
            for button in message.buttons
            if (found := CUSTOM_ID.fullmatch(button.custom_id or ""))
            if found["action"] in {Action.CANCEL, Action.DISCARD}
        }

    def refused(self, job: Job) -> bool:
        """Whether somebody ever refused us what the delivery of this job needs."""
        return bool(self.troubles & {int(job.origin.conversation.id), int(job.origin.person.id)})

    def story(self, page: Page) -> str:
        """Tell how things stand, for a failed check."""
        lines = [
            f"{job.prompt}: {job.id} {job.status} slot={job.slot} attempt={job.attempt} "
            f"task={job.provider_task_id} discarded={job.is_discarded} failure={job.failure} "
            f"delivery={page.deliveries.get(job.id)}"
            for job in page.jobs
        ]
        lines += [f"provider: {task}" for task in self.provider.tasks.values()]
        lines += [f"sent: {callback}" for callback in self.provider.callbacks]
        lines += [f"log: {entry}" for entry in self._log[-30:]]
        return "\n".join([f"at {self.loop.time()} s", *lines, self.chat.story()])

    def calm_down(self) -> None:
        """Let nothing more go wrong; what was refused for good stays refused."""
        self._slowness = 0.0
        self.provider.next_answers.clear()
        self.provider.places_of_others = 0
        self.provider.status_outage = False
        self.chat.faults.clear()
        for process in self.alive:
            process.border.forget_troubles()
        self.let_go()
        if not self.alive:
            self.start_process()

    def end(self) -> None:
        """Let nothing of it run on."""
        for process in self.processes:
            process.border.die()
        self.loop.settle()
        self.chat.late_calls.give_up()
        self.loop.forget_timers()


async def _imagine(process: Process, command: Interaction, request: Request) -> None:
    heard = _as_heard(process, command)
    try:
        accept = partial(process.bot.service.imagine, request)
        await answer_with_placeholder(heard, accept, is_private=request.is_private)
    except Exception as error:  # noqa: BLE001 - the edge, as in the bot's command tree
        await explain(heard, error)


async def _press(process: Process, pressed: Interaction, custom_id: str) -> None:
    match = CUSTOM_ID.fullmatch(custom_id)
    assert match is not None
    heard = _as_heard(process, pressed)
    button: ui.Item[Any] = ui.Button(custom_id=custom_id)
    await (await CardButton.from_custom_id(heard, button, match)).callback(heard)


def _as_heard(process: Process, interaction: Interaction) -> discord.Interaction[Any]:
    data: Any = interaction.to_json()
    return discord.Interaction(data=data, state=process.bot._connection)
