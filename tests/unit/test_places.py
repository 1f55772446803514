"""The place in the queue that a new job is told, against the rule that claims follow."""

from collections import Counter
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from bot.store.fair_queue import InFlight, Queued, place_of

COUNTS = st.dictionaries(st.sampled_from("abcde"), st.integers(1, 6))


def counted(waiting: Mapping[str, int]) -> Queued:
    queued = Queued(per_person=Counter(), people=Counter(), total=0)
    for person, count in waiting.items():
        for _ in range(count):
            queued.add(person, 1)
    return queued


@given(waiting=COUNTS, running=COUNTS)
def test_all_jobs_of_no_higher_level_go_first(
    waiting: Mapping[str, int], running: Mapping[str, int]
) -> None:
    taken = InFlight(slots=set(range(sum(running.values()))), per_person=Counter(running))
    place = place_of("a", taken, counted(waiting), slots=10)
    levels = [
        running.get(person, 0) + number for person in waiting for number in range(waiting[person])
    ]
    assert place.ahead == sum(
        level <= running.get("a", 0) + waiting.get("a", 0) for level in levels
    )


@given(waiting=COUNTS)
def test_what_is_counted_one_by_one_is_counted_as_a_whole(waiting: Mapping[str, int]) -> None:
    queued = counted(waiting)
    assert queued.total == sum(waiting.values())
    assert +queued.people == Counter(waiting.values())
