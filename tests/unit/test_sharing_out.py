"""How images are shared out over messages."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.deliveries import Part
from bot.ports.messenger import MessengerLimits
from bot.workers.sharing_out import next_images, next_number

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MIB = 1024 * 1024
LIMITS = MessengerLimits(
    max_pictures=10,
    max_file_bytes=10 * MIB,
    max_message_bytes=24 * MIB,
    repeats_suppressed_for=timedelta(),
    send_settles_within=timedelta(),
    can_replace_with_result=True,
    sends_placeholders=False,
    edit_settles_within=timedelta(),
)


def part(number: int, *images: int) -> Part:
    return Part(number=number, images=images, started_at=NOW)


def all_parts(sizes: dict[int, int]) -> list[tuple[int, ...]]:
    recorded: list[Part] = []
    while images := next_images(sizes, recorded, LIMITS):
        recorded.append(part(next_number(recorded), *images))
    return [known.images for known in recorded]


def test_four_images_are_one_message() -> None:
    assert all_parts(dict.fromkeys(range(4), MIB)) == [(0, 1, 2, 3)]


def test_24_images_are_three_messages() -> None:
    parts = all_parts(dict.fromkeys(range(24), 1000))
    assert [len(images) for images in parts] == [10, 10, 4]


def test_heavy_images_are_spread_over_messages() -> None:
    assert all_parts(dict.fromkeys(range(4), 9 * MIB)) == [(0, 1), (2, 3)]


def test_exactly_a_message_full_is_one_message() -> None:
    assert all_parts({0: 10 * MIB, 1: 10 * MIB, 2: 4 * MIB}) == [(0, 1, 2)]


def test_images_of_recorded_messages_are_not_planned_again() -> None:
    assert next_images(dict.fromkeys(range(4), 1), [part(0, 0, 2)], LIMITS) == (1, 3)


def test_numbers_go_on_after_the_recorded_messages() -> None:
    assert next_number([part(0, 0), part(3, 1)]) == 4


def test_the_first_message_has_number_zero() -> None:
    assert next_number([]) == 0


@given(st.dictionaries(st.integers(0, 23), st.integers(0, 10 * MIB)))
def test_every_image_is_sent_once_in_order_and_within_the_limits(sizes: dict[int, int]) -> None:
    parts = all_parts(sizes)
    assert [index for images in parts for index in images] == sorted(sizes)
    assert all(len(images) <= LIMITS.max_pictures for images in parts)
    heaviest = max((sum(map(sizes.__getitem__, images)) for images in parts), default=0)
    assert heaviest <= LIMITS.max_message_bytes
