"""Everything that can happen to jobs, as rules from which Hypothesis draws any order."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.jobs import Failure, FailureCode
from bot.screens import actions
from tests.simulation.fault_injection import Trouble
from tests.simulation.fixtures import Rig
from tests.simulation.invariants import check_now, check_the_end, is_over
from tests.simulation.process import Process
from tests.simulation.provider import Answer, Callback
from tests.simulation.world import World

MOST_REQUESTS = 16
# When nothing more goes wrong, all is over after this: retries, polls, deadlines, a day.
TIMEOUT_S = (1, 2, 4, 8, 16, 30, 60, 60, 60, 120, 600, 900, 1500, 1500, 4000, 90_000)
AWAKE_S = 24.0  # at a time: a new leader waits for what its predecessor may have sent

PLACES = (
    "",
    "database",
    "database requests.add",
    "database queue.claim",
    "database queue.record_",
    "database queue",
    "database requests",
    "database polls",
    "database progress",
    "database deliveries",
    "database deliveries.start_part",
    "database outbox",
    "chat",
    "chat POST /channels",
    "chat send",
    "chat upload",
    "chat chat.",
    "provider",
)
TAGS = {"right": None, "wrong": "a" * 32}
PERMISSIONS = ("send_messages", "read_message_history", "view_channel")
ACTS = ("answer", "send", "send", "change", "look", "remove", "all")
FAULTS = (
    "lost there",
    "lost on the way back",
    "late",
    "done late",
    "too late",
    "too late, without effect",
    "broken",
    "slow down",
    "slow down for long",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody sends."""

    person: int
    place: int
    more: str
    is_private: bool
    is_late: bool
    heard_twice: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a process will meet on its way out or back."""

    what: Trouble
    which: int
    place: str
    after: int


def only_if(holds: Callable[["Life"], bool]) -> Callable[[Callable[..., None]], Any]:
    """Let a rule happen only where it can.

    Hypothesis draws among those that can. Where two runs of the same may differ it must not: it
    would find that its draws differ, too, and give up. There such a rule does nothing instead.
    """

    def decorate(happen: Callable[..., None]) -> Any:
        @wraps(happen)
        def happen_if(self: "Life", **drawn: Any) -> None:
            if holds(self):
                happen(self, **drawn)

        return precondition(lambda self: self.rig.is_unsteady or holds(self))(happen_if)

    return decorate


nth = st.integers(0, 5)
troubles = st.builds(
    Expected,
    what=st.sampled_from(Trouble),
    which=nth,
    place=st.sampled_from(PLACES),
    after=st.integers(0, 5),
)
requests = st.lists(
    st.builds(
        Wanted,
        person=st.integers(0, 2),
        place=st.integers(0, 2),
        more=st.sampled_from(["", "", "", " --relax", " {of ice, of fire}"]),
        is_private=st.sampled_from([False, False, False, True]),
        is_late=st.sampled_from([False] * 11 + [True]),
        heard_twice=st.booleans(),
    ),
    min_size=2,
    max_size=5,
)


class Life(RuleBasedStateMachine):
    """One world; every rule is something that can happen to it at any time.

    There are few rules, each with many forms: Hypothesis leaves some rules out of every world.
    """

    def __init__(self, rig: Rig, *, together: bool, chat: str) -> None:
        super().__init__()
        self.rig = rig
        self.processes = 2 if together else 1
        self.chat = chat
        self.number = 0
        self.is_broken = False

    @initialize(
        seed=st.integers(0, 2**16),
        hooked=st.booleans(),
        slowness=st.sampled_from([0.0, 0.05, 0.2]),
        answers=st.lists(st.sampled_from(Answer), max_size=6),
        troubles=st.lists(troubles, max_size=3),
        requests=requests,
        lost_posts=st.integers(0, 3),
        ends_in_a_crash=st.booleans(),
    )
    def begin(
        self,
        *,
        seed: int,
        hooked: bool,
        slowness: float,
        answers: list[Answer],
        troubles: list[Expected],
        requests: list[Wanted],
        lost_posts: int,
        ends_in_a_crash: bool,
    ) -> None:
        self.ends_in_a_crash = ends_in_a_crash
        self.world = World(
            self.rig,
            seed=seed,
            hooked=hooked,
            slowness=slowness,
            together=self.processes > 1,
            chat=self.chat,
        )
        for _ in range(self.processes):
            self.world.start_process()
        self.world.provider.next_answers = answers
        self.world.chat.fail("send", "lost on the way back", times=lost_posts)
        for trouble in troubles:
            self.a_process_meets_trouble(trouble=trouble)
        self.people_imagine(requests=requests)

    def process(self, number: int) -> Process:
        return _nth(self.world.alive, number)

    def is_alive(self) -> bool:
        return bool(self.world.alive)

    # ── People ──────────────────────────────────────────────────────────────────────────────────

    @rule(requests=requests)
    @only_if(lambda self: self.is_alive() and self.number < MOST_REQUESTS)
    def people_imagine(self, requests: list[Wanted]) -> None:
        for request in requests:
            if not self.is_alive():
                return  # killed by the last one
            self.number += 1
            user = self.world.chat.people[request.person]
            place = (*self.world.chat.channels, self.world.chat.dm(user))[request.place]
            self.world.imagine(
                user,
                place,
                f"picture {self.number}{request.more}",
                is_private=request.is_private,
                is_late=request.is_late,
                heard_by=self.world.alive if request.heard_twice else [self.process(self.number)],
            )

    @rule(
        what=st.sampled_from([actions.CANCEL, actions.DISCARD, actions.START, actions.DELETE]),
        which=nth,
        heard_by=nth,
    )
    @only_if(is_alive)
    def somebody_presses(self, what: str, which: int, heard_by: int) -> None:
        buttons = self.world.buttons(what)
        if buttons:
            self.world.press(_nth(buttons, which), self.process(heard_by))

    # ── The provider ────────────────────────────────────────────────────────────────────────────

    @rule(
        answers=st.lists(st.sampled_from(Answer), min_size=1, max_size=4),
        places=st.sampled_from([0, 0, 8, 9, 10]),
        no_status=st.sampled_from([False, False, True]),
    )
    def the_provider_changes(self, answers: list[Answer], places: int, no_status: bool) -> None:
        self.world.provider.next_answers = answers
        self.world.provider.places_of_others = places
        self.world.provider.status_outage = no_status
        self.world.had_status_outage |= no_status

    @rule()
    @only_if(lambda self: self.world.provider.is_holding)
    def slow_submits_go_on(self) -> None:
        self.world.let_go()

    @rule(which=nth, end=st.sampled_from([4, 4, 4, 1, 12, 0, FailureCode.PROMPT]))
    @only_if(lambda self: bool(self.world.provider.running))
    def the_provider_ends_a_task(self, which: int, end: int | FailureCode) -> None:
        task = _nth(self.world.provider.running, which)
        if isinstance(end, FailureCode):
            self.world.finish(task, images=0, failure=Failure(code=end, detail="no cats"))
        else:
            self.world.finish(task, images=end, failure=None)

    @rule(which=nth, heard_by=nth, times=st.sampled_from([1, 1, 2, 6]))
    @only_if(lambda self: bool(self.world.alive and self.world.provider.callbacks))
    def a_callback_arrives(self, which: int, heard_by: int, times: int) -> None:
        self._call_back(_nth(self.world.provider.callbacks[::-1], which), heard_by, times)

    def _call_back(self, callback: Callback, heard_by: int, times: int) -> None:
        for _ in range(times):
            if self.is_alive():
                self.world.call_back(callback, self.process(heard_by))

    @rule(
        which=nth,
        names=st.sampled_from(["nothing", "its own task", "another's task"]),
        tag=st.sampled_from(["right", "right", "wrong"]),
        heard_by=nth,
        times=st.sampled_from([1, 3]),
    )
    @only_if(is_alive)
    def a_callback_is_forged(
        self, which: int, names: str, tag: str, heard_by: int, times: int
    ) -> None:
        jobs = self.world.look().jobs
        if not jobs:
            return
        job, other = _nth(jobs, which), _nth(jobs, which + 1)
        tasks = {"its own task": job.provider_task_id, "another's task": other.provider_task_id}
        forged = self.world.forge(job.id, tasks.get(names) or "forged", tag=TAGS[tag])
        self._call_back(forged, heard_by, times)

    # ── The chat, and where the pictures are ────────────────────────────────────────────────────

    @rule(
        fault=st.sampled_from(FAULTS),
        act=st.sampled_from(ACTS),
        times=st.sampled_from([1, 1, 2, 6]),
    )
    def the_chat_fails(self, fault: str, act: str, times: int) -> None:
        self.world.chat.fail(act, fault, times=times)

    @rule(
        what=st.sampled_from(
            [
                "may not send_messages",
                "may not read_message_history",
                "may not view_channel",
                "may do everything",
                "channel deleted",
                "card removed",
                "direct messages closed",
                "picture gone",
            ]
        ),
        which=nth,
    )
    def a_place_changes(self, what: str, which: int) -> None:
        channel = _nth(self.world.chat.channels, which)
        match what.split():
            case ["may", "not", permission]:
                self.world.note_refusals(channel)
                channel.deny(permission)
            case ["may", *_]:
                channel.allow(*PERMISSIONS)
            case ["channel", "deleted"]:
                self.world.note_refusals(channel)
                channel.delete()
            case ["card", "removed"]:
                cards = [card for (card, *_) in self.world.cards().values()]
                if cards:
                    self.world.delete_message(_nth(cards, which))
            case ["direct", *_]:
                user = _nth(self.world.chat.people, which)
                self.world.note_refusals(user, self.world.chat.dm(user))
                self.world.chat.close_dm(user)
            case ["picture", *_]:
                for task in self.world.provider.tasks:
                    gone = f"https://pictures.example/{task}/{which}.png"
                    self.world.missing_pictures.add(gone)

    # ── Processes ───────────────────────────────────────────────────────────────────────────────

    @rule(trouble=troubles)
    @only_if(is_alive)
    def a_process_meets_trouble(self, trouble: Expected) -> None:
        border = self.process(trouble.which).border
        border.expect(trouble.what, trouble.place, trouble.after)

    @rule(which=nth, is_away=st.booleans())
    @only_if(is_alive)
    def the_database_goes_away(self, which: int, is_away: bool) -> None:
        self.process(which).border.outages = {"database"} if is_away else set()

    # ── Time ────────────────────────────────────────────────────────────────────────────────────

    @rule(
        seconds=st.sampled_from([0.2, 1.0, 2.5, 6.0, 18.0]),
        starts=st.sampled_from(["who died", "who died", "nobody"]),
    )
    def time_passes(self, seconds: float, starts: str) -> None:
        while starts == "who died" and len(self.world.alive) < self.processes:
            self.world.start_process()
        self.world.wait(seconds)

    @rule(seconds=st.sampled_from([20.0, 130.0, 700.0, 1400.0, 4000.0]))
    def all_sleep(self, seconds: float) -> None:
        self.world.freeze(seconds)

    # ── What must hold ──────────────────────────────────────────────────────────────────────────

    @invariant()
    def all_promises_hold(self) -> None:
        self.is_broken = True
        check_now(self.world)
        self.is_broken = False

    def teardown(self) -> None:
        try:
            if not self.is_broken:
                self.come_to_the_end()
        finally:
            self.world.end()

    def come_to_the_end(self) -> None:
        """Let everything be drawn, amid the last troubles, and then all be settled."""
        self.all_is_drawn()
        for seconds in (1, 60, 6):
            self.world.freeze(seconds)
            check_now(self.world)
        if self.ends_in_a_crash:
            for process in self.world.alive:
                self.world.kill(process)
            self.world.freeze(400)
        self.world.calm_down()
        for seconds in TIMEOUT_S * 2:
            self.all_is_drawn()
            if is_over(self.world, check_now(self.world)):
                break
            self.world.freeze(seconds)
            self.world.wait(AWAKE_S)
        check_the_end(self.world)

    def all_is_drawn(self) -> None:
        for task in self.world.provider.running:
            self.world.finish(task, images=4, failure=None)


def _nth(things: Any, number: int) -> Any:
    return things[number % len(things)]
