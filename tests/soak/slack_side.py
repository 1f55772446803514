"""The soak at Slack: what goes wrong with its calls, what befalls it, and who is there."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from tests.acceptance.slack_wire import POST, SlackWire
from tests.soak.cards import SLOW_S, Cards
from tests.soak.fault_plan import FaultPlan, FaultPlans
from tests.soak.forms import LONG, SHORT
from tests.soak.incidents import HOLD_S, Incidents, until
from tests.soak.slack_invariants import SlackViolations
from tests.soak.slack_people import SlackPeople
from tests.soak.world import Soak
from tests.standins.slack import SlackStandIn, faults

CHANGES: Cards[faults.Action] = {
    "answer lost, done": (2, faults.lose_answer_after_effect()),
    "answer lost, not done": (1, faults.lose_before_effect()),
    "503": (1, faults.server_error(503)),
    "internal error, done": (1, faults.refuse("internal_error", after_effect=True)),
    "429": (2, faults.rate_limited(1)),
    "garbage, done": (1, faults.garbage(200)),
}
POSTS: Cards[faults.Action] = {
    **CHANGES,
    "fatal error, done": (1, faults.refuse("fatal_error", after_effect=True)),
    "slow, done": (2, faults.hang(SLOW_S, after_effect=True)),
    "slow, not done": (1, faults.hang(SLOW_S)),
}
READS: Cards[faults.Action] = {
    "answer lost": (1, faults.lose_answer_after_effect()),
    "503": (1, faults.server_error(503)),
    "429": (1, faults.rate_limited(1)),
    "slow": (1, faults.hang(SLOW_S)),
}

SLACK_SHORT = replace(
    SHORT,
    incidents=(
        "kill -9",
        "kill -9 at a submit",
        "kill -9 at a post",
        "kill -9 at an upload",
        "SIGTERM and a successor",
        "sockets: wire cut",
        "sockets: asked to reconnect",
        "API: away",
        "a channel archived",
    ),
)


SLACK_LONG = replace(
    LONG,
    incidents=(
        *("kill -9",) * 6,
        *("kill -9 at a submit",) * 4,
        *("kill -9 at a post",) * 4,
        *("kill -9 at an upload",) * 2,
        *("SIGTERM and a successor",) * 3,
        *("frozen",) * 2,
        "sockets: wire cut",
        "sockets: asked to reconnect",
        "sockets: away",
        "API: away",
        "API: every answer 503",
        "API: no quota",
        "API: another key",
        "a channel archived",
    ),
)


class _DealtFaults(faults.Faults):
    """The faults of Slack's stand-in, from one plan a method."""

    def __init__(self, plans: Mapping[str, FaultPlan[faults.Action]]) -> None:
        super().__init__()
        self._plans = plans

    def take(self, *request: Any) -> Any:
        wanted = super().take(*request)
        plan = self._plans.get(request[0])
        return plan.draw() if wanted is None and plan is not None else wanted


class SlackPlans(FaultPlans):
    """All plans of one soak at Slack."""

    def _plan_chat(self, *, is_patient: bool) -> None:
        kinds: Mapping[str, tuple[Cards[faults.Action], int]] = {
            POST: (POSTS, 40),
            "chat.update": (CHANGES, 30),
            "chat.delete": (CHANGES, 40),
            "conversations.history": (READS, 10),
            "files.getUploadURLExternal": (CHANGES, 120),
            "upload": (CHANGES, 120),
            "files.completeUploadExternal": (CHANGES, 40),
            "users.info": (READS, 20),
            "conversations.info": (READS, 20),
            "response_url": (CHANGES, 40),
        }
        self.slack = _DealtFaults(
            {
                method: self._plan(f"Slack: {method}", cards, blanks)
                for method, (cards, blanks) in kinds.items()
            }
        )


class SlackIncidents(Incidents):
    """What befalls Slack too."""

    def __init__(self, slack: SlackStandIn, people: SlackPeople, **others: Any) -> None:
        self._slack = slack
        self._people = people
        super().__init__(**others)

    def _of_chat(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        return {
            "kill -9 at a post": self._kill_at_post,
            "kill -9 at an upload": self._kill_at_upload,
            "sockets: wire cut": self._cut,
            "sockets: asked to reconnect": self._slack.sockets.ask_to_reconnect,
            "sockets: away": self._shut_sockets,
            "a channel archived": self._archive_channel,
        }

    async def _kill_at_post(self) -> None:
        await self._kill_at(POST)

    async def _kill_at_upload(self) -> None:
        await self._kill_at("upload")

    async def _kill_at(self, method: str) -> None:
        """Kill while a call waits for its answer: it has had its effect, or is about to."""
        is_done = self._chance.random() < 0.7
        held = self._slack.faults.add(method, faults.hang(HOLD_S, after_effect=is_done))
        await until(lambda: held.struck > 0)
        await self._moment()
        await self._fleet.kill_one()

    async def _cut(self) -> None:
        self._slack.sockets.reset()

    async def _shut_sockets(self) -> None:
        self._slack.sockets.refuse_new_connections = True
        await self._cut()
        await self._a_while()
        self._slack.sockets.refuse_new_connections = False

    async def _archive_channel(self) -> None:
        self._people.doomed.is_archived = True
        self._people.doomed = self._people.add_doomed()


class SlackSoak(Soak):
    """One soak at Slack, in Socket Mode."""

    open_wire: ClassVar[Any] = SlackWire.up

    def _make_people(self) -> Any:
        return SlackPeople(self._wire.slack, self._seed, name=self._wire.folder.name)

    def _make_plans(self) -> FaultPlans:
        form = self._form
        plans = SlackPlans(self._seed, thinness=form.thinness, is_patient=form.is_patient)
        self._wire.slack.faults = plans.slack
        return plans

    def _make_incidents(self, **about: Any) -> Incidents:
        return SlackIncidents(self._wire.slack, self._people, **about)

    def _is_connected(self) -> bool:
        return bool(self._wire.slack.sockets.connections)

    def _violations(self) -> Any:
        wire, slots = self._wire, self._form.slots
        return SlackViolations(wire.slack, wire.midjourney, self._people, slots=slots)
