"""What goes wrong in the soak, dealt like cards: each kind its share of the calls, in any order.

Dice might leave a kind out, or roll it three times in a row. The same seed deals the same order.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import Any, Generic, TypeVar

from bot.demo import faults as api
from bot.demo.faults import Answer, Callback, Outcome, Plan
from tests.soak import cards
from tests.soak.cards import Cards
from tests.standins.discord import faults as discord
from tests.standins.discord.routes import BY_TOKEN, CALLBACK, MESSAGES, ONE_MESSAGE, WEBHOOK

T = TypeVar("T")


class FaultPlan(Generic[T]):
    """One kind of call, and what may happen to it."""

    def __init__(self, faults: Cards[T], *, blanks: int, chance: Random) -> None:
        """Deal each card as often as it says among `blanks` that do nothing; then shuffle anew."""
        self._faults = {name: fault for name, (_, fault) in faults.items()}
        self._names = [name for name, (count, _) in faults.items() for _ in range(count)]
        self._blanks = blanks
        self._chance = chance
        self._pile: list[str | None] = []
        self.dealt: Counter[str] = Counter()
        self.is_open = True

    def draw(self) -> T | None:
        """Return what happens to the next call; None: nothing."""
        if not self.is_open:
            return None
        if not self._pile:
            self._pile = [*self._names, *([None] * self._blanks)]
            self._chance.shuffle(self._pile)
        name = self._pile.pop()
        if name is None:
            return None
        self.dealt[name] += 1
        return self._faults[name]


class _DealtPlan(Plan[T]):
    """A plan of the API's stand-in that follows a plan."""

    def __init__(self, default: T, plan: FaultPlan[T]) -> None:
        super().__init__(default)
        self._plan = plan

    def take(self) -> T:
        if self._next:  # an incident wants it so
            return self._next.popleft()
        drawn = self._plan.draw()
        return self.default if drawn is None else drawn


class _DealtFaults(discord.Faults):
    """The faults of Discord's stand-in, from one plan a route."""

    def __init__(self, plans: Mapping[tuple[str, str], FaultPlan[discord.Action]]) -> None:
        super().__init__()
        self._plans_by_route = plans

    def take(self, *request: Any) -> Any:
        wanted = super().take(*request)
        plan = self._plans_by_route.get(request[:2])
        return plan.draw() if wanted is None and plan is not None else wanted


class FaultPlans:
    """All plans of one soak; closing them brings fair weather."""

    def __init__(self, seed: str, *, thinness: int, is_patient: bool) -> None:
        """`thinness` multiplies the blanks; `is_patient`: some edits take longer than the bot."""
        self._plans: dict[str, FaultPlan[Any]] = {}
        self._seed, self._thinness = seed, thinness
        self.api = api.Faults(
            submits=_DealtPlan(Answer(), self._plan("submit", cards.SUBMITS, 56)),
            statuses=_DealtPlan(Answer(), self._plan("job-status", cards.STATUSES, 40)),
            images=_DealtPlan(Answer(), self._plan("image", cards.IMAGES, 120)),
            outcomes=_DealtPlan(Outcome(), self._plan("job", cards.OUTCOMES, 30, thin=False)),
            callbacks=_DealtPlan(Callback(), self._plan("callback", cards.CALLBACKS, 40)),
        )
        self._plan_chat(is_patient=is_patient)

    def _plan_chat(self, *, is_patient: bool) -> None:
        edits = cards.LATE_EDITS if is_patient else cards.EDITS
        routes = {
            "answer": (("POST", CALLBACK), cards.ANSWERS, 60),
            "send": (("POST", MESSAGES), cards.SENDS, 40),
            "edit": (("PATCH", ONE_MESSAGE), edits, 30),
            "delete": (("DELETE", ONE_MESSAGE), cards.CHANGES, 40),
            "read": (("GET", MESSAGES), cards.CHANGES, 10),
            "edit by token": (("PATCH", BY_TOKEN), edits, 20),
            "delete by token": (("DELETE", BY_TOKEN), cards.CHANGES, 20),
            "read by token": (("GET", BY_TOKEN), cards.CHANGES, 20),
            "follow up": (("POST", WEBHOOK), cards.CHANGES, 30),
            "open a DM": (("POST", "/users/@me/channels"), cards.CHANGES, 20),
            "log in": (("GET", "/users/@me"), cards.CHANGES, 30),
        }
        self.discord = _DealtFaults(
            plans={
                route: self._plan(f"Discord: {name}", faults, blanks)
                for name, (route, faults, blanks) in routes.items()
            }
        )

    def _plan(self, name: str, faults: Cards[T], blanks: int, *, thin: bool = True) -> FaultPlan[T]:
        blanks *= self._thinness if thin else 1
        plan = FaultPlan(faults, blanks=blanks, chance=Random(f"{self._seed} {name}"))
        self._plans[name] = plan
        return plan

    def close(self) -> None:
        """Let nothing go wrong any more."""
        for plan in self._plans.values():
            plan.is_open = False

    @property
    def names(self) -> Iterable[str]:
        """Every kind of call."""
        return self._plans

    def dealt(self) -> Iterator[tuple[str, str, int]]:
        """Yield every kind of call, what went wrong with it, and how often."""
        for name, plan in self._plans.items():
            for fault, count in sorted(plan.dealt.items()):
                yield name, fault, count
