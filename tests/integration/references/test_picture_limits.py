"""How many pictures a person, and all people, may attach. On all databases."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversations import Person
from bot.domain.errors import LimitError
from bot.domain.people import PictureUsage
from bot.services.memory_budget import MemoryBudget
from bot.services.references import MEBIBYTE, PictureLimits, ReferenceService, admit_pictures
from bot.store import Database, SqlReferenceStore
from tests.clocks import SteppedClock
from tests.integration.references.fixtures import ANN, BEN, SECOND, link_of, upload

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def narrow(database: Database) -> ReferenceService:
    """Return a service that keeps three pictures of a person and five in all."""
    return ReferenceService(
        store=SqlReferenceStore(database),
        clock=SteppedClock(NOW),
        clean=unchanged,
        link=link_of,
        id_in=lambda _link: None,
        memory=MemoryBudget(1),
        limits=PictureLimits(of_person=3, bytes_of_person=100, of_all=5, bytes_of_all=150),
    )


async def unchanged(data: bytes) -> bytes:
    return data


async def test_a_person_may_attach_only_so_many_pictures(narrow: ReferenceService) -> None:
    for number in range(3):
        await narrow.publish({upload(number): b"a"}, person=ANN)
    with pytest.raises(LimitError, match=r"up to 3 pictures.*more") as caught:
        await narrow.publish({upload(3): b"a"}, person=ANN)
    assert NOW + timedelta(hours=24) in caught.value.text.values.values()
    await narrow.publish({upload(1): b"a"}, person=ANN)  # the same one again takes no more room
    await narrow.publish({upload(3): b"a"}, person=BEN)


async def test_a_person_may_attach_only_so_many_bytes(narrow: ReferenceService) -> None:
    await narrow.publish({upload(1): bytes(60)}, person=ANN)
    with pytest.raises(LimitError, match="in all, in 24 hours"):
        await narrow.publish({upload(2): bytes(20), upload(3): bytes(21)}, person=ANN)
    assert await narrow.published([upload(2), upload(3)], person=ANN) == {}
    await narrow.publish({upload(2): bytes(20), upload(3): bytes(20)}, person=ANN)


@pytest.mark.parametrize("size", [1, 70])
async def test_nobody_pushes_out_what_others_attached(narrow: ReferenceService, size: int) -> None:
    kept = 2 if size > 1 else 5
    for number in range(kept):
        await narrow.publish({upload(1): bytes(size)}, person=Person.of(f"discord:{number}"))
    with pytest.raises(LimitError, match="any more pictures right now"):
        await narrow.publish({upload(1): bytes(size)}, person=Person.of("discord:9"))
    for number in range(kept):
        assert await narrow.published([upload(1)], person=Person.of(f"discord:{number}"))


async def test_commands_at_the_same_time_keep_no_more_than_the_limit(
    narrow: ReferenceService,
) -> None:
    outcomes = await asyncio.gather(
        *(narrow.publish({upload(number): b"a"}, person=ANN) for number in range(8)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, dict) for each in outcomes) == 3
    assert sum(isinstance(each, LimitError) for each in outcomes) == 5


@given(
    before=st.lists(st.tuples(st.integers(0, 86_399), st.integers(1, 12)), max_size=20),
    sizes=st.lists(st.integers(1, 8), min_size=1, max_size=3),
)
def test_limit_names_the_moment_from_which_there_is_room(
    before: list[tuple[int, int]], sizes: list[int]
) -> None:
    recent = [(NOW - timedelta(seconds=age), size * MEBIBYTE) for age, size in before]
    wanted = [size * MEBIBYTE for size in sizes]

    def ask(moment: datetime) -> datetime | None:
        still = tuple(each for each in recent if each[0] > moment - timedelta(hours=24))
        usage = PictureUsage(of_person=still, count=0, total_bytes=0)
        try:
            admit_pictures(usage, wanted)
        except LimitError as error:
            [when] = [each for each in error.text.values.values() if isinstance(each, datetime)]
            return when
        return None

    when = ask(NOW)
    if when is not None:
        assert when > NOW
        assert ask(when) is None
        assert ask(when - SECOND) == when
