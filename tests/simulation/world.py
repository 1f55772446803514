"""All of it together: people, processes, provider, Discord, time. A method is what can happen."""

from dataclasses import dataclass, field
from http import HTTPStatus
from random import Random
from typing import Any

from structlog.typing import EventDict

from bot.domain.jobs import Failure, Job
from bot.domain.views import Action
from bot.screens import actions
from bot.services.requests import Request
from bot.web import CallbackTags
from tests.simulation.chat import Chat as Discord
from tests.simulation.fault_injection import Border
from tests.simulation.fixtures import Rig
from tests.simulation.journal import Page, clear, read_page
from tests.simulation.memory_chat import MemoryChat
from tests.simulation.process import Process
from tests.simulation.provider import Callback, Provider, Task
from tests.simulation.slack_chat import SimulatedSlack
from tests.simulation.stores import Doubt
from tests.wiring import WEBHOOK_SECRET

TOO_LATE_S = 4.0  # Discord waits 3 s for an answer
NAP_S = 60.0
MEMORY, DISCORD, SLACK = "memory", "discord", "slack"
# The stand-ins for Discord and Slack, and a chat of no platform.
CHATS = {MEMORY: MemoryChat, DISCORD: Discord, SLACK: SimulatedSlack}
LEASES_HOLD_S = 6.0  # steps of time in which every process renews its leases


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button that somebody can press. People and messages are the chat's own."""

    user: Any
    message: Any
    custom_id: str


@dataclass(slots=True)
class Memory:
    """What the checks remember from one look to the next."""

    cards: dict[Any, tuple[str, int]] = field(default_factory=dict)  # by message
    removed: set[Any] = field(default_factory=set)  # messages that a person removed
    # Of those, the ones that we did not know of yet: nobody can tell that they ever arrived.
    vanished: set[Any] = field(default_factory=set)
    # No answers yet, while nobody was awake for long.
    overslept: set[Any] = field(default_factory=set)


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
        chat: str = MEMORY,
    ) -> None:
        """Begin it: with `hooked` the bot has a public address, `together` several processes.

        The chat is one of `CHATS`.
        """
        loop = self.loop = rig.loop
        loop.begin_anew()
        self.hooked = hooked
        self.together = together
        self.provider = Provider(loop.now)
        self.chat: Any = CHATS[chat](loop)
        self.processes: list[Process] = []
        self.missing_pictures: set[str] = set()
        self.noted: set[str] = set()  # jobs in flight whose own callback was taken
        self.answers: list[tuple[Callback, int]] = []
        self.has_forgeries = False
        self.had_status_outage = False
        self.troubles: set[str] = set()  # ids of channels and people that ever refused us anything
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
        user: Any,
        channel: Any,
        prompt: str,
        *,
        is_private: bool = False,
        is_late: bool = False,
        heard_by: list[Process],
    ) -> None:
        """Let somebody send `/imagine`; `is_late`: the chat gave up before the bot heard of it."""
        command = self.chat.ask(user, channel, ago_s=TOO_LATE_S if is_late else 0.0)
        for process in heard_by:
            process.do(process.door.imagine(command, Request(prompt=prompt, is_private=is_private)))
        self._tick()

    def hear_again(
        self, command: Any, prompt: str, process: Process, *, is_private: bool = False
    ) -> None:
        """Let another process hear of a command, too."""
        process.do(process.door.imagine(command, Request(prompt=prompt, is_private=is_private)))
        self._tick()

    def buttons(self, *names: str) -> list[Press]:
        """Return the buttons with an action of these names that people see now."""
        return [
            Press(user=user, message=message, custom_id=button.custom_id or "")
            for channel in self.chat.every_channel
            for user in ([channel.recipient] if channel.recipient else self.chat.people)
            for message in channel.seen_by(user)
            if not channel.deleted
            for button in message.buttons
            if (action := Action.parse(button.custom_id or "")) and action.name in names
            if user.id in message.pinged or user.mention in message.text or message.visible_to
        ]

    def press(self, press: Press, process: Process) -> None:
        """Let somebody press a button."""
        action = Action.parse(press.custom_id)
        if action is not None and action.name == actions.DELETE:
            self._note_removal(press.message)
        pressed = self.chat.ask(
            press.user, press.message.channel, message=press.message, custom_id=press.custom_id
        )
        process.do(process.door.press(pressed))
        self._tick()

    def note_refusals(self, *places: Any) -> None:
        """Note that these channels or people refuse us something from now on."""
        self.troubles |= {str(place.id) for place in places}

    def delete_message(self, message: Any) -> None:
        """Let a moderator remove a message."""
        self._note_removal(message)
        message.deleted = True

    def _note_removal(self, message: Any) -> None:
        self.memory.removed.add(message.id)
        parts = [part for each in self.look().deliveries.values() for part in each.parts]
        if str(message.id) not in {part.message_id for part in parts}:
            self.memory.vanished.add(message.id)

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
            standing = [*self.thinking(), *self.slow()]
            self.memory.overslept |= {message.id for message in standing}
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

    def thinking(self) -> list[Any]:
        """Return the messages that say "thinking…", where they can still be changed."""
        return [message for message in self._standing() if message.loading]

    def slow(self) -> list[Any]:
        """Return the messages that say that the bot is slow."""
        return [message for message in self._standing() if "I'm slow just now" in message.text]

    def _standing(self) -> list[Any]:
        return [
            message
            for channel in self.chat.every_channel
            for message in channel.all_messages
            if not (message.deleted or channel.deleted)
        ]

    def cards(self) -> dict[tuple[str, int], list[Any]]:
        """Return all messages that ever were a part of a job's result, by job id and part."""
        found: dict[tuple[str, int], list[Any]] = {}
        for message, action in self._carried(actions.DELETE):
            job_id, part = action.values
            found.setdefault((job_id, int(part)), []).append(message)
        return found

    def promised_jobs(self) -> set[str]:
        """Return the jobs that a placeholder speaks of."""
        carried = self._carried(actions.CANCEL, actions.DISCARD)
        return {action.values[0] for _, action in carried}

    def _carried(self, *names: str) -> list[tuple[Any, Action]]:
        """Return what messages carry or carried of these actions, those that are gone too."""
        return [
            (message, action)
            for channel in self.chat.every_channel
            for message in channel.all_messages
            for button in message.buttons
            if (action := Action.parse(button.custom_id or "")) and action.name in names
        ]

    def refused(self, job: Job) -> bool:
        """Whether somebody ever refused us what the delivery of this job needs."""
        return bool(self.troubles & {job.origin.conversation.id, job.origin.person.id})

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
        self.chat.forget_troubles()
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
